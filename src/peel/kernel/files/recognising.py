"""The words in a picture, read by Tesseract where it is installed.

What a file holds is drawn anew first, in the sandbox that draws all pictures: grey, of one size,
and without anything else of the file. Only that drawing reaches the program, which has limits of
time and memory of its own.
"""

import shutil
import subprocess
import sys
import time
from itertools import groupby

from peel.kernel.files import thumbnails

PROGRAM, LANGUAGE = "tesseract", "eng"
SECONDS, MEMORY, PATIENCE = 60, 2 << 30, 180
MOST_PAGES = 30
# How sure of a word the program must be, of 100: in a photograph it sees letters everywhere.
SURE = 60
_LIMITED = (
    "import os, resource, sys;"
    " [resource.setrlimit(what, (most, most)) for what, most in"
    f" ((resource.RLIMIT_CPU, {SECONDS}), (resource.RLIMIT_AS, {MEMORY}),"
    " (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0))];"
    " os.execv(sys.argv[1], sys.argv[1:])"
)


def installed() -> str | None:
    """Where the program is, if it is there."""
    return shutil.which(PROGRAM)


def words(content: bytes, pages: int = MOST_PAGES) -> tuple[str, bool] | None:
    """The words of a picture, or of what a document's pages show, and whether of all of it; None
    where nothing can be drawn of it.
    """
    program, begun = installed(), time.monotonic()
    found: list[str] = []
    for page in range(pages):
        outcome, drawn = thumbnails.run(content, "scan", page=page)
        if outcome is not thumbnails.Outcome.MADE:
            return ("\n\n".join(found), True) if page else None
        if program is None or time.monotonic() - begun > PATIENCE:
            return "\n\n".join(found), False
        found.append(_read(program, drawn))
    return "\n\n".join(found), pages == 1


def _read(program: str, drawn: bytes) -> str:
    asked = (program, "stdin", "stdout", "-l", LANGUAGE, "--psm", "3", "tsv")
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _LIMITED, *asked], input=drawn, capture_output=True,
            check=False, timeout=SECONDS + 15, env={"OMP_THREAD_LIMIT": "1"}, cwd="/",
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return ""
    return _sure(done.stdout.decode("utf-8", "replace")) if not done.returncode else ""


def _sure(told: str) -> str:
    """The words of which the program is sure, a line a line (columns as `tesseract --help` has
    them: five numbers of place, a word's own, its box, how sure, the word).
    """
    rows = (row.split("\t") for row in told.splitlines()[1:])
    held = [row for row in rows if len(row) == 12 and row[11].strip() and float(row[10]) >= SURE]
    lines = groupby(held, key=lambda row: row[1:5])
    return "\n".join(" ".join(row[11] for row in line) for _, line in lines)
