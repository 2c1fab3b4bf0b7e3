"""A record, officers, and a scanner that speaks its protocol over a real socket."""

import threading

import pytest

from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.kernel.files.scanning.simulator import Simulator
from peel.machine.commands import run
from peel.machine.commands.registry import commands


@pytest.fixture
def scanner(settings):
    """The stand-in for ClamAV, in use."""
    with Simulator() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        settings.PEEL_FILES_SCANNER = server.address
        yield server
        server.shutdown()


@pytest.fixture
def place(settings, tmp_path):
    """A store of this test's own."""
    settings.PEEL_FILES = f"file://{tmp_path / 'store'}"
    from peel.kernel.files import backends

    return backends.backend()


@pytest.fixture
def who(database):
    """An officer who may bring files in and withdraw them."""
    return officer(role="detective")


@pytest.fixture
def client(who):
    """That officer's browser."""
    return signed_in_client(who)


@pytest.fixture
def record(who):
    """A record."""
    values = {"family_name": "Kingsbridge", "given_names": "Marion"}
    return run(commands["pole.nominal.create"], who, values)
