"""Folders for what names people: read by nobody else, and gone afterwards, after a kill too."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX, LOCK = "peel-resolution-", "in-use"


@contextmanager
def private(within: Path | None = None) -> Iterator[Path]:
    """A folder of our own; what a process left here that has died since is removed first."""
    place = Path(within or tempfile.gettempdir())
    for left in place.glob(f"{PREFIX}*"):
        _remove_if_left(left)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=place) as name:
        folder = Path(name)
        with (folder / LOCK).open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield folder


def _remove_if_left(folder: Path) -> None:
    """The lock of a process ends with it, however it ends."""
    try:
        with (folder / LOCK).open() as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        return
