"""A stand-in for ClamAV's daemon that speaks its protocol over a real socket, for demo and tests.

It knows one thing only: EICAR's test file, which is harmless and which every scanner finds
(eicar.org). Never use it where real files come in.
"""

import argparse
import socketserver
import struct
from collections.abc import Sequence

# In two halves, so that a scanner does not find it in this file.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
MOST = 4 << 30


class _Talk(socketserver.StreamRequestHandler):
    """One conversation."""

    def handle(self) -> None:
        """Answer commands until the other side goes away; INSTREAM ends the conversation."""
        while word := self._word():
            if word == b"PING":
                self.wfile.write(b"PONG\0")
            elif word == b"VERSION":
                self.wfile.write(b"Peel scanner simulator: finds EICAR only\0")
            elif word == b"INSTREAM":
                self.wfile.write(b"stream: " + self._scan() + b"\0")
                return
            else:
                self.wfile.write(b"UNKNOWN COMMAND\0")
                return

    def _word(self) -> bytes:
        said = b""
        while len(said) < 64 and (letter := self.rfile.read(1)) not in (b"", b"\0"):
            said += letter
        return said.removeprefix(b"z")

    def _scan(self) -> bytes:
        seen, total, infected = b"", 0, False
        while length := struct.unpack(">I", self._exactly(4))[0]:
            total += length
            if total > self.server.most:  # type: ignore[attr-defined]
                return b"INSTREAM size limit exceeded. ERROR"
            seen += self._exactly(length)
            infected = infected or EICAR in seen
            seen = seen[-len(EICAR) :]
        return b"Eicar-Test-Signature FOUND" if infected else b"OK"

    def _exactly(self, length: int) -> bytes:
        found = self.rfile.read(length)
        if len(found) < length:
            raise ConnectionError("the content was cut off")
        return found


class Simulator(socketserver.ThreadingTCPServer):
    """The stand-in on a port of this machine's own address (0: any free one)."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0, most: int = MOST) -> None:
        self.most = most
        super().__init__(("127.0.0.1", port), _Talk)

    @property
    def address(self) -> str:
        """What to write into PEEL_FILES_SCANNER."""
        return f"tcp://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever hangs up in the middle is nobody's trouble."""


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="peel scanner", description=__doc__.split("\n")[0])
    parser.add_argument("--port", type=int, default=3310)
    with Simulator(parser.parse_args(argv).port) as server:
        server.serve_forever()
    return 0
