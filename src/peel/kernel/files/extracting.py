"""The words of a document, taken out in a process of their own that can do nothing else."""

import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from peel.kernel.files import media, recognising, store
from peel.kernel.files.backends import Missing
from peel.kernel.files.extractor import LAST, MOST_BYTES, MOST_TEXT, NO_WORDS, REFUSED
from peel.kernel.files.thumbnails import PDF, PICTURES

SCRIPT = Path(__file__).with_name("extractor.py")
# Bound by time as well: a process that sleeps takes no time of the processor.
PATIENCE = LAST + 15
# What is read differently by a later version is read again by `./peel files text`.
READER = 2
_READ = (PDF, "application/rtf", "application/json", "message/rfc822", media.OLE, media.UNKNOWN,
         *PICTURES)  # fmt: skip
_FAMILIES = ("text/", "application/vnd.openxmlformats-officedocument.",
             "application/vnd.oasis.opendocument.")  # fmt: skip


class State(StrEnum):
    """What came of it."""

    READ = "read"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    TOO_MUCH = "too_much"
    NONE = "none"
    # There is nothing here that reads words from pictures.
    NO_PROGRAM = "no_program"


@dataclass(frozen=True)
class Read:
    """The words, and whether they are all of them."""

    state: State
    words: str = ""
    whole: bool = True


def readable(media_type: str) -> bool:
    """Whether the words of such a file are looked for."""
    return media_type in _READ or media_type.startswith(_FAMILIES)


def read(blob: Any) -> Read:
    """The words of a stored content. Never raises for what is in it."""
    if not readable(blob.media_type):
        return Read(State.NONE)
    if blob.size > MOST_BYTES:
        return Read(State.TOO_MUCH)
    try:
        content = b"".join(store.stored(blob).stream())
    except (store.Altered, Missing):
        return Read(State.UNREADABLE)
    return run(content, blob.media_type)


def run(content: bytes, media_type: str = "") -> Read:
    """The words of a content: those that stand in it, else those that its pictures show."""
    if media_type in PICTURES:
        return _shown(content, 1)
    told = _taken_out(content, media_type)
    if told.state is State.EMPTY and content[:5] == b"%PDF-":
        return _shown(content, recognising.MOST_PAGES)
    return told


def _shown(content: bytes, pages: int) -> Read:
    if recognising.installed() is None:
        return Read(State.NO_PROGRAM)
    found = recognising.words(content, pages)
    if found is None:
        return Read(State.UNREADABLE)
    text, whole = found
    cut = text.encode()[:MOST_TEXT].decode("utf-8", "ignore")
    return Read(State.READ if cut else State.EMPTY, cut, whole and cut == text)


def _taken_out(content: bytes, media_type: str) -> Read:
    """Run the script on a content."""
    try:
        # -I: nothing of our environment, no folder of ours on the path.
        done = subprocess.run(
            [sys.executable, "-I", str(SCRIPT), media_type], input=content, capture_output=True,
            check=False, timeout=PATIENCE, env={}, cwd="/", close_fds=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Read(State.TOO_MUCH)
    if done.returncode < 0 or done.returncode == REFUSED:
        return Read(State.TOO_MUCH)
    if done.returncode == NO_WORDS:
        return Read(State.NONE)
    said, _, words = done.stdout.partition(b"\n")
    if done.returncode or said not in (b"whole", b"cut") or len(words) > MOST_TEXT:
        return Read(State.UNREADABLE)
    found = words.decode("utf-8", "replace")
    return Read(State.READ if found else State.EMPTY, found, said == b"whole")
