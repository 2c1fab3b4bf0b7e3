"""`./peel assets`: fetch and lay out what the pages need."""

from ..server import preparing
from ..server.progress import Steps


def run(arguments: list[str]) -> int:
    """Fetch from npm and copy into place, unless that has been done."""
    preparing.assets(Steps())
    return 0
