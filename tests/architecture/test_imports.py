"""Layers and doors by import-linter; no framework of pages in commands and queries."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import PEEL, ROOT, place, python_files, tree_of

PAGES = ("django.http", "django.views", "django.shortcuts", "django.template", "ninja")
UNWANTED = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter over the package in `folder`/src."""
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache", "--config", "pyproject.toml"],
        cwd=folder,
        env={
            "PYTHONPATH": str(folder / "src"),
            "PATH": "/usr/bin:/bin",
            "NO_COLOR": "1",
            "COLUMNS": "200",
        },
        capture_output=True,
        text=True,
        check=False,
    )


def page_imports(tree: ast.Module) -> list[str]:
    """The names of the page framework that a module imports, at whatever depth."""
    found = []
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        found += [n for n in names if any(n == p or n.startswith(f"{p}.") for p in PAGES)]
    return found


def is_free_of_pages(path: str) -> bool:
    """Whether a file belongs to the commands or queries of its app."""
    stems = path.removesuffix(".py").split("/")
    return "commands" in stems or "queries" in stems


def test_imports_go_down_only_and_through_doors():
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(
        PEEL,
        tmp_path / "src" / "peel",
        ignore=lambda _, names: [n for n in names if "." in n and not n.endswith(".py")],
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


BREACHES = {
    "kernel/base/clock.py": "from peel.kernel.access import markings",
    "kernel/access/markings.py": "from peel.kernel.audit import context",
    "kernel/audit/context.py": "import peel.kernel.places.grid",
    "kernel/places/grid.py": "from peel.kernel.records import kinds",
    "kernel/records/kinds.py": "from peel.machine import sheets",
    "machine/flows.py": "from peel.pole.models import Link",
    "pole/panels.py": "from peel.modules.investigation.api import Crime",
    "modules/investigation/rules.py": "from peel.site import home",
}


def test_each_upward_import_is_refused(copy):
    for path, line in BREACHES.items():
        with (copy / "src" / "peel" / path).open("a") as file:
            file.write(f"\n{line}\n")
    done = lint(copy)
    assert done.returncode == 1
    for path, line in BREACHES.items():
        importer = "peel." + path.removesuffix(".py").replace("/", ".")
        assert f"{importer} -> {line.split()[1]}" in done.stdout, (importer, done.stdout)


def test_a_module_entered_past_its_door_is_refused(copy):
    peel = copy / "src" / "peel"
    (peel / "modules" / "custody").mkdir()
    (peel / "modules" / "custody" / "__init__.py").write_text('"""Custody."""\n')
    (peel / "modules" / "custody" / "models.py").write_text(
        "from peel.modules.investigation.models import Crime\n"
        "from peel.modules.investigation import api\n"
    )
    (peel / "modules" / "custody" / "handlers.py").write_text(
        "from peel.modules.investigation import events\n"
    )
    done = lint(copy)
    assert "peel.modules.custody.models -> peel.modules.investigation.models" in done.stdout
    assert "investigation.api" not in done.stdout
    assert "investigation.events" not in done.stdout


def test_commands_and_queries_know_no_pages():
    found = {
        place(path): names
        for path in python_files()
        if is_free_of_pages(place(path)) and (names := page_imports(tree_of(path)))
    }
    assert not found


@pytest.mark.parametrize(
    "line",
    [
        "from django.http import HttpResponse",
        "import django.views.generic",
        "import ninja",
        "from django import shortcuts",
        "def f():\n    from django.template import loader",
    ],
)
def test_a_page_in_a_command_is_refused(line):
    assert page_imports(ast.parse(line))


def test_files_are_named_by_what_they_hold():
    named = {part for path in python_files(tests=True) for part in place(path)[:-3].split("/")}
    assert not named & UNWANTED


def test_every_file_says_what_it_is():
    silent = [
        place(path)
        for path in python_files(tests=True)
        if path.stat().st_size and not ast.get_docstring(tree_of(path))
    ]
    assert not silent
