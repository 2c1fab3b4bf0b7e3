"""A link chart by keyboard: open, expand twice, group, pin, annotate, undo, save, read, path."""

import pytest
from playwright.sync_api import Page, expect

from peel.kernel.access.identity import Identity
from peel.kernel.base.dates import PartialDate
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.pole.charts.tests.stage import many_links
from tests.journeys.walking import Walker, officer_with_password

pytestmark = pytest.mark.browser


def given_a_ring(who: Identity) -> tuple[object, object, object]:
    """A person with an associate, whose brother is two steps away, and 25 others besides."""
    make = commands["pole.nominal.create"]
    names = (("Okafor", "Daniel"), ("Rook", "Mina"), ("Vane", "Otis"))
    made = [run(make, who, {"family_name": f, "given_names": g}) for f, g in names]
    for one, other, how in ((0, 1, "associate>"), (1, 2, "sibling>")):
        link = {"record_id": made[one].pk, "other": made[other], "reading": how}
        run(commands["pole.link.create"], who, link | {"starts": PartialDate.parse("March 2026")})
    many_links(who, made[0], ends=25)
    return made[0], made[1], made[2]


def settle(page: Page) -> None:
    """The picture is drawn and the table has followed."""
    page.wait_for_function("() => document.querySelector('[data-chart]').dataset.settled")
    page.wait_for_function("() => document.querySelector('[data-view]').dataset.painted")


def press(page: Page, name: str, key: str = "Enter") -> None:
    """Go to a button by focus and press it by key."""
    button = page.get_by_role("button", name=name, exact=True).first
    button.focus()
    page.keyboard.press(key)


def open_pane(page: Page, words: str) -> None:
    page.locator("summary", has_text=words).first.focus()
    page.keyboard.press("Enter")


def says(page: Page, words: str) -> None:
    expect(page.locator("[data-chart] [data-said]")).to_contain_text(words)


def brush(page: Page) -> None:
    """The time line by pointer: what is dragged over is drawn, then all again."""
    bars = page.locator(".peel-chart__time svg")
    bars.scroll_into_view_if_needed()
    box = bars.bounding_box()
    assert box
    span = page.locator(".peel-chart__span")
    first, last = span.get_by_label("Links from"), span.get_by_label("to", exact=True)
    page.mouse.move(box["x"] + 2, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    expect(page.locator(".peel-chart__brush")).not_to_have_attribute("width", "0")
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 20)
    page.mouse.up()
    expect(first).to_have_value("2026-03-01")
    expect(last).to_have_value("2026-03-31")
    press(page, "All dates")
    expect(first).to_have_value("")


def drawing(walker: Walker, person: object) -> None:
    """What is done on the open chart, by keys alone."""
    page = walker.page
    view = page.locator("[data-view]")
    view.focus()
    page.keyboard.press("ArrowLeft")
    says(page, "OKAFOR, Daniel")
    page.keyboard.press("Enter")
    says(page, "0 records added")
    page.get_by_role("button", name="Expand").nth(1).focus()
    page.keyboard.press("Enter")
    says(page, "1 record added")
    rows = page.locator("[data-rows] tr")
    expect(rows).to_have_count(3)
    # Unfold the many and fold them again.
    unfold = page.locator("[data-rows]").get_by_role("button", name="Unfold").first
    unfold.focus()
    page.keyboard.press("Enter")
    says(page, "25 records added")
    expect(rows).to_have_count(28)
    page.locator("[data-rows]").get_by_role("button", name="Group").first.focus()
    page.keyboard.press("Enter")
    says(page, "25 records folded")
    expect(rows).to_have_count(3)
    brush(page)
    view.focus()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("p")
    says(page, "pinning done")
    open_pane(page, "Selected")
    page.get_by_label("Words for a note or a box").fill("Ask about the van")
    press(page, "Write a note")
    says(page, "A note “Ask about the van”")
    press(page, "Undo")
    says(page, "Undone: the note")
    press(page, "Redo")
    says(page, "Done again: the note")
    open_pane(page, "Selected")
    open_pane(page, "Earlier date")
    page.locator("[data-on]").fill("2026-01-01")
    page.get_by_label("Beside how it stands now").check()
    page.get_by_role("button", name="Show", exact=True).press("Enter")
    says(page, "Since then 2 links added, 0 ended")
    expect(page.locator("[data-rows]")).to_contain_text("added")
    press(page, "Undo")
    says(page, "Undone: looking at another day")
    open_pane(page, "Earlier date")
    page.get_by_label("Shortest path").fill(person.reference)  # type: ignore[attr-defined]
    page.keyboard.press("Enter")
    says(page, "2 steps from one to the other. OKAFOR, Daniel, then ROOK, Mina, then VANE, Otis")
    press(page, "What both are linked to")
    says(page, "1 record is linked to at least two of these. ROOK, Mina")
    open_pane(page, "By which links")
    page.get_by_label("Type of link").select_option("partner")
    press(page, "Find the path")
    says(page, "No path")
    page.get_by_label("Type of link").select_option("")
    open_pane(page, "By which links")
    walker.check()


def on_a_phone(walk, address: str) -> None:
    """The saved chart at 390 pixels: expanded, saved again and looked at by axe."""
    small = walk(width=390, both=False)
    small.sign_in("tobias")
    small.go(address)
    settle(small.page)
    small.page.locator("[data-rows]").get_by_role("button", name="Unfold").first.press("Enter")
    says(small.page, "25 records added")
    open_pane(small.page, "Save")
    press(small.page, "Save the drawing")
    says(small.page, "version 2")
    press(small.page, "Undo")
    says(small.page, "Undone: unfolding")
    small.check()
    press(small.page, "Save the drawing")
    says(small.page, "version 3")


def test_a_chart_is_drawn_saved_and_read_by_keyboard(walk):
    who = officer_with_password("tobias", "supervisor")
    first, _, far = given_a_ring(who)
    walker = walk(both=False)
    page = walker.page
    walker.sign_in("tobias")
    walker.go(f"/pole/nominal/{first.reference}/")
    walker.follow("Link chart", exact=True)
    settle(page)
    walker.check()
    walker.sees("connected with 25 nominals")
    drawing(walker, far)
    open_pane(page, "Save")
    page.get_by_label("Title").fill("Okafor and near")
    page.get_by_label("Purpose").fill("Who drives the van")
    with page.expect_navigation():
        press(page, "Save as a record")
    settle(page)
    walker.check()
    walker.sees("Ask about the van")
    expect(page.locator("[data-rows] tr")).to_have_count(3)
    expect(page.locator("[data-rows]")).to_contain_text("pinned")
    address = page.url
    with page.expect_download() as taken:
        press(page, "PNG")
    assert taken.value.suggested_filename.endswith("official.png")
    on_a_phone(walk, address)
    plain = walk(javascript=False)
    plain.sign_in("tobias")
    plain.go(address)
    plain.sees("sibling of")
    plain.sees("Ask about the van")
    plain.sees("25 nominals")
