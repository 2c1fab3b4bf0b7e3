"""The reference pages are those that the code makes, and every setting is explained."""

import re
import subprocess
import sys
from pathlib import Path

from peel.site import runtime
from peel.site.cli.reference import FOLDER
from peel.site.reference import settings
from peel.site.server import testing

READ = re.compile(r"(?:environ|getenv|environment)(?:\.get)?[(\[]\s*f?\"(PEEL_[A-Z0-9_]+)\"|"
                  r"\"(PEEL_[A-Z0-9_]+)\" in os\.environ")  # fmt: skip
# Made of a prefix and a name: the databases by alias, the secrets by what they are for.
BY_NAME = re.compile(r"runtime\.secret\([\"'](\w+)[\"']\)|^    \"\w+\": \(\"(PEEL_\w+)\",", re.M)


def read_by_the_code() -> set[str]:
    """Every variable that the code reads, and those of the launcher and the tests."""
    found = {"PEEL_PYTHON", "PEEL_HOLD_QUERY_COUNTS", "PEEL_SCHEMATHESIS"}
    for path in [*(runtime.ROOT / "src").rglob("*.py"), runtime.ROOT / "conftest.py"]:
        if "tests" in path.parts:
            continue
        text = path.read_text("utf-8")
        found |= {name for pair in READ.findall(text) for name in pair if name}
        found |= {(a and f"PEEL_SECRET_{a.upper()}") or b for a, b in BY_NAME.findall(text)}
    return found


def test_the_pages_are_current():
    """In a process of its own: tests declare kinds and commands of theirs."""
    done = subprocess.run(
        [sys.executable, "-m", "peel", "reference", "--check"], cwd=runtime.ROOT, check=False,
        capture_output=True, text=True, env=testing.child_environment({}),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_setting_is_explained():
    told = {name for names in settings.declared().values() for name in names}
    assert told == read_by_the_code()


def test_every_page_of_the_reference_is_found_from_the_index():
    index = (runtime.ROOT / "docs" / "README.md").read_text("utf-8")
    missing = [p.name for p in Path(FOLDER).glob("*.md") if f"reference/{p.name}" not in index]
    assert missing == []
