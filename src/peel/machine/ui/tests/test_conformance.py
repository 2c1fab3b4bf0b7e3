"""Our tag against the fixtures that govuk-frontend publishes for each of its components."""

import html
import json
import re
import warnings
from pathlib import Path
from typing import Any

import pytest
from django.template import Context, Template
from django.utils.safestring import mark_safe

ROOT = Path(__file__).resolve().parents[5]
COMPONENTS = ROOT / "node_modules/govuk-frontend/dist/govuk/components"
# The port does not know the footer without a licence; Peel has a footer of its own.
KNOWN = {
    ("footer", "with no content licence"),
    ("footer", "with only custom meta"),
    ("footer", "with only meta links"),
}


def trusted(value: Any, key: str = "") -> Any:
    """The fixture's options with its own HTML marked safe, as a template's would be."""
    if isinstance(value, dict):
        return {name: trusted(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [trusted(inner, key) for inner in value]
    return mark_safe(value) if key in ("html", "attributes") and isinstance(value, str) else value


def normal(text: str) -> str:
    """The markup without what a browser does not tell apart."""
    text = html.unescape(re.sub(r"\s+", " ", text))
    text = re.sub(r"\s*([<>])\s*", r"\1", text)
    return re.sub(r"\s*(/?>)", r"\1", text).replace("/>", ">").strip()


def fixtures() -> list[tuple[str, dict[str, Any]]]:
    found = []
    for path in sorted(COMPONENTS.glob("*/fixtures.json")):
        data = json.loads(path.read_text("utf-8"))
        found += [(data["component"], fixture) for fixture in data["fixtures"]]
    return found


def test_our_tag_draws_the_published_fixtures() -> None:
    if not COMPONENTS.is_dir():
        warnings.warn("npm packages are absent: the components were NOT compared", stacklevel=1)
        pytest.skip("NOT TESTED: node_modules is absent, so run npm ci")
    tag = Template("{% load peel_ui %}{% govuk name params %}")
    listed = fixtures()
    different = set()
    for name, fixture in listed:
        context = Context({"name": name, "params": trusted(fixture["options"])})
        if normal(tag.render(context)) != normal(fixture["html"]):
            different.add((name, fixture["name"]))
    assert len(listed) == 657
    assert different == KNOWN
