"""Signed tree heads: the sealer's key, what a head says, and its copies outside the database.

A head names the tree's size and root, the head before it, and the new end of every lane that
moved since. It is signed with Ed25519 and copied to where no database administrator can reach.
"""

import json
import logging.handlers
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

VERSION = 1
GENESIS = bytes(32)


@dataclass(frozen=True)
class Head:
    """One signed tree head. `body` is the exact JSON text that is hashed and signed."""

    number: int
    tree_size: int
    at: datetime
    body: str
    signature: bytes

    @property
    def hash(self) -> bytes:
        """What the next head names as its previous."""
        return sha256(self.body.encode()).digest()

    def copy_line(self) -> str:
        """The line of an outside copy: the head, its signature, and when (UTC) it was copied."""
        return json.dumps(
            {
                "head": json.loads(self.body),
                "signature": self.signature.hex(),
                "copied_at": datetime.now(UTC).isoformat(),
            },
            separators=(",", ":"),
        )


def sign(
    key: Ed25519PrivateKey,
    *,
    number: int,
    tree_size: int,
    root: bytes,
    previous: bytes,
    lanes: Mapping[int, tuple[int, bytes]],
) -> Head:
    """The head of a tree, signed, at the real time of this machine."""
    at = datetime.now(UTC)
    body = json.dumps(
        {
            "version": VERSION,
            "number": number,
            "tree_size": tree_size,
            "root": root.hex(),
            "at": at.isoformat(timespec="microseconds"),
            "previous": previous.hex(),
            "lanes": {str(lane): [end, hash_.hex()] for lane, (end, hash_) in lanes.items()},
        },
        sort_keys=True,
        separators=(",", ":"),
    )
    return Head(number, tree_size, at, body, key.sign(body.encode()))


def signing_key() -> Ed25519PrivateKey:
    """The sealer's private key from PEEL_AUDIT_KEY; made on first use, readable by us only."""
    path = Path(settings.PEEL_AUDIT_KEY)
    if not path.exists():
        _make_key(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} holds no Ed25519 key")
    return key


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    partial = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(made)
        os.fsync(handle.fileno())
    try:
        # A link refuses to overwrite: of two that start at once, one key wins.
        os.link(partial, path)
    except FileExistsError:
        pass
    finally:
        partial.unlink()


def public_key() -> bytes:
    """The public key that checks the heads, as PEM."""
    return (
        signing_key()
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def outside_paths() -> list[Path]:
    """The files that receive every head: PEEL_AUDIT_HEADS, several parted by the path separator."""
    return [Path(part) for part in str(settings.PEEL_AUDIT_HEADS).split(os.pathsep) if part]


class OutsideCopy:
    """One append-only file of heads, one a line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.last, self.last_hash = self._find_last()

    def _find_last(self) -> tuple[int, bytes]:
        """The number and hash of the last whole head in the file; -1 for none."""
        if not self.path.exists():
            return -1, GENESIS
        with self.path.open("rb") as handle:
            size = handle.seek(0, os.SEEK_END)
            reach = 1 << 16
            while True:
                handle.seek(max(0, size - reach))
                for line in reversed(handle.read().split(b"\n")):
                    if found := _parse(line):
                        return found
                if reach >= size:
                    return -1, GENESIS
                reach *= 4

    def append(self, heads: Iterable[Head]) -> None:
        """Add heads and wait until they are on the disk. Raises OSError."""
        new = [head for head in heads if head.number > self.last]
        if not new:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab+") as handle:
            torn = handle.tell() > 0 and not self._ends_in_newline()
            lines = "\n" * torn + "".join(f"{head.copy_line()}\n" for head in new)
            handle.write(lines.encode())
            handle.flush()
            os.fsync(handle.fileno())
        self.last, self.last_hash = new[-1].number, new[-1].hash

    def _ends_in_newline(self) -> bool:
        # A sealer killed in mid-write leaves half a line: end it, and write the head again.
        with self.path.open("rb") as handle:
            handle.seek(-1, os.SEEK_END)
            return handle.read(1) == b"\n"


def _parse(line: bytes) -> tuple[int, bytes] | None:
    """The number and hash of the head in a line of an outside copy; None for half a line."""
    try:
        found: Any = json.loads(line)["head"]
        body = json.dumps(found, sort_keys=True, separators=(",", ":"))
        return int(found["number"]), sha256(body.encode()).digest()
    except (ValueError, KeyError, TypeError):
        return None


def to_syslog(head: Head, address: str) -> None:
    """Send the essence of a head to a syslog host (`host:port`, UDP) or socket path."""
    host, _, port = address.rpartition(":")
    target: str | tuple[str, int] = (host, int(port)) if host else address
    handler = logging.handlers.SysLogHandler(target)
    try:
        said = json.loads(head.body)
        text = (
            f"peel-head number={head.number} size={head.tree_size} root={said['root']} "
            f"at={said['at']} hash={head.hash.hex()} signature={head.signature.hex()}"
        )
        handler.emit(logging.LogRecord("peel", logging.INFO, "", 0, text, None, None))
    finally:
        handler.close()
