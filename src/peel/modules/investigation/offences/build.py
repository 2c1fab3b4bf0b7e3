"""Make the carried offence codes from the Ministry of Justice's published package.

Run with the folder of the npm package `@moj-bichard7-developers/bichard7-next-data`:

    python -m peel.modules.investigation.offences.build node_modules/@moj-bichard7-developers/...

It writes `cjs_offences.tsv.xz` (one line per code, sorted, so that two builds of one version are
the same to the byte) and `modes.tsv`.
"""

import json
import lzma
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
OFFENCES = HERE / "cjs_offences.tsv.xz"
MODES = HERE / "modes.tsv"
COLUMNS = ("code", "title", "class", "mode", "notifiable", "recordable")


def build(package: Path) -> int:
    """Write the data files from `package`; returns the number of codes.

    Raises ValueError when the package is not what it was: a field missing, of another type, or
    holding a tab or line break.
    """
    version = json.loads((package / "package.json").read_text())["version"]
    codes = json.loads((package / "data" / "offence-code.json").read_text())
    lines = sorted(_line(entry) for entry in codes)
    text = "\n".join((f"# version {version}", "\t".join(COLUMNS), *lines, ""))
    OFFENCES.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))
    modes = json.loads((package / "data" / "offence-category.json").read_text())
    rows = sorted(f"{mode['cjsCode']}\t{mode['description'].strip()}" for mode in modes)
    MODES.write_text("\n".join(("code\tname", *rows, "")))
    return len(lines)


def _line(entry: dict[str, Any]) -> str:
    """One line of the data file."""
    flags = (entry["notifiableToHo"], entry["recordableOnPnc"])
    if not all(isinstance(flag, bool) for flag in flags):
        raise ValueError(f"{entry['cjsCode']}: a flag is not true or false")
    cells = (
        entry["cjsCode"],
        " ".join(entry["offenceTitle"].split()),
        entry["homeOfficeClassification"],
        entry["offenceCategory"],
        *("1" if flag else "0" for flag in flags),
    )
    if any("\t" in cell or "\n" in cell for cell in cells):
        raise ValueError(f"{entry['cjsCode']}: a field holds a tab or a line break")
    return "\t".join(cells)


if __name__ == "__main__":
    print(f"{build(Path(sys.argv[1])):,} offence codes written to {OFFENCES.name}")
