"""Writes one batch while the next one is read: the database and Python work side by side.

Batches are written strictly one after the other, on a connection of their own. What the batch in
flight will have changed is known from its plan, so that the next can be reconciled before it is
committed; should it fail, nothing after it is written.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any
from uuid import UUID

from peel.migration.police_uk.reconcile import Version


class Flight:
    """At most one piece of work in flight; `close` when all is done."""

    def __init__(self, at_end: Callable[[], None]) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="load")
        self._landing: tuple[Future[Any], Callable[[Any], None]] | None = None
        self._at_end = at_end
        self._versions: dict[bytes, list[Version]] = {}
        self._points: dict[bytes, UUID] = {}

    def start(
        self,
        work: Callable[[], Any],
        landed: Callable[[Any], None],
        versions: dict[bytes, list[Version]],
        points: dict[bytes, UUID],
    ) -> None:
        """Begin `work` when what flies has landed; `landed` is then told what it gave.

        `versions` and `points` are what will stand for the subjects and points that it changes.
        Raises what the work before raised.
        """
        self.land()
        self._versions, self._points = versions, points
        self._landing = (self._thread.submit(copy_context().run, work), landed)

    def land(self) -> None:
        """Wait for what flies. Raises what it raised."""
        if self._landing:
            (future, landed), self._landing = self._landing, None
            landed(future.result())

    def versions(
        self,
        keys: Iterable[bytes],
        committed: Callable[[list[bytes]], dict[bytes, list[Version]]],
    ) -> dict[bytes, list[Version]]:
        """The versions of these subjects: those in flight, and of the others the committed ones."""
        wanted = set(keys)
        flying = {key: self._versions[key] for key in wanted if key in self._versions}
        return committed(list(wanted - flying.keys())) | flying

    def points(
        self, keys: Iterable[bytes], committed: Callable[[list[bytes]], dict[bytes, UUID]]
    ) -> dict[bytes, UUID]:
        """The locations of these map points, in flight or committed, as far as they are known."""
        wanted = set(keys)
        flying = {key: self._points[key] for key in wanted if key in self._points}
        return committed(list(wanted - flying.keys())) | flying

    def close(self) -> None:
        """Wait for what flies, whatever comes of it, and end the thread."""
        self._thread.submit(self._at_end)
        self._thread.shutdown(wait=True)
