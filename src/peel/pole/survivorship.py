"""The golden view of a nominal: which of several asserted facts is shown first, and why."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from peel.kernel.base.dates import PartialDate

if TYPE_CHECKING:
    from peel.pole.models import Nominal

# A current name before a birth name, and so on; a nickname only where there is nothing else.
_NAME_ORDER = ("current", "birth", "previous", "alias", "nickname")


@dataclass(frozen=True)
class Golden:
    """The facts that stand for the nominal."""

    family_name: str
    given_names: str
    date_of_birth: PartialDate | None


def golden(nominal: "Nominal") -> Golden:
    """Choose among the facts that hold: names by kind, then the latest; the narrowest date."""
    names = sorted(
        nominal.names.filter(ended_at=None),
        key=lambda name: (-_NAME_ORDER.index(name.kind), name.asserted_at),
    )
    births = [row.date_of_birth for row in nominal.dates_of_birth.filter(ended_at=None)]
    name = names[-1] if names else None
    return Golden(
        family_name=name.family_name if name else "",
        given_names=name.given_names if name else "",
        date_of_birth=min(births, key=_width, default=None),
    )


def _width(date: PartialDate) -> int:
    """How many days a date leaves open; an open end leaves the most."""
    if date.earliest is None or date.latest is None:
        return 100_000
    return (date.latest - date.earliest).days
