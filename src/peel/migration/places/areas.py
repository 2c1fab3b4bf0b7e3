"""Loads an edition of a set of areas: wholly or not at all, and again without a change."""

import datetime
from dataclasses import dataclass
from pathlib import Path

import shapely
from django.db import connections, transaction

from peel.kernel.base import clock
from peel.kernel.places import outlines
from peel.kernel.places.models import Area, AreaEdition, AreaKind, AreaSet, AreaVersion
from peel.migration.places.features import USUAL, BadFileError, Feature, Names, read

USING = "loader"


@dataclass(frozen=True)
class Wanted:
    """What to load: the file, the kind and the set of its areas, and from which day they hold."""

    path: Path
    kind: AreaKind
    valid_from: datetime.date
    area_set: str = ""
    source: str = ""
    licence: str = ""
    names: Names = USUAL

    @property
    def set_name(self) -> str:
        """The set's name: the kind's, unless another was given."""
        return self.area_set or str(self.kind).replace("_", "-")


@dataclass(frozen=True)
class Loaded:
    """What a load did: the edition, how many areas it has, and whether it was there already."""

    edition: str
    areas: int
    parts: int
    was_there: bool = False

    def as_text(self) -> str:
        """In a line for people."""
        if self.was_there:
            return f"{self.edition}: loaded already, {self.areas:,} areas. Nothing changed."
        return f"{self.edition}: {self.areas:,} areas, {self.parts:,} pieces."


def load(wanted: Wanted, using: str = USING) -> Loaded:
    """Load a file as the edition of its set that begins on a day.

    The edition before it ends on that day; one that begins on the same day is replaced, if the
    file differs. Raises BadFileError when anything in the file is wrong; nothing is changed then.
    """
    sha256, features = read(wanted.path, wanted.names)
    with transaction.atomic(using=using):
        area_set = _area_set(wanted, using)
        editions = AreaEdition.objects.using(using).filter(area_set=area_set)
        same_day = editions.filter(valid_from=wanted.valid_from).first()
        if same_day is not None and same_day.sha256 == sha256:
            return Loaded(str(same_day), same_day.versions.count(), 0, was_there=True)
        if same_day is not None:
            _take_out(same_day, using)
        later = editions.filter(valid_from__gt=wanted.valid_from).order_by("valid_from").first()
        editions.filter(valid_from__lt=wanted.valid_from).exclude(
            valid_to__lte=wanted.valid_from
        ).update(valid_to=wanted.valid_from)
        edition = AreaEdition.objects.using(using).create(
            area_set=area_set,
            valid_from=wanted.valid_from,
            valid_to=later.valid_from if later else None,
            source=wanted.source,
            licence=wanted.licence,
            file_name=wanted.path.name[:200],
            sha256=sha256,
            loaded_at=clock.now(),
        )
        parts = _put(edition, features, using)
    return Loaded(str(edition), len(features), parts)


def _area_set(wanted: Wanted, using: str) -> AreaSet:
    # Two loads of a set take turns from here on.
    with connections[using].cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"areas {wanted.set_name}"])
    made, _ = AreaSet.objects.using(using).get_or_create(
        name=wanted.set_name,
        defaults={"kind": wanted.kind, "exclusive": wanted.kind != AreaKind.DRAWN},
    )
    if made.kind != wanted.kind:
        raise BadFileError(
            f"The set {made.name} has areas of the kind {made.kind}, not {wanted.kind}."
        )
    return made


def _take_out(edition: AreaEdition, using: str) -> None:
    """Remove an edition that a corrected file replaces."""
    with connections[using].cursor() as cursor:
        for table in ("places_areapart", "places_areaversion"):
            cursor.execute(f"delete from {table} where edition_id = %s", [edition.pk])
        cursor.execute("delete from places_areaedition where id = %s", [edition.pk])


def _put(edition: AreaEdition, features: list[Feature], using: str) -> int:
    """Put the areas of an edition in; gives how many pieces their outlines were cut into."""
    known = Area.objects.using(using).filter(area_set=edition.area_set)
    codes = set(known.values_list("code", flat=True))
    Area.objects.using(using).bulk_create(
        Area(area_set=edition.area_set, code=one.code) for one in features if one.code not in codes
    )
    areas = dict(known.values_list("code", "pk"))
    versions = AreaVersion.objects.using(using).bulk_create(
        (
            AreaVersion(
                area_id=areas[one.code],
                edition=edition,
                name=one.name,
                outline=shapely.to_wkb(one.outline.world),
                outline_grid=shapely.to_wkb(one.outline.grid),
                square_metres=one.outline.grid.area,
            )
            for one in features
        ),
        batch_size=1000,
    )
    count = 0
    statement = "copy places_areapart (version_id, edition_id, shape) from stdin"
    with connections[using].cursor() as cursor, cursor.copy(statement) as copy:
        for version, one in zip(versions, features, strict=True):
            for piece in outlines.parts(one.outline.grid):
                copy.write_row((version.pk, edition.pk, outlines.as_polygon(piece)))
                count += 1
    return count
