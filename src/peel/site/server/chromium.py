"""Finding Chromium for the browser tests. Peel downloads none."""

import os
import shutil
from pathlib import Path

_PATHS = (
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def find() -> str | None:
    """The path of Chromium: PEEL_CHROMIUM if set, else where systems put it; None when absent."""
    if named := os.environ.get("PEEL_CHROMIUM"):
        return named if Path(named).exists() else None
    for path in _PATHS:
        if Path(path).exists():
            return path
    return shutil.which("chromium") or shutil.which("google-chrome")
