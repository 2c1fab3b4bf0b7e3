"""The store: a large file in (hashed, sealed, fsync) and out, and how much memory that takes.

    python -m benchmarks.files [--megabytes N]

The peer in the same run is Django's FileSystemStorage, which neither hashes nor encrypts, given
the same bytes in the same pieces, with and without an fsync at the end. Results:
benchmarks/results/files.md.
"""

import argparse
import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peel.site.settings")
ROOT = Path(__file__).resolve().parents[1]
PIECE = 1 << 18


def pieces(megabytes: int) -> Iterator[bytes]:
    """Content as an upload brings it: every piece differs, for a disk may skip what repeats."""
    block = os.urandom(PIECE)
    for number in range(megabytes * (1 << 20) // PIECE):
        yield number.to_bytes(8, "big") + block[8:]


def grown() -> int:
    """The most memory that this process has held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def timed(megabytes: int, work: Callable[[], None]) -> tuple[float, float]:
    """Megabytes a second of clock, and a second of this process's processor time."""
    began, used = time.perf_counter(), time.process_time()
    work()
    return megabytes / (time.perf_counter() - began), megabytes / (time.process_time() - used)


def store_in_and_out(megabytes: int) -> dict[str, tuple[float, float]]:
    """The store, in and out."""
    from peel.kernel.files.store import Incoming, Reader, Writer

    held: list[Incoming] = []

    def bring_in() -> None:
        writer = Writer(scan=False, most=1 << 40)
        for piece in pieces(megabytes):
            writer.write(piece)
        held.append(writer.finish())

    def take_out() -> None:
        size = sum(map(len, Reader(held[0]).stream()))
        assert size == megabytes << 20

    return {"Peel, in": timed(megabytes, bring_in), "Peel, out": timed(megabytes, take_out)}


def plain(megabytes: int, folder: Path, *, durable: bool) -> Callable[[], None]:
    """The same bytes through FileSystemStorage."""
    from django.core.files.base import File
    from django.core.files.storage import FileSystemStorage

    class Stream(File):  # type: ignore[type-arg]
        """Content that is made as it is read."""

        def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
            return pieces(megabytes)

    def save() -> None:
        storage = FileSystemStorage(folder)
        name = storage.save("film.bin", Stream(None, "film.bin"))
        if durable:
            with Path(storage.path(name)).open("rb+") as handle:
                os.fsync(handle.fileno())

    return save


def read_plain(folder: Path) -> Callable[[], None]:
    """Read what was saved, in pieces."""
    found = next(folder.glob("film*"))

    def read() -> None:
        with found.open("rb") as handle:
            while handle.read(1 << 20):
                pass

    return read


def main() -> None:
    """Run, print and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--megabytes", type=int, default=1024)
    megabytes = parser.parse_args().megabytes
    load = os.getloadavg()[0]
    sys.path.insert(0, str(ROOT / "src"))
    import django
    from django.conf import settings

    django.setup()
    with tempfile.TemporaryDirectory(dir=ROOT / "var") as place:
        settings.PEEL_FILES = f"file://{place}/store"
        folder = Path(place) / "plain"
        # Whoever writes first pays for the pages of memory that the disk's cache then keeps.
        plain(megabytes, folder, durable=True)()
        for each in folder.glob("*"):
            each.unlink()
        before = grown()
        rows = store_in_and_out(megabytes)
        memory = grown() - before
        rows["FileSystemStorage, in"] = timed(megabytes, plain(megabytes, folder, durable=False))
        for each in folder.glob("*"):
            each.unlink()
        rows["FileSystemStorage with fsync, in"] = timed(
            megabytes, plain(megabytes, folder, durable=True)
        )
        rows["FileSystemStorage, out"] = timed(megabytes, read_plain(folder))
    report(megabytes, rows, memory, load)


def report(megabytes: int, rows: dict[str, tuple[float, float]], memory: int, load: float) -> None:
    """Write the page of results."""
    table = [f"| {name} | **{clock:,.0f}** | {used:,.0f} |" for name, (clock, used) in rows.items()]
    text = "\n".join(
        [
            "# The store of files", "",
            f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()},"
            f" load average {load:.1f} before it began."
            f" One file of {megabytes:,} MB, in pieces as an upload brings them.", "",
            "| | MB a second | MB a second of processor time |", "|---|---|---|", *table, "",
            "Peel hashes twice (the whole, and each mebibyte for the tree), seals with AES-256-GCM,"
            " calls fsync and renames; out, it proves and opens each piece. FileSystemStorage only"
            " copies.", "",
            f"- Memory that the process grew by, in and out together: **{memory} MB**.", "",
        ]
    )  # fmt: skip
    print(text)
    (ROOT / "benchmarks" / "results" / "files.md").write_text(text)


if __name__ == "__main__":
    main()
