"""The clock that business rules ask, so that a test or the demo story can set the time.

Ids and ledger lines never ask it: theirs is the real clock.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
_fixed: ContextVar[datetime | None] = ContextVar("peel_fixed_moment", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC: the real one unless `fixed` says otherwise."""
    return _fixed.get() or datetime.now(UTC)


def today() -> date:
    """The present day in London, by which a date of birth or an age is judged."""
    return london(now()).date()


def london(moment: datetime) -> datetime:
    """`moment` (aware) as clocks in London show it. Raises ValueError without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone")
    return moment.astimezone(LONDON)


@contextmanager
def fixed(moment: datetime) -> Iterator[datetime]:
    """Hold the clock at `moment` (aware) within the block, for this thread or task only.

    Raises ValueError without a time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone")
    token = _fixed.set(moment.astimezone(UTC))
    try:
        yield moment
    finally:
        _fixed.reset(token)
