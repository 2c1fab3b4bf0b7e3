"""Where sealed content lies: a folder, or an S3-compatible store, by the setting `PEEL_FILES`."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Protocol
from uuid import UUID

from django.conf import settings

CHUNK = 1 << 20


class Missing(Exception):
    """There is no object of that name."""


class Sink(Protocol):
    """An object on its way in. Nobody can read it before `commit`; `abandon` leaves no trace."""

    def write(self, data: bytes) -> None:
        """Add bytes."""

    def commit(self) -> None:
        """Make it durable and readable, all at once."""

    def abandon(self) -> None:
        """Give it up. Harmless after either end."""


class Backend(Protocol):
    """A place for objects that are named by an id and written once."""

    def begin(self, object_id: UUID) -> Sink:
        """Begin to write an object."""

    def read(self, object_id: UUID, start: int, length: int) -> bytes:
        """A part of an object (shorter at its end). Raises Missing."""

    def size(self, object_id: UUID) -> int | None:
        """How many bytes an object has; None when it is missing."""

    def remove(self, object_id: UUID) -> None:
        """Remove an object that no row knows."""

    def listed(self) -> Iterator[tuple[str, float]]:
        """The name of every object, and its age in seconds."""

    def sweep(self) -> int:
        """Remove what was left unfinished by a process that died; gives how many."""


@lru_cache(maxsize=8)
def _open(where: str) -> Backend:
    scheme, _, rest = where.partition("://")
    if scheme == "s3":
        from peel.kernel.files.backends.s3 import S3

        return S3(rest)
    from peel.kernel.files.backends.local import Folder

    return Folder(rest if scheme == "file" else where)


def backend() -> Backend:
    """The place that the setting names: "file:///path", or "s3://bucket/prefix"."""
    return _open(str(settings.PEEL_FILES))
