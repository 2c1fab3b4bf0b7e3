"""The size budget: small files, small functions, small templates, a small machine."""

import ast
from pathlib import Path

from tests.architecture.sources import PEEL, ROOT, place, python_files, tree_of

FILE, FUNCTION, TEMPLATE, MACHINE = 400, 40, 80, 6_000
NINE_IN_TEN = 25


def lines_of(path: Path) -> int:
    """How many lines a file has."""
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(tree: ast.Module) -> list[tuple[str, int]]:
    """Each function with its lines, without its decorators and its docstring."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            said = ast.get_docstring(node, clean=False)
            documented = said.count("\n") + 1 if said is not None else 0
            found.append((node.name, node.end_lineno - node.lineno + 1 - documented))
    return found


def every_file() -> list[Path]:
    """The code of Peel, its tests, tools and benchmarks; migrations are made, not written."""
    others = [p for name in ("tests", "tools", "benchmarks") for p in (ROOT / name).rglob("*.py")]
    return [*python_files(tests=True), *others, ROOT / "conftest.py"]


def test_files_are_small():
    long = {str(p.relative_to(ROOT)): n for p in every_file() if (n := lines_of(p)) > FILE}
    sql = {place(p): n for p in PEEL.rglob("*.sql") if (n := lines_of(p)) > FILE}
    assert not long | sql


def test_functions_are_small():
    sizes = [(place(p), *each) for p in python_files() for each in functions(tree_of(p))]
    assert [each for each in sizes if each[2] > FUNCTION] == []
    lengths = sorted(each[2] for each in sizes)
    assert lengths[len(lengths) * 9 // 10] <= NINE_IN_TEN


def test_templates_are_small():
    long = {place(p): n for p in PEEL.rglob("*.html") if (n := lines_of(p)) > TEMPLATE}
    assert not long


def test_the_machine_is_small():
    machine = [p for p in python_files(PEEL / "machine") if "ui" not in p.parts]
    assert sum(map(lines_of, machine)) <= MACHINE


def test_what_is_too_long_is_seen(tmp_path):
    long = tmp_path / "long.py"
    body = "\n".join("    x = 1" for _ in range(FUNCTION))
    long.write_text(f"def f():\n{body}\n\nasync def g():\n    pass\n" + "\n" * FILE)
    assert lines_of(long) > FILE
    assert dict(functions(tree_of(long))) == {"f": FUNCTION + 1, "g": 2}
