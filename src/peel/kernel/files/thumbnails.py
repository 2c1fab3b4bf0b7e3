"""Pictures and words of files, made in a process of their own that can do nothing else."""

import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from peel.kernel.files import store
from peel.kernel.files.backends import Missing
from peel.kernel.files.sandbox import LARGE, MOST_BYTES, REFUSED, SIDE
from peel.kernel.files.store import Incoming, Writer

SCRIPT = Path(__file__).with_name("sandbox.py")
PATIENCE = 20
_LARGEST_RESULT = 8 << 20
# How many may be drawn at once for people who wait, and how long one waits for a turn.
_TURNS, _WAIT = threading.BoundedSemaphore(2), 10.0
PDF = "application/pdf"
PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/tiff")
_DRAWABLE = (*PICTURES, PDF)
_SIGNS = {"draw": rb"RIFF....WEBP", "scan": rb"\x89PNG", "read": rb""}


class Outcome(StrEnum):
    """What came of it."""

    MADE = "made"
    NONE = "none"
    REFUSED = "refused"


@dataclass(frozen=True)
class Drawn:
    """The picture in the store with its width and height, if one was made."""

    outcome: Outcome
    incoming: Incoming | None = None
    size: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Words:
    """The text of one page of a document, and how many pages there are; 0: it cannot be read."""

    pages: int
    text: str = ""


def drawable(media_type: str, size: int) -> bool:
    """Whether a picture of such a file is tried."""
    return media_type in _DRAWABLE and size <= MOST_BYTES


def draw(blob: Any, side: int = SIDE) -> Drawn:
    """Make a picture of a blob, at most `side` wide and high. Never raises for its content."""
    if not drawable(blob.media_type, blob.size):
        return Drawn(Outcome.NONE)
    try:
        content = b"".join(store.stored(blob).stream())
    except (store.Altered, Missing):
        return Drawn(Outcome.NONE)
    outcome, made = run(content, "draw", side)
    if outcome is not Outcome.MADE:
        return Drawn(outcome)
    writer = Writer(scan=False)
    writer.write(made)
    return Drawn(outcome, writer.finish("image/webp"), size_of(made))


def page_of(blob: Any, page: int) -> bytes:
    """One page of a document as a picture, drawn now for whoever waits; nothing if it cannot be."""
    return _in_turn(blob, "draw", LARGE, page)


def words_of(blob: Any, page: int) -> Words:
    """The text of one page of a document, read now; markup and scripts do not come with it."""
    pages, _, text = _in_turn(blob, "read", LARGE, page).decode("utf-8", "replace").partition("\n")
    return Words(int(pages), text) if pages.isdecimal() else Words(0)


def _in_turn(blob: Any, *asked: Any) -> bytes:
    if blob.media_type != PDF or blob.size > MOST_BYTES or not _TURNS.acquire(timeout=_WAIT):
        return b""
    try:
        return run(b"".join(store.stored(blob).stream()), *asked)[1]
    except (store.Altered, Missing):
        return b""
    finally:
        _TURNS.release()


def size_of(made: bytes) -> tuple[int, int]:
    """Width and height of a picture that the sandbox made (WebP, lossy: RFC 9649, 2.5)."""
    width, height = (int.from_bytes(made[at : at + 2], "little") & 0x3FFF for at in (26, 28))
    return width, height


def run(
    content: bytes, what: str = "draw", side: int = SIDE, page: int = 0
) -> tuple[Outcome, bytes]:
    """Run the sandbox on a content; its picture (scan, or words), or why there is none."""
    asked = (what, str(side), str(page))
    try:
        # -I: nothing of our environment, no folder of ours on the path.
        done = subprocess.run(
            [sys.executable, "-I", str(SCRIPT), *asked], input=content, capture_output=True,
            check=False, timeout=PATIENCE, env={}, cwd="/", close_fds=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Outcome.REFUSED, b""
    if done.returncode < 0 or done.returncode == REFUSED:
        return Outcome.REFUSED, b""
    made = done.stdout
    fits = re.match(_SIGNS[what], made, re.DOTALL)
    if done.returncode or len(made) > _LARGEST_RESULT or not fits:
        return Outcome.NONE, b""
    return Outcome.MADE, made
