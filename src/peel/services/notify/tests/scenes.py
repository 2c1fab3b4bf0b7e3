"""What the tests of notices do: run relay and worker, break the glass, read an inbox."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction

from peel.kernel.access.identity import Identity
from peel.kernel.base import relay
from peel.kernel.base.delivery import deliver
from peel.kernel.base.events import handlers_of
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.services.notify.models import Notice

REASON = "A child was heard screaming at the address"


def do(who: Identity, name: str, **values: Any) -> Any:
    """Run a command by name."""
    return run(commands[name], who, values)


@contextmanager
def under_the_worker() -> Iterator[None]:
    """A transaction in which `default` is the worker's role, as it is in the worker's process."""
    plain = connections["default"]
    connections["default"] = connections["worker"]
    try:
        with transaction.atomic():
            yield
    finally:
        connections["default"] = plain


@contextmanager
def as_worker() -> Iterator[None]:
    """The same without a transaction."""
    plain = connections["default"]
    connections["default"] = connections["worker"]
    try:
        yield
    finally:
        connections["default"] = plain


def carry(*, again: bool = False) -> None:
    """Let the relay publish what waits, and the worker's role hear it, as the processes do."""
    deadline = time.monotonic() + 90
    while relay.relay_batch() or (_waits() and time.monotonic() < deadline):
        time.sleep(0.01)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select id, name, payload from base_event where published is not null order by id"
        )
        published = cursor.fetchall()
    assert again or published
    with as_worker():
        for event, name, payload in published:
            for handler in handlers_of(name, json.loads(payload)):
                deliver(event, handler)


def _waits() -> bool:
    """Whether an event is not published yet: another relay may be at work on it."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("select exists (select from base_event where published is null)")
        return bool(cursor.fetchone()[0])


def notices_of(who: Identity) -> list[Notice]:
    """Every notice of a user, whatever he may see, the newest first."""
    return list(Notice.objects.using("owner").filter(user_id=who.user_id).order_by("-at", "-id"))


def restricted_nominal(who: Identity) -> Any:
    """A nominal that `who` alone may see, marked as high as the samples go."""
    made = do(who, "pole.nominal.create", family_name="Quillfeather", given_names="Zephaniah",
              marking=2)  # fmt: skip
    do(who, "pole.nominal.restrict", record_id=made.pk, version=1, reason="An informant",
       admitted=[])  # fmt: skip
    return made


def run_out(act: Any) -> None:
    """Let the time of an act of breaking the glass be over."""
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        for table, key in (("records_admission", act.admission_id), ("records_breakglass", act.pk)):
            cursor.execute(
                f"update {table} set until = clock_timestamp() - interval '1 second' where id = %s",
                [key],
            )
