"""What open pages are told: each change, to whoever may see it, in order, and nothing else."""

import asyncio
import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from django.db import connections

from peel.kernel.access import identity as identities
from peel.kernel.access.tests.factories import officer, organisation, unit
from peel.kernel.base import cursor, relay
from peel.machine import registry
from peel.machine.commands.registry import commands
from peel.machine.commands.runner import run
from peel.site.server import ports, testing
from tests.machine.listening import Listener, cookies_of, listening
from tests.machine.test_main_job import make_crime

KIND = "investigation.crime"
SHEET = registry.sheet_of(KIND)


@pytest.fixture(autouse=True)
def _beside_a_loop(monkeypatch) -> None:
    """Scenes are played in an event loop, where Django would refuse the database."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture
def published(database) -> Iterator[None]:
    """A relay at work in a thread; numbers never start again, as the server remembers them."""
    with connections["relay"].cursor() as asked:
        asked.execute("update base_publication set last = %s", [int(time.time() * 1000)])
    stop = threading.Event()
    thread = threading.Thread(target=relay.run, args=[stop], kwargs={"pause": 0.01})
    thread.start()
    yield
    stop.set()
    thread.join(60)


@pytest.fixture
def port(live_server_url) -> int:
    return int(live_server_url.rsplit(":", 1)[1])


def listener(port: int, who, about: str = f"kind={KIND}", **more) -> Listener:
    return Listener(port, cookies_of(who), about, **more)


async def until(fits, seconds: float = 90) -> None:
    async with asyncio.timeout(seconds):
        while not fits():
            await asyncio.sleep(0.02)


def edit(who, record, **values) -> None:
    asked = {"record_id": record.pk, "version": record.version, **values}
    changed = run(commands[f"{KIND}.edit"], who, asked)
    record.version = changed.version


def restrict(who, record, command="restrict", **values) -> None:
    asked = {"record_id": record.pk, "version": record.version, "reason": "A test", **values}
    record.version = run(commands[f"{KIND}.{command}"], who, asked).version


def test_a_change_is_told_to_whoever_has_it_open(published, port):
    who, other = officer(), officer()
    crime = make_crime(who)

    async def scene() -> None:
        lists, page = listener(port, other), listener(port, other, f"record={crime.pk}")
        elsewhere = listener(port, other, "kind=pole.nominal")
        async with listening([lists, page, elsewhere]):
            await asyncio.to_thread(edit, who, crime, summary="A window was broken.")
            await until(lambda: lists.known and page.known)
        assert lists.known == page.known == {str(crime.pk): crime.version}
        assert elsewhere.known == {}

    asyncio.run(scene())


def test_whoever_may_not_see_it_is_told_nothing_and_who_could_is_told_that_it_went(published, port):
    who, other = officer("supervisor"), officer()
    stranger = officer(of=unit("CID", of=organisation("Another force")))
    crime, last = make_crime(who), make_crime(who)

    async def scene() -> None:
        people = [listener(port, each) for each in (who, other, stranger)]
        mine, theirs, strange = people
        async with listening(people):
            await asyncio.to_thread(edit, who, crime, summary="One")
            await until(lambda: mine.known and theirs.known)
            await asyncio.to_thread(restrict, who, crime, admitted=[])
            await asyncio.to_thread(edit, who, crime, summary="Two")
            await asyncio.to_thread(edit, who, last, summary="The last")
            await until(lambda: str(last.pk) in mine.known and str(last.pk) in theirs.known)
            assert mine.known == {str(c.pk): c.version for c in (crime, last)}
            assert theirs.known == {str(last.pk): last.version}
            await asyncio.to_thread(restrict, who, crime, "lift_restriction")
            await until(lambda: str(crime.pk) in theirs.known)
        assert strange.known == {}

    asyncio.run(scene())


def test_a_page_that_was_cut_off_hears_what_it_missed(published, port):
    who = officer()
    crimes = [make_crime(who) for _ in range(3)]

    async def scene() -> None:
        one = listener(port, who)
        async with listening([one]):
            pass
        for crime in crimes:
            await asyncio.to_thread(edit, who, crime, summary="While nobody listened")
        await asyncio.sleep(0.3)
        again = listener(port, who, place=one.place)
        async with listening([again]):
            await until(lambda: len(again.known) == 3)
        assert again.known == {str(c.pk): c.version for c in crimes}

    asyncio.run(scene())


def test_a_session_that_ends_is_told_and_its_stream_ends(published, port):
    who = officer()

    async def scene() -> None:
        one = listener(port, who)
        async with listening([one]):
            await asyncio.to_thread(identities.end, who.token)
            await until(lambda: one.ended)

    asyncio.run(scene())


def refusal(port: int, query: str, cookies: str = "", method: str = "GET") -> int:
    asked = urllib.request.Request(
        f"http://localhost:{port}/live/?{query}", method=method, headers={"Cookie": cookies}
    )
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as problem:
        return problem.code if json.load(problem)["title"] else 0


def test_a_stream_is_refused_in_words(database, port):
    who = officer()
    mine = cookies_of(who)
    many = "&".join(["kind=pole.nominal"] * 21)
    for query in ("kind=no.such", "record=x", "after=made-up", many):
        assert refusal(port, query, mine) == 422
    assert refusal(port, "kind=pole.nominal", mine, method="POST") == 405
    assert refusal(port, "kind=pole.nominal", mine) == 200
    identities.end(who.token)
    for nobody in ("", mine, "; ".join(f"{n.split('=')[0]}=x" for n in mine.split("; "))):
        assert refusal(port, "kind=pole.nominal", nobody) == 401


def test_a_stream_needs_the_permission_to_see_the_kind(published, port):
    who, clerk = officer(), officer(permissions=["investigation.incident.view"])
    crime = make_crime(who)

    async def scene() -> None:
        mine, theirs = listener(port, who), listener(port, clerk)
        async with listening([mine, theirs]):
            await asyncio.to_thread(edit, who, crime, summary="One")
            await until(lambda: mine.known)
        assert theirs.known == {}

    asyncio.run(scene())


def test_a_place_is_a_word_that_tells_nothing():
    words = [cursor.seal(number) for number in range(200)]
    assert [cursor.open_(word) for word in words] == list(range(200))
    assert len({word[:4] for word in words}) > 150
    for wrong in ("", "x", words[3][:-1] + "~", "A" * 22, "é"):
        with pytest.raises(ValueError):
            cursor.open_(wrong)


def test_a_server_that_stops_does_not_wait_for_its_streams(worker_database, database):
    place = ports.any_free()
    server = subprocess.Popen(
        [sys.executable, "-m", "peel", "web", "--port", str(place)],
        env=testing.child_environment(dict(worker_database.environment)),
        stderr=subprocess.DEVNULL,
    )

    async def scene() -> None:
        async with listening([listener(place, officer())]):
            server.terminate()
            assert await asyncio.to_thread(server.wait, 60) is not None

    try:
        asyncio.run(scene())
    finally:
        server.kill()
