"""`./peel check`: everything that can be said about the code without using it."""

import argparse
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from .. import runtime
from ..server import preparing
from ..server.progress import Steps
from ..server.testing import child_environment

_PYTHON = Path(sys.executable)
_CODE = ["src", "tests", "tools", "benchmarks", "conftest.py"]


@dataclass(frozen=True)
class Finding:
    """How one step went."""

    step: str
    passed: bool
    seconds: float
    said: str


def steps() -> dict[str, list[str]]:
    """Each step's name and command, the slow ones first."""
    bin_folder = _PYTHON.parent
    code = [name for name in _CODE if (runtime.ROOT / name).exists()]
    return {
        "types": [str(bin_folder / "mypy"), "src", "tools/bootstrap.py"],
        "architecture and size": [
            str(_PYTHON), "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/architecture",
        ],
        "contracts": [str(bin_folder / "lint-imports"), "--no-cache"],
        "migrations": [str(_PYTHON), "-m", "django", "makemigrations", "--check", "--dry-run"],
        "Django's checks": [str(_PYTHON), "-m", "django", "check", "--fail-level", "WARNING"],
        "lint": [str(bin_folder / "ruff"), "check", *code],
        "format": [str(bin_folder / "ruff"), "format", "--check", *code],
    }  # fmt: skip


def run(arguments: list[str]) -> int:
    """Run every step, even after one has failed; 1 if any did."""
    parser = argparse.ArgumentParser(prog="./peel check", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    chosen = parser.parse_args(arguments)
    # The architecture tests look at a migrated database, whose server npm brings.
    preparing.assets(Steps())
    with ThreadPoolExecutor(2) as pool:
        under_way = [pool.submit(_run, name, command) for name, command in steps().items()]
        findings = []
        for each in under_way:
            findings.append(each.result())
            if not chosen.json:
                _tell(findings[-1])
    failed = [finding.step for finding in findings if not finding.passed]
    if chosen.json:
        print(json.dumps({"passed": not failed, "steps": [asdict(each) for each in findings]}))
    else:
        print(f"FAILED: {', '.join(failed)}" if failed else f"All {len(findings)} steps passed.")
    return 1 if failed else 0


def _run(name: str, command: list[str]) -> Finding:
    began = time.monotonic()
    # Colour and warnings about a database that a check does not need would only be in the way.
    environment = child_environment({"NO_COLOR": "1", "PYTHONWARNINGS": "ignore::RuntimeWarning"})
    done = subprocess.run(
        command, cwd=runtime.ROOT, check=False, capture_output=True, text=True,
        stdin=subprocess.DEVNULL, env=environment,
    )  # fmt: skip
    said = (done.stdout + done.stderr).strip()
    return Finding(name, done.returncode == 0, round(time.monotonic() - began, 1), said)


def _tell(finding: Finding) -> None:
    verdict = "passed" if finding.passed else "FAILED"
    print(f"  {finding.step:<24}{verdict}  ({finding.seconds:.1f} s)", flush=True)
    if not finding.passed:
        for line in finding.said.splitlines()[-60:]:
            print(f"      {line}")
