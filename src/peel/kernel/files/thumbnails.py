"""Small pictures of files, made in a process of their own that can do nothing else."""

import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from peel.kernel.files import store
from peel.kernel.files.backends import Missing
from peel.kernel.files.sandbox import MOST_BYTES, REFUSED
from peel.kernel.files.store import Incoming, Writer

SCRIPT = Path(__file__).with_name("sandbox.py")
PATIENCE = 20
_LARGEST_RESULT = 1 << 20
_DRAWABLE = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/tiff",
             "application/pdf")  # fmt: skip


class Outcome(StrEnum):
    """What came of it."""

    MADE = "made"
    NONE = "none"
    REFUSED = "refused"


@dataclass(frozen=True)
class Drawn:
    """The picture in the store, if one was made."""

    outcome: Outcome
    incoming: Incoming | None = None


def drawable(media_type: str, size: int) -> bool:
    """Whether a picture of such a file is tried."""
    return media_type in _DRAWABLE and size <= MOST_BYTES


def draw(blob: Any) -> Drawn:
    """Make the small picture of a blob. Never raises for what the content does."""
    if not drawable(blob.media_type, blob.size):
        return Drawn(Outcome.NONE)
    try:
        content = b"".join(store.stored(blob).stream())
    except (store.Altered, Missing):
        return Drawn(Outcome.NONE)
    outcome, made = run(content)
    if outcome is not Outcome.MADE:
        return Drawn(outcome)
    writer = Writer(scan=False)
    writer.write(made)
    return Drawn(outcome, writer.finish("image/webp"))


def run(content: bytes) -> tuple[Outcome, bytes]:
    """Run the sandbox on a content; its picture, or why there is none."""
    try:
        # -I: nothing of our environment, no folder of ours on the path.
        done = subprocess.run(
            [sys.executable, "-I", str(SCRIPT)], input=content, capture_output=True, check=False,
            timeout=PATIENCE, env={}, cwd="/", close_fds=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Outcome.REFUSED, b""
    if done.returncode < 0 or done.returncode == REFUSED:
        return Outcome.REFUSED, b""
    made = done.stdout
    if done.returncode or len(made) > _LARGEST_RESULT or not _is_webp(made):
        return Outcome.NONE, b""
    return Outcome.MADE, made


def _is_webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"
