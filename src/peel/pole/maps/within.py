"""An area (ward, beat, force) in the address of a list: what lies in it is listed.

`area=` and the number of the area, which it keeps through all its editions; the outline is the one
that holds today, else the latest.
"""

from typing import TYPE_CHECKING

from django.db.models import BooleanField, Q, QuerySet

from peel.kernel.base import clock
from peel.kernel.places.models import AreaKind, AreaVersion
from peel.machine.commands.problems import Invalid
from peel.pole.maps.shapes import Places, place_column

if TYPE_CHECKING:
    from peel.machine.sheets import Sheet

NAME, FIELD = "area", "within"
# So many areas are offered where a name fits several: a ward's name is borne by many.
MOST = 30


def _held() -> Q:
    """Whether an edition holds today."""
    today = clock.today()
    open_end = Q(edition__valid_to=None) | Q(edition__valid_to__gt=today)
    return Q(edition__valid_from__lte=today) & open_end


def version_of(text: str) -> AreaVersion:
    """The area in an address, as it is today. Raises Invalid."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    found = AreaVersion.objects.select_related("area__area_set").filter(area=number)
    latest = found.order_by("-edition__valid_from")
    version = latest.filter(_held()).first() or latest.first()
    if version is None:
        raise Invalid({NAME: ["This area is not known here. Choose another."]})
    return version


def named(text: str) -> list[tuple[int, str]]:
    """The areas that a name or code fits, each with its number and what it is called.

    Those of exactly that name stand alone. Raises Invalid where none fits.
    """
    text = " ".join(text.split())[:120]
    held = AreaVersion.objects.filter(_held())
    exact = held.filter(Q(name__iexact=text) | Q(area__code__iexact=text))
    rows = _told(exact) or (_told(held.filter(name__icontains=text)) if len(text) > 1 else [])
    if not rows:
        raise Invalid({FIELD: ["No area is known by this. Enter the name of a ward, a beat, a"
                               " borough or a force."]})  # fmt: skip
    return [(number, f"{name} ({AreaKind(kind).label.lower()}, {code})")
            for number, name, kind, code in rows]  # fmt: skip


def _told(versions: QuerySet[AreaVersion]) -> list[tuple[int, str, str, str]]:
    rows = versions.order_by("name", "area__code").values_list(
        "area_id", "name", "area__area_set__kind", "area__code"
    )
    return list(rows[:MOST])


def words(text: str) -> str:
    """What an area asks, as people read it. Raises Invalid."""
    version = version_of(text)
    kind = AreaKind(version.area.area_set.kind).label
    return f"In the area: {version.name} ({str(kind).lower()})"


def condition(sheet: "Sheet", text: str) -> Q:
    """The records of a list whose visible place lies in the area. Raises Invalid."""
    found = Places(
        "select s.place_id from maps.places_in_area(%s) s", [version_of(text).pk],
        output_field=BooleanField(),
    )  # fmt: skip
    return Q(**{f"{place_column(sheet)}__in": found})
