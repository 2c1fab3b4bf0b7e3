"""The machine names no module: it learns of kinds from the register alone."""

import ast
import re

from django.apps import apps

from tests.architecture.sources import PEEL, place, python_files, tree_of

MACHINE = PEEL / "machine"
# What the style guide shows is made up for it; no code of the machine reads it.
SHOWN_ONLY = {
    "ui/samples.py": "invented content of the style guide",
    "ui/styleguide.py": "invented content of the style guide",
    "ui/templates/ui/styleguide.html": "invented content of the style guide",
}


# Words that the machine has uses of its own for (the header Location, a link, who is signed in,
# Django's `objects`, Python's `property`, an officer's organisation, an account of what was done,
# the computer before which one sits).
PLAIN = {
    "identity", "load", "link", "location", "source", "quarantine",
    "account", "computer", "objects", "organisation", "property",
}  # fmt: skip


def foreign_words() -> set[str]:
    """The names of the apps above the machine and of their models."""
    above = [
        c
        for c in apps.get_app_configs()
        if c.name.startswith(("peel.pole", "peel.modules", "peel.migration"))
    ]
    words = {config.label for config in above}
    for config in above:
        words |= {
            m.__name__.lower() for m in config.get_models() if "event" not in m.__name__.lower()
        }
    return words - PLAIN


def named(tree: ast.Module, words: set[str]) -> list[str]:
    """Identifiers and strings (not docstrings) of a module that hold one of the words."""
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    pattern = re.compile(rf"(?<![a-z])({'|'.join(sorted(words))})(?![a-z])", re.I)
    found = []
    for node in ast.walk(tree):
        said = ""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            said = "" if id(node) in documented else node.value
        elif isinstance(node, ast.Name | ast.alias | ast.Attribute | ast.ImportFrom):
            said = (
                getattr(node, "id", "")
                or getattr(node, "name", "")
                or (getattr(node, "attr", "") or getattr(node, "module", "") or "")
            )
        if pattern.search(said):
            found.append(f"{getattr(node, 'lineno', 0)}: {said[:60]}")
    return found


# An example in a line of help is not knowledge.
EXAMPLES = {"explain.py"}


def test_the_machine_names_no_module():
    words = foreign_words()
    assert {"pole", "nominal", "crime", "investigation"} <= words
    found = {}
    for path in python_files(MACHINE):
        name = place(path, MACHINE)
        if (
            name not in SHOWN_ONLY
            and name not in EXAMPLES
            and (hits := named(tree_of(path), words))
        ):
            found[name] = hits
    for path in MACHINE.rglob("*.html"):
        name = place(path, MACHINE)
        pattern = rf"(?<![a-z])({'|'.join(sorted(words))})(?![a-z])"
        text = re.sub(
            r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(), flags=re.S
        )
        if name not in SHOWN_ONLY and re.search(pattern, text, re.I):
            found[name] = [re.search(pattern, text, re.I).group(0)]
    assert not found


def test_a_module_named_in_the_machine_is_refused():
    words = foreign_words()
    assert named(ast.parse('if kind == "investigation.crime":\n    pass'), words)
    assert named(ast.parse("from peel.pole.models import Link"), words)
    assert named(ast.parse("record.as_nominal"), words)
    assert not named(ast.parse('def f():\n    """Such as investigation.crime."""'), words)
