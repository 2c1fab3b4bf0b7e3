"""The documents are true to the code: links resolve, commands exist, every sheet has its page."""

import re
from pathlib import Path

import pytest

from peel.machine import registry
from peel.site.cli import COMMANDS
from tests.architecture.sources import ROOT

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"\./peel\s+([a-z][a-z-]*)")
FENCE = re.compile(r"^(`{3,}).*?^\1\s*$", re.M | re.S)
MOST_LINES_OF_A_DECISION = 40


def documents(root: Path = ROOT) -> list[Path]:
    """Every document of the project: those at its top, in docs, and each part's README."""
    found = [*root.glob("*.md"), *(root / "docs").rglob("*.md"), *(root / "src").rglob("*.md")]
    return sorted(p for p in found if "node_modules" not in p.parts and "vendor" not in p.parts)


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as hosts of repositories make them."""
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.M)
    plain = [re.sub(r"[^\w\- ]", "", title.strip().lower()) for title in titles]
    return {title.replace(" ", "-") for title in plain}


def broken_links(document: Path, root: Path = ROOT) -> list[str]:
    """The relative links of a document that lead nowhere, or out of the project."""
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    targets = [target for target in LINK.findall(text) if not re.match(r"[a-z]+:", target)]
    return [target for target in targets if not _leads_somewhere(document, target, root)]


def _leads_somewhere(document: Path, target: str, root: Path) -> bool:
    path, _, anchor = target.partition("#")
    there = (document.parent / path).resolve() if path else document
    if not there.is_relative_to(root.resolve()) or not there.exists():
        return False
    return not anchor or there.suffix != ".md" or anchor in anchors(there.read_text("utf-8"))


def unknown_commands(text: str) -> list[str]:
    """The `./peel` commands that a text names and that do not exist."""
    return [name for name in COMMAND.findall(text) if name not in COMMANDS]


def sheets_without_page(pages: dict[str, str]) -> list[str]:
    """The kinds that no module page names; `pages` is each page's text by name."""
    missing = []
    for sheet in registry.sheets():
        app = sheet.kind.split(".")[0]
        if f"`{sheet.kind}`" not in pages.get(app, ""):
            missing.append(sheet.kind)
    return missing


def module_pages() -> dict[str, str]:
    """The text of each page in docs/modules, by its name."""
    return {p.stem: p.read_text("utf-8") for p in (ROOT / "docs" / "modules").glob("*.md")}


@pytest.mark.parametrize("document", documents(), ids=lambda p: str(p.relative_to(ROOT)))
def test_links_resolve(document):
    assert broken_links(document) == []


@pytest.mark.parametrize("document", documents(), ids=lambda p: str(p.relative_to(ROOT)))
def test_commands_exist(document):
    assert unknown_commands(document.read_text(encoding="utf-8")) == []


def test_every_listed_command_is_described():
    text = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    listed = {name for name, command in COMMANDS.items() if command.listed}
    assert listed - set(COMMAND.findall(text)) == set()


def test_every_sheet_has_a_module_page_that_names_it():
    assert sheets_without_page(module_pages()) == []


def test_every_key_of_the_sheet_is_described():
    import dataclasses

    from peel.machine.sheets import Sheet

    text = (ROOT / "docs" / "reference" / "sheet.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `(\w+)` \|", text, re.M))
    assert {field.name for field in dataclasses.fields(Sheet)} - rows == set()


def test_state_diagrams_are_those_that_explain_prints():
    from peel.site.explain import diagram

    for sheet in registry.sheets():
        readme = Path(str(sheet.model._meta.app_config.path)) / "README.md"
        if sheet.flow is not None:
            text = readme.read_text(encoding="utf-8") if readme.exists() else ""
            assert diagram(sheet) in text, f"{readme} lacks the diagram of {sheet.kind}"


def test_decisions_are_short_and_listed():
    folder = ROOT / "docs" / "adr"
    index = (folder / "README.md").read_text(encoding="utf-8")
    for page in sorted(folder.glob("0*.md")):
        text = page.read_text(encoding="utf-8")
        assert page.name in index, page.name
        assert len(text.splitlines()) <= MOST_LINES_OF_A_DECISION, page.name
        for part in ("Context", "Decision", "Consequences", "Cost to reverse"):
            assert f"\n## {part}\n" in text, (page.name, part)


def test_what_is_wrong_is_seen(tmp_path):
    (tmp_path / "there.md").write_text("# A part\n\n```\n# not a heading\n```\n")
    page = tmp_path / "page.md"
    page.write_text(
        "[a](there.md) [b](there.md#a-part) [c](gone.md) [d](there.md#not-a-heading)"
        " [e](https://example.org/) [f](../outside.md)\n"
    )
    assert broken_links(page, tmp_path) == ["gone.md", "there.md#not-a-heading", "../outside.md"]
    assert unknown_commands("run `./peel demo`, then ./peel dance") == ["dance"]
    assert "investigation.crime" in sheets_without_page({"investigation": "of `crime` only"})
