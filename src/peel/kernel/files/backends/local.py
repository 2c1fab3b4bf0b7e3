"""Objects as files in a folder: written aside, made durable, then given their name at once."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from peel.kernel.files.backends import Missing


class Folder:
    """A folder with `incoming` (not yet whole) and `objects` (whole, never changed again)."""

    def __init__(self, path: str | Path) -> None:
        self.root = Path(path)
        self.incoming = self.root / "incoming"
        self.objects = self.root / "objects"

    def begin(self, object_id: UUID) -> "FileSink":
        """Begin to write an object."""
        return FileSink(self, object_id)

    def path(self, object_id: UUID) -> Path:
        """Where an object lies: in one of 256 folders."""
        name = str(object_id)
        return self.objects / name[:2] / name

    def read(self, object_id: UUID, start: int, length: int) -> bytes:
        """A part of an object. Raises Missing."""
        try:
            with self.path(object_id).open("rb") as handle:
                handle.seek(start)
                return handle.read(length)
        except FileNotFoundError:
            raise Missing(str(object_id)) from None

    def size(self, object_id: UUID) -> int | None:
        """How many bytes an object has; None when it is missing."""
        with contextlib.suppress(FileNotFoundError):
            return self.path(object_id).stat().st_size
        return None

    def remove(self, object_id: UUID) -> None:
        """Remove an object."""
        self.path(object_id).unlink(missing_ok=True)

    def listed(self) -> Iterator[tuple[str, float]]:
        """The name of everything among the objects, and its age in seconds."""
        now = time.time()
        for path in self.objects.glob("*/*"):
            with contextlib.suppress(FileNotFoundError):
                yield path.name, now - path.stat().st_mtime

    def sweep(self) -> int:
        """Remove what is unfinished and written by nobody: a live writer holds a lock on it."""
        gone = 0
        for path in self.incoming.glob("*"):
            with contextlib.suppress(OSError), path.open("rb") as handle:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
                gone += 1
        return gone


class FileSink:
    """A file on its way in."""

    def __init__(self, folder: Folder, object_id: UUID) -> None:
        self._target = folder.path(object_id)
        self._path = folder.incoming / str(object_id)
        folder.incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        # The lock ends with the process: what nobody holds is swept.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        self._handle: int | None = descriptor

    def write(self, data: bytes) -> None:
        """Add bytes."""
        rest = memoryview(data)
        while rest and self._handle is not None:
            rest = rest[os.write(self._handle, rest) :]

    def commit(self) -> None:
        """Make it durable, then give it its name."""
        if self._handle is None:
            return
        os.fchmod(self._handle, 0o400)
        os.fsync(self._handle)
        self._target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.rename(self._target)
        for folder in (self._target.parent, self._target.parent.parent):
            _sync(folder)
        self._close()

    def abandon(self) -> None:
        """Give it up."""
        if self._handle is not None:
            self._path.unlink(missing_ok=True)
            self._close()

    def _close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
        self._handle = None


def _sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
