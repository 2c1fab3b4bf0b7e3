"""Every environment variable that Peel reads, from settings.toml, which a test holds complete."""

import tomllib
from pathlib import Path

from peel.site.reference.tables import table

DECLARED = Path(__file__).parent / "settings.toml"
HEAD = """# Settings

All of Peel's settings come from the environment. None is needed for `./peel demo`. A force's own
installation: [install](../howto/install.md).
"""


def declared() -> dict[str, dict[str, str]]:
    """What is said of each variable, by group and name."""
    found: dict[str, dict[str, str]] = tomllib.loads(DECLARED.read_text("utf-8"))
    return found


def page() -> str:
    """The settings by group."""
    parts = [HEAD]
    for group, names in declared().items():
        rows = [(f"`{name}`", words) for name, words in names.items()]
        parts.append(f"## {group}\n\n{table(('variable', 'meaning'), rows)}")
    return "\n".join(parts)
