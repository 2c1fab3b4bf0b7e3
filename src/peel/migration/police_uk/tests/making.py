"""Makes published files for tests."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from peel.migration.police_uk.reader import OUTCOMES, STREET

CARRIED = Path(__file__).parents[3] / "site" / "demo_data" / "police_uk"
PLACE = ("-0.106453", "51.518207", "On or near Charterhouse Street", "E01000916", "Camden 027B")
NOWHERE = ("", "", "No Location", "", "")
FORCE = ("City of London Police", "City of London Police")


def crime_id(seed: object) -> str:
    """A Crime ID, always the same for the same seed."""
    return hashlib.sha256(str(seed).encode()).hexdigest()


def street(
    seed: object = None,
    month: str = "2019-01",
    kind: str = "Burglary",
    last: str = "Under investigation",
    place: Iterable[str] = PLACE,
) -> str:
    """A street row; without a seed it has no Crime ID."""
    return ",".join((crime_id(seed) if seed else "", month, *FORCE, *place, kind, last, ""))


def nuisance(month: str = "2019-01", place: Iterable[str] = PLACE) -> str:
    """An incident of anti-social behaviour."""
    return street(None, month, "Anti-social behaviour", "", place)


def outcome(seed: object, month: str = "2019-01", text: str = "Suspect charged") -> str:
    """An outcome row."""
    return ",".join((crime_id(seed), month, *FORCE, *PLACE, text))


def street_file(path: Path, rows: Iterable[str]) -> Path:
    """Write a street file and return its path."""
    path.write_text("\n".join((",".join(STREET), *rows, "")), encoding="utf-8")
    return path


def outcome_file(path: Path, rows: Iterable[str]) -> Path:
    """Write an outcome file and return its path."""
    path.write_text("\n".join((",".join(OUTCOMES), *rows, "")), encoding="utf-8")
    return path
