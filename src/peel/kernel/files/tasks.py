"""The store's background work: what a crash left behind is removed."""

from uuid import UUID

from procrastinate.contrib.django import app

from peel.kernel.base.tasks import QUEUE
from peel.kernel.files import backends
from peel.kernel.files.checking import USING
from peel.kernel.files.models import Blob, Quarantined

# An object whose row never came, because its transaction or its process failed.
_ORPHANED = 86_400.0


@app.periodic(cron="*/10 * * * *")
@app.task(name="files.sweep", queue=QUEUE, queueing_lock="files.sweep")
def sweep_store(timestamp: int) -> None:
    """Remove unfinished content, and finished content that no row knows after a day."""
    sweep()


def sweep(older: float = _ORPHANED) -> int:
    """Remove what is unfinished, and what no row knows after `older` seconds; gives how many."""
    place = backends.backend()
    gone = place.sweep()
    names = [name for name, age in place.listed() if age > older]
    for start in range(0, len(names), 1000):
        batch = {each: UUID(each) for each in names[start : start + 1000] if _is_id(each)}
        known: set[UUID] = set()
        # Under the worker's role, which sees every row: what it does not know, nobody knows.
        for model in (Blob, Quarantined):
            rows = model.objects.using(USING).filter(pk__in=batch.values())
            known |= set(rows.values_list("pk", flat=True))
        for object_id in set(batch.values()) - known:
            place.remove(object_id)
            gone += 1
    return gone


def _is_id(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
