"""The page that leads to a new kind of record is followed to the letter, in a copy of Peel."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from peel.site import runtime

PAGE = runtime.ROOT / "docs" / "howto" / "add-a-record.md"
REPLACED = re.compile(r"Replace `([^`]+)`[^\n]*(?:\n[^\n`]+)*?:\n\n```python\n(.*?)```", re.S)
RUN = re.compile(r"^    \./peel (.+)$", re.M)
OWN_LINES = 120


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project as it stands, with what is installed beside it."""
    place = tmp_path / "peel"
    skipped = shutil.ignore_patterns(
        ".git", ".venv*", "node_modules", "var", "__pycache__", ".*_cache"
    )
    shutil.copytree(runtime.ROOT, place, ignore=skipped)
    for name in (".venv", "node_modules"):
        (place / name).symlink_to(runtime.ROOT / name)
    (place / "var").mkdir()
    return place


def steps() -> list[tuple[int, str, str]]:
    """What the page says, in its order: files to replace, and commands to run."""
    text = PAGE.read_text("utf-8")
    files = [(m.start(), m[1], m[2]) for m in REPLACED.finditer(text)]
    return sorted([*files, *((m.start(), "", m[1]) for m in RUN.finditer(text))])


def run(copy: Path, *words: str, **more: str) -> str:
    """Run Python in the copy; what it printed."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PEEL_", "PYTEST_"))}
    environment |= {"PYTHONPATH": f"{copy / 'src'}:{copy}", "PYTHONDONTWRITEBYTECODE": "1"} | more
    done = subprocess.run(
        [sys.executable, *words], cwd=copy, env=environment, check=False, capture_output=True,
        text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, (words, done.stdout[-4000:], done.stderr[-4000:])
    return done.stdout


def put_diagram(copy: Path, printed: str) -> None:
    """Do what the page asks to be done by hand: the printed diagram goes into the README."""
    body = printed[printed.index("  stateDiagram-v2") : printed.index("retention:")]
    diagram = "\n".join(line[2:] for line in body.rstrip().splitlines())
    readme = copy / "src/peel/modules/warrants/README.md"
    text = re.sub(
        r"```mermaid\n.*?```", f"```mermaid\n{diagram}\n```", readme.read_text(), flags=re.S
    )
    readme.write_text(text)


@pytest.mark.slow
@pytest.mark.own_server
def test_the_page_leads_to_a_working_record(copy: Path):
    for _, path, text in steps():
        if path:
            assert (copy / path).exists(), f"{path} was not written"
            (copy / path).write_text(text)
        elif text.startswith("test "):
            words = [w for w in shlex.split(text)[1:] if w != "--hold-query-counts"]
            words.append("tests/setup/howto/walk_warrant.py")
            run(copy, "-m", "pytest", "-q", *words, PEEL_HOLD_QUERY_COUNTS="1")
        else:
            said = run(copy, "-m", "peel", *shlex.split(text))
            if text.startswith("explain"):
                put_diagram(copy, said)
    run(copy, "-m", "pytest", "-q", "tests/architecture/test_docs.py",
        "tests/architecture/test_size.py", "tests/architecture/test_sheets.py")  # fmt: skip
    own = [p for p in (copy / "src/peel/modules/warrants").rglob("*.py") if "tests" not in p.parts]
    lines = [
        line for p in own if "migrations" not in p.parts for line in p.read_text().splitlines()
    ]
    assert len(lines) < OWN_LINES
    run(copy, "-m", "peel", "stop")
