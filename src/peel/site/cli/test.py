"""`./peel test`: the tests, on the private PostgreSQL 18 or, with --debian, on Debian's 15.

With --spark those that compare Spark with DuckDB, for which pyspark is fetched into `.venv-spark`.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from .. import runtime
from ..server import chromium, keeping, packages, preparing, testing
from ..server.progress import Steps
from ..server.trouble import Trouble

DEBIAN = Path("/usr/lib/postgresql/15")
SPARK = runtime.ROOT / ".venv-spark"
SPARK_LOCK = runtime.ROOT / "requirements-spark.lock"
OURS = ("--debian", "--hold-query-counts", "--spark")


def run(arguments: list[str]) -> int:
    """Run pytest with `arguments`; its exit code. Two workers unless -n says otherwise.

    `--hold-query-counts` writes down how many queries each list and page asks, as right from now.
    """
    debian = "--debian" in arguments
    hold = "--hold-query-counts" in arguments
    passed_on = [word for word in arguments if word not in OURS]
    steps = Steps()
    preparing.assets(steps)
    more = {"PEEL_HOLD_QUERY_COUNTS": "1"} if hold else {}
    if "--spark" in arguments:
        more["PYTHONPATH"] = os.pathsep.join([str(runtime.ROOT / "src"), str(spark(steps))])
        passed_on = ["-m", "spark", "-n", "0", *passed_on]
    if debian:
        if not (DEBIAN / "bin" / "postgres").exists():
            raise Trouble(f"There is no PostgreSQL in {DEBIAN}.",
                          "Install it: apt-get install postgresql-15")  # fmt: skip
        more["PEEL_TEST_POSTGRESQL"] = str(DEBIAN)
        more["PEEL_CHROMIUM"] = os.devnull + "/absent"
        # What starts a server of its own would say nothing of this one.
        passed_on = ["-m", "not browser and not own_server and not repeated", *passed_on]
    elif not chromium.find():
        print("  No Chromium here: the browser tests will be ABSENT.", file=sys.stderr)
    if not any(word.startswith(("-n", "--numprocesses")) for word in passed_on):
        passed_on = ["-n", "2", "--dist", "worksteal", *passed_on]
    code = subprocess.run(
        [sys.executable, "-m", "pytest", *passed_on],
        cwd=runtime.ROOT, check=False, env=testing.child_environment(more),
    ).returncode  # fmt: skip
    if debian:
        os.environ.update(more)
        testing.Server().cluster.remove()
    return code


def spark(steps: Steps) -> Path:
    """The folder with pyspark in it, fetched once. Raises Trouble when there is no Java."""
    if not shutil.which("java"):
        raise Trouble("Spark needs Java 17 or later, and there is none on this machine.",
                      "Install it: apt-get install openjdk-17-jre-headless")  # fmt: skip
    stamp = SPARK / "peel-stamp"
    if not stamp.exists() or stamp.read_text() != keeping.fingerprint([SPARK_LOCK]):
        shutil.rmtree(SPARK, ignore_errors=True)
        with steps.step("Spark") as progress:
            progress.say("downloading 456 MB")
            # It is published as source alone, though nothing in it is compiled.
            packages.install(Path(sys.executable), SPARK_LOCK, progress, f"--target={SPARK}",
                             "--no-binary=pyspark")  # fmt: skip
        stamp.write_text(keeping.fingerprint([SPARK_LOCK]))
    return SPARK
