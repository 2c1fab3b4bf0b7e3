"""The supervisor: what dies is started again, callers lose nothing, all of it stops together."""

import os
import signal
import urllib.request

import pytest

from peel.site import runtime
from peel.site.server import ports, processes
from peel.site.server.supervisor import Service, Supervisor
from peel.site.server.testing import child_environment


@pytest.fixture
def said():
    return []


@pytest.fixture
def supervisor(worker_database, tmp_path, monkeypatch, said):
    monkeypatch.setattr(runtime, "VAR", tmp_path)
    environment = child_environment(worker_database.environment)
    made = Supervisor([], lambda: environment, said.append)
    yield made
    made.stop()


def answers(port):
    with urllib.request.urlopen(f"http://localhost:{port}/accessibility/", timeout=120) as page:
        return page.status


def test_a_killed_web_server_is_started_again_on_the_same_sockets(supervisor, said):
    port = ports.any_free()
    sockets = ports.listen(port)
    descriptors = [each.fileno() for each in sockets]
    words = [word for number in descriptors for word in ("--descriptor", str(number))]
    service = Service("web", ["web", "--workers", "2", *words], descriptors)
    supervisor.services.append(service)
    supervisor.start("web")
    assert answers(port) == 200
    first = service.process.pid
    os.kill(first, signal.SIGKILL)
    service.process.wait()
    supervisor.watch(1)
    assert answers(port) == 200
    assert service.process.pid != first
    assert not processes.group_members(first)
    assert said[0].startswith("web has ended (code -9); starting it again in 0 s.")


def test_one_that_keeps_dying_is_started_less_and_less_often(supervisor, said):
    supervisor.services.append(Service("brief", ["help"]))
    supervisor.start("brief")
    supervisor.watch(3)
    assert [line.split(" in ")[1].split(" s.")[0] for line in said][:2] == ["0", "1"]


def test_everything_is_gone_after_a_stop(supervisor):
    port = ports.any_free()
    service = Service("web", ["web", "--workers", "2", "--port", str(port)])
    supervisor.services.append(service)
    supervisor.start("web")
    processes.until(lambda: not ports.is_free(port), 30)
    answers(port)
    supervisor.stop()
    assert not processes.group_members(service.process.pid)
    assert ports.is_free(port)
