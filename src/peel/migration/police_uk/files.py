"""Finds the files among the given paths and opens them: CSV, CSV in gzip or xz, or zip archives.

Nothing is unpacked to disk, and no file can make the loader read without end: sizes are bounded
while reading, whatever an archive claims.
"""

import gzip
import io
import lzma
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

SUFFIXES = (".csv", ".csv.gz", ".csv.xz", ".zip")
CHUNK = 1 << 20
MOST_MEMBERS = 50_000
ARCHIVE_MONTH = re.compile(r"^(\d{4}-(?:0[1-9]|1[0-2]))\.zip$")
# What a broken container raises while it is opened or read.
BROKEN = (
    OSError,
    EOFError,
    lzma.LZMAError,
    zlib.error,
    zipfile.BadZipFile,
    RuntimeError,
    ValueError,
    NotImplementedError,
)


def printable(name: str) -> str:
    """A file's name without what could not be stored or would write over the terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)


class UnreadableError(Exception):
    """A path or file that cannot be taken; the message says why in plain words."""


@dataclass(frozen=True)
class Source:
    """One file to load: a path, or a member of the zip archive at that path.

    `published` is the month of publication ("2019-03") where it is known: from the name of the
    archive, which the publisher calls after the month, or as the caller says.
    """

    path: Path
    member: str = ""
    published: str = ""

    @property
    def name(self) -> str:
        """The file's own name without folders and without the suffix of its compression."""
        name = (self.member or str(self.path)).replace("\\", "/").rsplit("/", 1)[-1]
        return printable(re.sub(r"\.(gz|xz)$", "", name, flags=re.IGNORECASE))

    @property
    def shown(self) -> str:
        """How messages name the file."""
        return printable(f"{self.path}!{self.member}" if self.member else str(self.path))

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """The uncompressed bytes. Raises UnreadableError here, or when they are read."""
        with ExitStack() as closing:
            try:
                opened: object = self._open(closing)
            except BROKEN as error:
                raise UnreadableError(_plain(error)) from error
            guarded = _Guarded(cast(BinaryIO, opened))
            yield cast(BinaryIO, io.BufferedReader(guarded, CHUNK))

    def _open(self, closing: ExitStack) -> object:
        """The stream of the file or member, decompressed as the name says."""
        name = self.member or self.path.name
        if self.member:
            archive = closing.enter_context(zipfile.ZipFile(self.path))
            handle = cast(BinaryIO, closing.enter_context(archive.open(self.member)))
        else:
            handle = closing.enter_context(self.path.open("rb"))
        if name.lower().endswith(".gz"):
            return closing.enter_context(gzip.GzipFile(fileobj=handle))
        if name.lower().endswith(".xz"):
            return closing.enter_context(lzma.LZMAFile(handle))
        return handle


class _Guarded(io.RawIOBase):
    """A stream whose failures to read are told in plain words, apart from all other failures."""

    def __init__(self, inner: BinaryIO) -> None:
        self._inner = inner

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        try:
            return cast(io.BufferedReader, self._inner).readinto(buffer)
        except BROKEN as error:
            raise UnreadableError(_plain(error)) from error


def _plain(error: BaseException) -> str:
    """What went wrong with a container, in plain words."""
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, PermissionError):
        return "reading it is not permitted"
    if isinstance(error, RuntimeError) and "encrypted" in str(error):
        return "it is encrypted"
    if isinstance(error, EOFError):
        return "the compressed file is cut short"
    return f"it cannot be read: {error}"


def find(paths: Iterable[Path], published: str = "") -> Iterator[Source | tuple[Path, str]]:
    """Every file under `paths`; for a path that cannot be taken, the path and the reason.

    Folders are searched to any depth, in order of name, without following links to folders; in
    them only files with a known suffix count. A path named outright is always taken.
    """
    for path in paths:
        try:
            mode = path.stat().st_mode
        except (OSError, ValueError) as error:
            yield path, _plain(error)
            continue
        if stat.S_ISDIR(mode):
            yield from _in_folder(path, published)
        elif not stat.S_ISREG(mode):
            yield path, "it is neither a file nor a folder"
        else:
            yield from _in_file(path, published)


def _in_folder(folder: Path, published: str) -> Iterator[Source | tuple[Path, str]]:
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(parent, name)
            if name.lower().endswith(SUFFIXES) and path.is_file():
                yield from _in_file(path, published)


def _in_file(path: Path, published: str) -> Iterator[Source | tuple[Path, str]]:
    if not path.name.lower().endswith(".zip"):
        yield Source(path, published=published)
        return
    if not published and (named := ARCHIVE_MONTH.match(path.name)):
        published = named[1]
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted(info.filename for info in archive.infolist() if not info.is_dir())
    except BROKEN as error:
        yield path, _plain(error)
        return
    if len(names) > MOST_MEMBERS:
        yield path, f"it holds more than {MOST_MEMBERS:,} files"
        return
    for name in names:
        if name.lower().endswith(SUFFIXES[:-1]) and not name.startswith("__MACOSX/"):
            yield Source(path, name, published)
