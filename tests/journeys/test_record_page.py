"""A record's page in the browser: actions in sight, timeline, comparison, paper, who sees it."""

import pytest
from playwright.sync_api import Page

from peel.kernel.access.identity import Identity
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.pole.models import Nominal
from tests.journeys.walking import Walker, officer_with_password
from tests.machine.test_main_job import make_crime, make_nominal

pytestmark = pytest.mark.browser


def given_a_nominal_with_a_history(who: Identity, links: int = 23) -> Nominal:
    """A nominal with two versions of a description, another name, and many links."""
    nominal = make_nominal(who, marking=2)
    for version, words in ((1, "Grey beard"), (2, "Red beard")):
        values = {"version": version, "sex": "M", "description": words}
        run(commands["pole.nominal.edit"], who, {"record_id": nominal.pk, **values})
    alias = {"kind": "alias", "family_name": "Rook", "given_names": "Dan"}
    run(commands["pole.nominal.add_name"], who, {"record_id": nominal.pk, **alias})
    for _ in range(links):
        link = {"other": make_crime(who), "reading": "suspect>"}
        run(commands["pole.link.create"], who, {"record_id": nominal.pk, **link})
    return nominal


def covered(page: Page) -> list[str]:
    """Which links and buttons lie under something while they have the focus, there and back."""
    page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0); }")
    return walked(page, "Tab", 40) + walked(page, "Shift+Tab", 40)


def walked(page: Page, key: str, steps: int) -> list[str]:
    """Those that are covered when one goes on by this key."""
    found = []
    for _ in range(steps):
        page.keyboard.press(key)
        said = page.evaluate(
            """() => {
                const at = document.activeElement;
                if (!at || at === document.body) return "end";
                const bar = at.closest(".peel-bar");
                const box = at.getBoundingClientRect();
                const x = box.left + Math.min(box.width / 2, 20), y = box.top + box.height / 2;
                const top = document.elementFromPoint(x, y);
                const seen = top && (at.contains(top) || top.contains(at) || bar);
                return seen ? "" : at.outerHTML.slice(0, 120);
            }"""
        )
        if said == "end":
            break
        if said:
            found.append(said)
    return found


@pytest.mark.parametrize("width", [1280, 390])
def test_a_record_page_keeps_its_actions_in_sight_and_leads_back(walk, width):
    who = officer_with_password("tobias", "supervisor")
    nominal = given_a_nominal_with_a_history(who)
    walker = walk(width=width, both=False)
    walker.sign_in("tobias")
    walker.go("/pole/nominal/?sex=M")
    walker.follow(nominal.reference)
    edit = walker.page.locator(".peel-bar").get_by_role("button", name="Edit")
    walker.page.evaluate("() => window.scrollTo(0, document.body.scrollHeight)")
    assert edit.is_visible()
    assert 0 <= edit.bounding_box()["y"] < 200
    assert covered(walker.page) == []
    walker.page.locator(".peel-tabs").get_by_role("link", name="Links").click()
    heading = walker.page.locator("#links h2")
    bar = walker.page.locator(".peel-bar .peel-moves").bounding_box()
    assert heading.bounding_box()["y"] >= bar["y"] + bar["height"] - 1
    walker.sees("1 field is empty: show")
    walker.follow("Show all 23")
    walker.sees("23 in all")
    walker.page.go_back()
    walker.page.locator(".govuk-breadcrumbs").get_by_role("link", name="Nominals").click()
    walker.page.wait_for_url("**/pole/nominal/?sex=M")


def test_timeline_comparison_and_who_can_see(walk):
    who = officer_with_password("tobias", "supervisor", collar_number="T4711")
    nominal = given_a_nominal_with_a_history(who, links=1)
    walker = walk(width=390)
    walker.sign_in("tobias")
    walker.go(f"/pole/nominal/{nominal.reference}/")
    walker.follow("Whole timeline")
    for words in ("Link added", "ROOK, Dan (alias)", "Record a nominal", "GMT"):
        walker.sees(words)
    walker.page.get_by_label("Only changes of").select_option(label="Description")
    walker.press("Show")
    walker.sees("Red beard")
    walker.does_not_see("Link added")
    walker.follow("Compare version 3 with the one before")
    walker.sees("Grey beard")
    walker.does_not_see("Same")
    walker.page.get_by_label("Show what is the same too").check()
    walker.press("Compare")
    walker.sees("Same")
    walker.page.get_by_label("One (a number, or a date)").fill("3 March 1999")
    walker.press("Compare")
    walker.sees("There was no such record yet on 3 March 1999")
    walker.go(f"/pole/nominal/{nominal.reference}/")
    walker.follow("Who can see this")
    walker.sees("1 person can see this record now")
    walker.page.get_by_label("Can this officer see it? Collar number").fill("t4711")
    walker.press("Explain")
    walker.sees("can see it")
    walker.sees("The record is OFFICIAL-SENSITIVE")


def test_a_record_on_paper_bears_its_marking_on_every_page(walk):
    who = officer_with_password("tobias", "supervisor")
    nominal = given_a_nominal_with_a_history(who, links=60)
    walker = walk()
    walker.sign_in("tobias")
    walker.go(f"/pole/nominal/{nominal.reference}/")
    walker.follow("Print")
    page = walker.page
    page.get_by_label("Timeline").check()
    walker.follow("Show these")
    paper = page.locator(".peel-paper__page")
    assert "printed by" in paper.inner_text()
    assert "60" in paper.locator("#links .peel-panel__count").inner_text()
    assert paper.locator("#links tbody tr").count() == 60
    page.emulate_media(media="print")
    assert not page.locator(".peel-paper__choice").is_visible()
    head, foot = paper.locator("> thead"), paper.locator("> tfoot")
    for part, display in ((head, "table-header-group"), (foot, "table-footer-group")):
        assert "OFFICIAL-SENSITIVE" in part.inner_text()
        assert part.evaluate("node => getComputedStyle(node).display") == display
    # Some six pages of A4: the table that is on each of them repeats its head and foot.
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") >= 3


def test_without_javascript_nothing_is_missing(walk):
    who = officer_with_password("tobias", "supervisor")
    nominal = given_a_nominal_with_a_history(who, links=1)
    walker: Walker = walk(javascript=False)
    walker.sign_in("tobias")
    walker.go(f"/pole/nominal/{nominal.reference}/")
    walker.page.locator(".peel-tabs").get_by_role("link", name="Facts").click()
    assert walker.page.url.endswith("#names")
    walker.follow("Print")
    walker.page.get_by_label("Links").uncheck()
    walker.follow("Show these")
    assert walker.page.locator("#links").count() == 0
    assert walker.page.locator("#names").count() == 1
