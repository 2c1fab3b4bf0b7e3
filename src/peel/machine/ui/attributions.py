"""The acknowledgements that licences ask for, shown at the foot of every page."""

_lines: dict[str, str] = {}

OPEN_GOVERNMENT_LICENCE = (
    "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
)


def register(name: str, line: str) -> None:
    """Show `line` at the foot of every page. A second call under the same name replaces it."""
    _lines[name] = line


def lines() -> list[str]:
    """Every acknowledgement, in the order of their names."""
    return [_lines[name] for name in sorted(_lines)]
