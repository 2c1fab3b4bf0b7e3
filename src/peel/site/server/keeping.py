"""Small things kept in `var`: locks, stamps, secrets in JSON, and fingerprints of source files."""

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any


@contextlib.contextmanager
def locked(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold the lock file `path`; waits for whoever holds it. A dead holder frees it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield


def fingerprint(paths: Iterable[Path], *extra: str) -> str:
    """A hash of the names and contents of `paths` (sorted) and of `extra`."""
    found = hashlib.sha256()
    for path in sorted(paths):
        found.update(f"{path}\0".encode())
        found.update(path.read_bytes())
    for word in extra:
        found.update(f"\0{word}".encode())
    return found.hexdigest()[:16]


def write_private(path: Path, text: str) -> None:
    """Write `text` so that only we may read it, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    partial.replace(path)


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in `path`; empty when there is none or it was cut short."""
    try:
        found = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


class Stamps:
    """What has been done, and for which inputs, so that the next start can skip it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def has(self, name: str, value: str) -> bool:
        """Whether step `name` was finished for exactly these inputs."""
        return read_json(self.path).get(name) == value

    def get(self, name: str) -> str | None:
        """The inputs that step `name` was last finished for."""
        return read_json(self.path).get(name)

    def put(self, name: str, value: str) -> None:
        """Note that step `name` is finished for these inputs."""
        write_private(self.path, json.dumps(read_json(self.path) | {name: value}))
