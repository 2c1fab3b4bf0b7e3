"""The source files that the rules are about, and what belongs to a name in them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PEEL = ROOT / "src" / "peel"


def python_files(root: Path = PEEL, *, tests: bool = False) -> Iterator[Path]:
    """Every Python file below `root`, without migrations and (unless asked) tests."""
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).parts
        if "migrations" in parts or (not tests and "tests" in parts):
            continue
        yield path


def tree_of(path: Path) -> ast.Module:
    """A file, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def place(path: Path, root: Path = PEEL) -> str:
    """A file's path as the rules name it: "machine/flows.py"."""
    return path.relative_to(root).as_posix()
