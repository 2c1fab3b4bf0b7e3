"""`./peel load SYSTEM ...`: bring in files of another system."""

from ..server.trouble import Trouble
from . import Command, call

LOADERS = {
    "police-uk": Command("peel.migration.police_uk.cli.main", "the open police data"),
    "areas": Command("peel.migration.places.cli.load_areas", "published areas: wards, beats"),
    "link-types": Command("peel.migration.link_types.cli.main", "a force's own types of link"),
    "gazetteer": Command("peel.migration.places.cli.load_gazetteer", "a gazetteer's addresses"),
    "pole-csv": Command("peel.services.exchange.cli.main", "people, places or things as CSV"),
    "pole-example": Command("peel.migration.pole_example.cli.main", "the open POLE example"),
}


def run(arguments: list[str]) -> int:
    """Hand over to the loader that the first word names. Raises Trouble when it names none."""
    if not arguments or arguments[0] not in LOADERS:
        raise Trouble(
            f"Name what these files are: {', '.join(LOADERS)}.",
            "For example: ./peel load police-uk FOLDER",
        )
    return call(LOADERS[arguments[0]], arguments[1:])
