"""The private PostgreSQL: made, started, killed, found again."""

import os
import shutil
import signal
import stat
import subprocess
import sys

import psycopg
import pytest

from peel.site import runtime
from peel.site.server import database, processes
from peel.site.server.cluster import Cluster
from peel.site.server.trouble import Trouble


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """A server of our own under a folder that only we may enter, as under many a home."""
    tmp_path.chmod(0o700)
    monkeypatch.setattr(runtime, "VAR", tmp_path / "var")
    made = Cluster("trial", durable=False)
    yield made
    made.remove()
    if not made.home.is_relative_to(tmp_path):
        shutil.rmtree(made.home)


def postmaster(cluster):
    return cluster.running()[0]


def test_it_runs_where_only_we_may_enter_and_never_as_root(cluster):
    pid, port = cluster.start()
    assert os.stat(f"/proc/{pid}").st_uid != 0
    assert cluster.start() == (pid, port)
    database.ensure_roles(cluster)
    database.ensure_database(cluster)
    with database.connect(cluster, "peel", "peel_web") as connection:
        assert connection.execute("select current_user").fetchone() == ("peel_web",)
    assert cluster.stop()
    assert cluster.running() is None
    assert not cluster.stop()


def test_its_passwords_are_asked_for_and_ours_alone(cluster):
    cluster.start()
    database.ensure_roles(cluster)
    kept = runtime.VAR / "keys" / "postgres-trial.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    address = database.address(cluster, "peel_owner", "postgres")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(address.replace(cluster.passwords()["peel_owner"], "guess"))


def test_what_was_committed_is_there_after_everything_was_killed(cluster):
    durable = Cluster("trial")
    durable.start()
    with database.connect(durable, "postgres") as connection:
        connection.execute("create table kept as select 42 as answer")
    for pid in processes.working_in(durable.data):
        os.kill(pid, signal.SIGKILL)
    processes.until(lambda: not processes.working_in(durable.data), 10)
    assert durable.running() is None
    assert (durable.data / "postmaster.pid").exists()
    durable.start()
    with database.connect(durable, "postgres") as connection:
        assert connection.execute("select answer from kept").fetchone() == (42,)


def test_a_stale_lock_file_that_names_a_stranger_is_seen_through(cluster):
    cluster.start()
    lock = cluster.data / "postmaster.pid"
    lines = lock.read_text().splitlines()
    for pid in processes.working_in(cluster.data):
        os.kill(pid, signal.SIGKILL)
    processes.until(lambda: not processes.working_in(cluster.data), 10)
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        lock.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        assert cluster.start()[0] != stranger.pid
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.communicate()


def test_a_data_folder_that_was_cut_off_is_made_anew(cluster):
    cluster.data.mkdir(parents=True)
    (cluster.data / "PG_VERSION").write_text("18\n")
    cluster.start()
    assert postmaster(cluster)


def test_data_of_another_version_is_refused_with_what_to_do(cluster):
    cluster.start()
    cluster.stop()
    (cluster.data / "peel-made").write_text("14\n")
    with pytest.raises(Trouble, match="PostgreSQL 14"):
        cluster.start()
    (cluster.data / "peel-made").write_text(f"{cluster.binaries.major}\n")
