"""The examples of docs/howto/use-the-api.md, run as they stand against the served site."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from peel.kernel.access.tests.factories import officer
from tests.machine.calling import token_for

PAGE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "use-the-api.md"


@pytest.mark.skipif(not shutil.which("curl"), reason="ABSENT: no curl on this machine")
def test_every_example_does_what_it_says(database, live_server_url):
    blocks = re.findall(r"```bash\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert len(blocks) >= 7
    script = "set -eu\n" + "\necho ----\n".join(blocks)
    token = token_for(officer(permissions=["*"]))
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, timeout=240, check=False,
        env={**os.environ, "PEEL": live_server_url, "TOKEN": token},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    _, listed, crimes, made, edited, status, fed = done.stdout.split("----\n")
    assert '"items": []' in listed
    assert '"total": 0' in crimes
    assert made.strip() == ""
    assert '"description": "Tall"' in edited
    assert status.strip() == "304"
    assert '"next": "' in fed
