"""An officer who looks at a person, an auditor who looks at the officer, and what they left."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async
from django.db import connections
from django.test import Client

from peel.kernel.access.identity import Identity
from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.machine.commands import run
from peel.machine.commands.registry import commands


def person(who: Identity, **values: Any) -> Any:
    """A nominal that `who` recorded."""
    given = {"family_name": "Okafor", "given_names": "Daniel"} | values
    return run(commands["pole.nominal.create"], who, given)


def restricted_person(who: Identity, **values: Any) -> Any:
    """A nominal that nobody but `who` may see."""
    made = person(who, **values)
    why = {"record_id": made.pk, "version": 1, "reason": "A colleague's relative", "admitted": []}
    run(commands["pole.nominal.restrict"], who, why)
    return made


def opened(who: Identity, record: Any) -> Client:
    """`who` opens the page of a record; gives the client."""
    client = signed_in_client(who)
    assert client.get(f"/pole/nominal/{record.reference}/").status_code == 200
    return client


def auditor(**kw: Any) -> tuple[Identity, Client]:
    """An auditor, and the client that is signed in so."""
    who = officer("auditor", **kw)
    return who, signed_in_client(who)


def rows(sql: str, values: Sequence[Any] = ()) -> list[Any]:
    """What the owner reads."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def listed(client: Client, query: str = "") -> list[str]:
    """The ids of the lines on the list."""
    page = client.get(f"/audit/{query}")
    assert page.status_code == 200, text_of(page)
    return re.findall(r"<th[^>]*>\s*<a[^>]* href=\"/audit/lines/([0-9a-f-]{36})/\"", html(page))


def taken(answer: Any, each: Callable[[], Any] = lambda: None) -> tuple[bytes, list[Any]]:
    """A streamed answer, piece by piece, and what `each` gave after each piece had left."""

    async def gather() -> tuple[bytes, list[Any]]:
        pieces, seen = [], []
        async for piece in answer:
            pieces.append(piece)
            seen.append(await sync_to_async(each)())
        return b"".join(pieces), seen

    return async_to_sync(gather)()


def html(answer: Any) -> str:
    """The whole answer."""
    return str(answer.content.decode())


def text_of(answer: Any) -> str:
    """The words of an answer."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html(answer)))


def errors_of(answer: Any) -> list[str]:
    """The errors beside the fields."""
    found = re.findall(r'class="govuk-error-message">(.*?)</p>', html(answer), re.S)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", one)).strip() for one in found]
