"""`./peel test`: the tests, on the private PostgreSQL 18 or, with --debian, on Debian's 15."""

import os
import subprocess
import sys
from pathlib import Path

from .. import runtime
from ..server import chromium, preparing, testing
from ..server.progress import Steps
from ..server.trouble import Trouble

DEBIAN = Path("/usr/lib/postgresql/15")


def run(arguments: list[str]) -> int:
    """Run pytest with `arguments`; its exit code. Two workers unless -n says otherwise."""
    debian = "--debian" in arguments
    passed_on = [word for word in arguments if word != "--debian"]
    steps = Steps()
    preparing.assets(steps)
    more = {}
    if debian:
        if not (DEBIAN / "bin" / "postgres").exists():
            raise Trouble(f"There is no PostgreSQL in {DEBIAN}.",
                          "Install it: apt-get install postgresql-15")  # fmt: skip
        more["PEEL_TEST_POSTGRESQL"] = str(DEBIAN)
        more["PEEL_CHROMIUM"] = os.devnull + "/absent"
        passed_on = ["-m", "not browser", *passed_on]
    elif not chromium.find():
        print("  No Chromium here: the browser tests will be ABSENT.", file=sys.stderr)
    if not any(word.startswith(("-n", "--numprocesses")) for word in passed_on):
        passed_on = ["-n", "2", *passed_on]
    code = subprocess.run(
        [sys.executable, "-m", "pytest", *passed_on],
        cwd=runtime.ROOT, check=False, env=testing.child_environment(more),
    ).returncode  # fmt: skip
    if debian:
        os.environ.update(more)
        testing.Server().cluster.remove()
    return code
