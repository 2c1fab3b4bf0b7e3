"""`./peel` as it is called: what it says when all is well, and when something is wrong."""

import json
import os
import re
import socket
import subprocess

import pytest

from peel.site import runtime
from peel.site.cli import COMMANDS
from peel.site.server import node, packages, ports
from peel.site.server.database import VARIABLES
from peel.site.server.trouble import Trouble, from_os_error


def peel(*arguments, **environment):
    names = {name for name, _ in VARIABLES.values()} | {"PEEL_PORT"}
    inherited = {key: value for key, value in os.environ.items() if key not in names}
    return subprocess.run(
        [str(runtime.ROOT / "peel"), *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=inherited | environment,
        timeout=280,
        check=False,
    )


def test_help_lists_every_command_in_one_line_each():
    said = peel("help").stdout
    for name, command in COMMANDS.items():
        assert (f"\n  {name} " in said) is command.listed


def test_an_unknown_command_is_told_in_one_line():
    done = peel("fly")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("peel: there is no command `fly`. The commands: ./peel help\n")


def test_doctor_answers_in_json():
    found = json.loads(peel("doctor", "--json").stdout)
    assert found["fine"] is True
    answers = {each["name"]: each for each in found["answers"]}
    assert answers["pip"]["fine"]
    assert all(each["fine"] or each["mend"] for each in answers.values())


def test_up_names_each_address_that_is_missing():
    done = peel("up")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for alias, (name, role) in VARIABLES.items():
        assert (f"{name}=postgres://{role}:" in done.stderr) is (alias not in ("owner", "loader"))


def test_up_says_when_a_database_does_not_answer(tmp_path):
    nowhere = {
        name: f"postgres://{role}@127.0.0.1:1/peel"
        for alias, (name, role) in VARIABLES.items()
        if alias not in ("owner", "loader")
    }
    done = peel("up", PEEL_VAR=str(tmp_path), **nowhere)
    assert done.returncode == 1
    assert "PEEL_DATABASE_URL at 127.0.0.1:1 does not answer" in done.stderr
    assert "Traceback" not in done.stderr


def test_up_refuses_a_role_that_sees_everything(worker_database, tmp_path):
    strong = worker_database.environment["PEEL_DATABASE_OWNER_URL"]
    given = worker_database.environment | {"PEEL_DATABASE_URL": strong}
    done = peel("up", PEEL_VAR=str(tmp_path), **given)
    assert done.returncode == 1
    assert "PEEL_DATABASE_URL signs in as peel_owner; it must be peel_web." in done.stderr


@pytest.mark.parametrize("port", ["taken", "eighty", "70000"])
def test_a_port_that_cannot_be_had_is_told_before_anything_is_built(port, tmp_path):
    with socket.create_server((ports.LOCAL, 0)) as other:
        named = str(other.getsockname()[1]) if port == "taken" else port
        done = peel("demo", PEEL_PORT=named, PEEL_VAR=str(tmp_path / "var"))
    assert done.returncode == 1
    assert "PEEL_PORT" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "var" / "postgres").exists()


def test_an_altered_wheel_of_pip_is_refused(tmp_path, monkeypatch):
    altered = tmp_path / packages.PIP.name
    altered.write_bytes(packages.PIP.read_bytes() + b" ")
    monkeypatch.setattr(packages, "PIP", altered)
    with pytest.raises(Trouble, match="not the file"):
        packages.pip()


def test_a_full_disk_is_told_in_plain_words():
    assert "disk is full" in str(from_os_error(OSError(28, "No space left on device")))


def test_no_lock_file_names_a_host():
    python = [f"requirements{of}.lock" for of in ("", "-node", "-spark")]
    for name in (*python, "package-lock.json", ".npmrc"):
        text = (runtime.ROOT / name).read_text()
        # Pages on which a project asks for money are told by its package and are no registry.
        text = re.sub(r'"funding": (\{[^}]*\}|\[[^\]]*\]|"[^"]*")', "", text)
        assert "https://" not in text, name
    assert node.LOCK.exists()
