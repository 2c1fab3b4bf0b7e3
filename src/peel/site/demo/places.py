"""The demo's areas, published and invented, and a gazetteer of addresses that nobody lives at."""

import csv
import datetime
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from peel.kernel.places.models import AreaKind
from peel.migration.places.cli import areas, gazetteer
from peel.site.demo.names import STREETS

SEED = 28
AREAS = Path(__file__).parent.parent / "demo_data" / "areas"
ONS = "Office for National Statistics and Ordnance Survey"
OGL = "Open Government Licence v3.0"
TOWN = "Thamesmarch"
HOUSES = 60
# File, kind, set, and the day from which the areas hold.
_CARRIED = (
    ("forces", AreaKind.FORCE, "", datetime.date(1974, 4, 1)),
    ("london_boroughs", AreaKind.BOROUGH, "", datetime.date(1965, 4, 1)),
    ("met_command_units", AreaKind.COMMAND_UNIT, "met-command-units", datetime.date(2019, 2, 1)),
    ("london_wards", AreaKind.WARD, "london-wards", datetime.date(2014, 5, 22)),
)


def load_areas() -> int:
    """Load what is carried; gives how many areas there are."""
    count = 0
    for name, kind, area_set, begins in _CARRIED:
        path = AREAS / f"{name}.geojson.xz"
        wanted = areas.Wanted(path, kind, begins, area_set, source=ONS, licence=OGL)
        count += areas.load(wanted).areas
    beats = AREAS / "thamesmarch_beats.geojson"
    wanted = areas.Wanted(
        beats, AreaKind.BEAT, datetime.date(2024, 4, 1), "thamesmarch-beats", source="Invented"
    )
    return count + areas.load(wanted).areas


def load_gazetteer() -> int:
    """Load the invented addresses of Thamesmarch; gives how many there are."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "thamesmarch.csv"
        with path.open("w", newline="", encoding="utf-8") as handle:
            writer = csv.DictWriter(handle, gazetteer.COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(addresses())
        return gazetteer.load(path, source="Invented for the demonstration").rows


def addresses() -> Iterator[dict[str, str]]:
    """Houses and flats along the streets of the town, placed in the Thames; always the same.

    UPRNs and USRNs begin above those in use, and no postcode area is called TM.
    """
    chance = random.Random(SEED)  # noqa: S311  (no secret)
    number = 900_000_000_000
    for row, street in enumerate(STREETS):
        west, south = 0.1055 + (row % 4) * 0.0073, 51.5085 + (row // 4) * 0.0015
        slope = chance.uniform(-0.0008, 0.0008)
        for house in range(1, HOUSES + 1):
            flats = chance.choice((0, 0, 0, 0, 3, 6))
            along = house / HOUSES
            place = {
                "paon": str(house),
                "street": street,
                "town": TOWN,
                "postcode": f"TM{row // 8 + 1} {row % 8 + 1}A{'ABDE'[house * 4 // (HOUSES + 1)]}",
                "usrn": str(99_990_000 + row),
                "longitude": f"{west + along * 0.0062:.6f}",
                "latitude": f"{south + along * slope + house % 2 * 0.00012:.6f}",
            }
            for flat in range(1, flats + 1) if flats else (0,):
                number += chance.randint(1, 9)
                yield {**place, "uprn": str(number), "saon": f"Flat {flat}" if flat else ""}
