"""The adapter to ClamAV's daemon: the command INSTREAM over TCP or a Unix socket.

Protocol: clamd(8), section COMMANDS: "zINSTREAM", then chunks of a four-byte length in network
order with their data, then a length of zero; the answer ends with a NUL.
"""

import socket
import struct
from urllib.parse import urlparse

from peel.kernel.files.scanning import State, Verdict

CONNECT, ANSWER = 3.0, 60.0
_LONGEST_ANSWER = 4096


def connect(where: str) -> socket.socket:
    """A connection to the scanner at an address such as tcp://host:3310. Raises OSError."""
    parts = urlparse(where)
    if parts.scheme == "unix":
        found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        found.settimeout(CONNECT)
        found.connect(parts.path)
    else:
        found = socket.create_connection((parts.hostname or "", parts.port or 3310), CONNECT)
    found.settimeout(ANSWER)
    return found


class ClamdScan:
    """One content on its way through the daemon. Whatever goes wrong makes the verdict unknown."""

    def __init__(self, where: str) -> None:
        self._socket: socket.socket | None = None
        self._trouble = ""
        try:
            self._socket = connect(where)
            self._socket.sendall(b"zINSTREAM\0")
        except OSError as error:
            self._trouble = f"The virus scanner does not answer ({type(error).__name__})"

    def feed(self, data: bytes) -> None:
        """Show it the next bytes."""
        if self._socket is None or self._trouble or not data:
            return
        try:
            self._socket.sendall(struct.pack(">I", len(data)) + data)
        except OSError:
            # It may have said why it stopped listening, such as a size limit of its own.
            self._trouble = "The virus scanner stopped listening"

    def verdict(self) -> Verdict:
        """What it says of all that it was shown."""
        try:
            said = self._answer()
        except OSError:
            said = ""
        finally:
            self.close()
        words = said.rpartition(": ")[2]
        if words.endswith(" FOUND"):
            return Verdict(State.INFECTED, words.removesuffix(" FOUND")[:200])
        if words == "OK" and not self._trouble:
            return Verdict(State.CLEAN)
        return Verdict(State.UNKNOWN, (words or self._trouble or "No answer")[:200])

    def _answer(self) -> str:
        if self._socket is None:
            return ""
        if not self._trouble:
            self._socket.sendall(struct.pack(">I", 0))
        said = b""
        while len(said) < _LONGEST_ANSWER and not said.endswith(b"\0"):
            more = self._socket.recv(1024)
            if not more:
                break
            said += more
        return said.rstrip(b"\0").decode("utf-8", "replace").strip()

    def close(self) -> None:
        """Give it up."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None
