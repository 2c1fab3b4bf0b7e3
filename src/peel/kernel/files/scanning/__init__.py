"""The port of the virus scanner: content is shown to it as it streams in; it says what it found.

`PEEL_FILES_SCANNER` names it ("tcp://host:3310" or "unix:///run/clamav/clamd.ctl"); empty for
none. What happens to a file that could not be scanned is `PEEL_FILES_UNSCANNED`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from django.conf import settings


class State(StrEnum):
    """What is known of a content."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    """What the scanner said; `finding` names what it found, or why it could not tell."""

    state: State
    finding: str = ""


class Scan(Protocol):
    """The scan of one content."""

    def feed(self, data: bytes) -> None:
        """Show it the next bytes. Never raises."""

    def verdict(self) -> Verdict:
        """What it says of all that it was shown."""

    def close(self) -> None:
        """Give it up."""


class _None:
    """No scanner: nothing is known."""

    def feed(self, data: bytes) -> None:
        """Look away."""

    def verdict(self) -> Verdict:
        """Nothing is known."""
        return Verdict(State.UNKNOWN, "No virus scanner is set up")

    def close(self) -> None:
        """Nothing to give up."""


def begin() -> Scan:
    """Begin to scan a content."""
    if not settings.PEEL_FILES_SCANNER:
        return _None()
    from peel.kernel.files.scanning.clamd import ClamdScan

    return ClamdScan(settings.PEEL_FILES_SCANNER)
