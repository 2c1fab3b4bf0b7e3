"""The live sessions of a user: where each was begun and when it was last in use."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections

from peel.kernel.access.identity import Identity, speaking

DOOR = "door"
# The first that fits, for a browser's own name stands beside those it imitates.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("CrOS", "ChromeOS"), ("Mac OS X", "a Mac"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True)
class Session:
    """One session that may still be used."""

    id: UUID
    created: datetime
    last_seen: datetime
    expires: datetime
    address: str
    agent: str
    appointment_id: UUID

    @property
    def browser(self) -> str:
        """The browser in words."""
        return in_words(self.agent)


def in_words(agent: str) -> str:
    """A browser's own account of itself in words: "Firefox on Windows"."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return " on ".join(part for part in (browser or "A browser", system) if part)


def mine(identity: Identity) -> list[Session]:
    """One's own sessions, the one used last first. Raises SignedOut."""
    with speaking(identity, using=DOOR):
        return list(sessions_in("access.my_sessions()"))


def end_mine(identity: Identity, session_id: UUID) -> bool:
    """End one of one's own sessions; False when there is none such."""
    with speaking(identity, using=DOOR), connections[DOOR].cursor() as cursor:
        cursor.execute("select access.end_my_session(%s)", [session_id])
        return bool(cursor.fetchone()[0])


def sessions_in(source: str, *values: UUID) -> Iterator[Session]:
    """The rows of a function of the database that gives sessions. Call within `speaking`."""
    with connections[DOOR].cursor() as cursor:
        cursor.execute(
            f"select id, created, last_seen, expires, address, agent, appointment_id from {source}",
            values,
        )
        for row in cursor.fetchall():
            yield Session(*row)
