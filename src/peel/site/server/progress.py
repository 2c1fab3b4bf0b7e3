"""Telling the person at the keyboard what is going on, on a terminal and in a log alike."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

WIDTH = 24
QUIET_SECONDS = 5.0


class Progress:
    """One step under way: rewrites its line on a terminal, adds a line now and then in a log."""

    def __init__(self, name: str, out: TextIO) -> None:
        self.name = name
        self.out = out
        self.began = time.monotonic()
        self._spoke = self.began
        self._live = out.isatty()
        if self._live:
            self._write("...")

    def _write(self, text: str, end: str = "") -> None:
        start = "\r\033[K" if self._live else ""
        self.out.write(f"{start}  {self.name:<{WIDTH}}{text}{end}")
        self.out.flush()

    def say(self, text: str) -> None:
        """Show what is being done."""
        if self._live:
            self._write(text[:70])
        elif time.monotonic() - self._spoke > QUIET_SECONDS:
            self._spoke = time.monotonic()
            self._write(text, "\n")

    def show(self, done: int, total: int, what: str = "") -> None:
        """Show how many of how many are done."""
        self.say(f"{done} of {total}  {what}")

    def finish(self, text: str) -> None:
        """Close the step's line."""
        self._write(f"{text}  ({time.monotonic() - self.began:.1f} s)", "\n")


class Steps:
    """The steps of a set-up, on standard error, so that `--json` on standard output stays clean."""

    def __init__(self, out: TextIO | None = None) -> None:
        self.out = out or sys.stderr

    @contextmanager
    def step(self, name: str) -> Iterator[Progress]:
        """Announce a step, and its end with the time it took."""
        progress = Progress(name, self.out)
        try:
            yield progress
        except BaseException:
            progress.finish("FAILED")
            raise
        progress.finish("done")
