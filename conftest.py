"""The database of the tests, the served site for the browser, and what is said when one is absent.

A test that touches the database asks for the fixture `database` (the marker `django_db` and
pytest-django's own fixture names mean the same). It sees a fully migrated database under the real
roles; whatever it commits is gone before the next test. Nothing is rolled back.
"""

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Iterator
from importlib.util import find_spec
from pathlib import Path

import hypothesis
import pytest

from peel.site import runtime
from peel.site.server import chromium, ports, testing
from peel.site.server.trouble import Trouble

_SERVER = testing.Server()

# The same examples in each run, and no bound of time on one: a loaded machine fails nothing.
# PEEL_HYPOTHESIS=random looks further.
hypothesis.settings.register_profile(
    "same", deadline=None, derandomize=True, database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)  # fmt: skip
hypothesis.settings.register_profile(
    "random", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile(os.environ.get("PEEL_HYPOTHESIS", "same"))


def pytest_configure(config: pytest.Config) -> None:
    """Keep the keys, heads and static files of a test run apart from those of the checkout."""
    from django.conf import settings

    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    place = runtime.VAR / "test" / f"{os.getpid()}-{worker}"
    settings.PEEL_AUDIT_KEY = place / "audit-signing.pem"
    settings.PEEL_AUDIT_HEADS = place / "heads.jsonl"
    settings.WHITENOISE_USE_FINDERS = True
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    os.environ["PEEL_AUDIT_KEY"] = str(settings.PEEL_AUDIT_KEY)
    os.environ["PEEL_AUDIT_HEADS"] = str(settings.PEEL_AUDIT_HEADS)
    os.environ["PEEL_STATIC_FROM_SOURCE"] = "1"
    # Half a second a password, here and in the served site; tests of hashing set their own.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    os.environ["PEEL_FAST_HASH"] = "1"
    settings.PEEL_FILES = os.environ["PEEL_FILES"] = f"file://{place / 'files'}"
    # Tests call faster than programs may; those of the pace set their own.
    settings.PEEL_API_READS = settings.PEEL_API_WRITES = 1_000_000
    os.environ["PEEL_API_READS"] = os.environ["PEEL_API_WRITES"] = "1000000"
    config.stash[_PLACE] = place


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave the test server and remove what this process kept."""
    _SERVER.leave()
    if place := config.stash.get(_PLACE, None):
        shutil.rmtree(place, ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the browser tests when there is no browser; the summary says so loudly.

    On Debian's server, only what meets a server: the rest was or will be run on our own.
    """
    if os.environ.get("PEEL_TEST_POSTGRESQL"):
        met = [item for item in items if "worker_database" in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(met)])
        items[:] = met
    items.sort(key=_turn)
    if find_spec("pyspark") is None:
        for item in items:
            if item.get_closest_marker("spark"):
                item.add_marker(pytest.mark.skip(reason="ABSENT: ./peel test --spark runs it"))
    if chromium.find():
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="ABSENT: no Chromium on this machine"))


def _turn(item: pytest.Item) -> tuple[bool, bool, bool]:
    """The longest first, so that no worker is left with one when the others are done.

    The journeys last: their Chromium and the loop of Playwright stay until the session ends.
    """
    browser = item.get_closest_marker("browser") is not None
    return item.get_closest_marker("slow") is None, browser, "journeys" in item.path.parts


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly which tests were absent."""
    skipped = terminalreporter.stats.get("skipped", [])
    absent = [report for report in skipped if "browser" in getattr(report, "keywords", {})]
    if absent:
        terminalreporter.section("BROWSER TESTS ABSENT", red=True, bold=True)
        terminalreporter.line(
            f"{len(absent)} browser tests were NOT run: there is no Chromium on this machine.\n"
            "Install it (Debian: apt-get install chromium) or name it in PEEL_CHROMIUM."
        )
    if any("spark" in getattr(report, "keywords", {}) for report in skipped):
        terminalreporter.section("SPARK TESTS ABSENT", red=True, bold=True)
        terminalreporter.line("Spark was NOT compared with DuckDB: run ./peel test --spark.")


_PLACE = pytest.StashKey[Path]()


@pytest.fixture(scope="session")
def worker_database() -> Iterator[testing.WorkerDatabase]:
    """This worker's clone of the migrated template."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    try:
        _SERVER.enter()
        clone = testing.WorkerDatabase(_SERVER, worker)
    except Trouble as trouble:
        pytest.fail(f"The test database cannot be had. {trouble}", pytrace=False)
    yield clone
    from django.db import connections

    connections.close_all()
    clone.drop()


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """Nothing: the databases are not made by Django's test runner."""


@pytest.fixture
def database(
    worker_database: testing.WorkerDatabase, django_db_blocker: object
) -> Generator[testing.WorkerDatabase]:
    """The migrated database under Peel's own roles, put back as it was after the test."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield worker_database
        testing.tidy_connections()
    worker_database.reset()


@pytest.fixture
def db(database: testing.WorkerDatabase) -> testing.WorkerDatabase:
    """pytest-django's name for `database`."""
    return database


@pytest.fixture
def transactional_db(database: testing.WorkerDatabase) -> testing.WorkerDatabase:
    """pytest-django's name for `database`: every test commits here."""
    return database


@pytest.fixture
def _django_db_helper(database: testing.WorkerDatabase) -> testing.WorkerDatabase:
    """What the marker `django_db` asks for."""
    return database


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The path of Chromium, for Playwright's `executable_path`."""
    found = chromium.find()
    if found is None:
        pytest.skip("ABSENT: no Chromium on this machine")
    return found


@pytest.fixture(scope="session")
def live_server_url(worker_database: testing.WorkerDatabase) -> Iterator[str]:
    """The address of Peel served by a real uvicorn from this worker's database.

    Ask for `database` too: it is what puts the rows right after the test.
    """
    port = ports.any_free()
    log = runtime.VAR / "log" / f"test-web-{os.getpid()}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as handle:
        server = subprocess.Popen(
            [sys.executable, "-m", "peel", "web", "--port", str(port)],
            stdin=subprocess.DEVNULL, stdout=handle, stderr=handle,
            env=testing.child_environment(
                {**worker_database.environment, "PEEL_REQUIRE_TOTP": "0"}
            ),
        )  # fmt: skip
    url = f"http://localhost:{port}"
    try:
        _wait_for(url, server, log)
        yield url
    finally:
        server.terminate()
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
    log.unlink(missing_ok=True)


def _wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=60).close()  # noqa: S310
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"The site was not served:\n{log.read_text()[-4000:]}")
