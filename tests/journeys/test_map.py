"""Given crimes at places; when an officer opens the map of the list; then what it shows is told."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.pole.maps.tests.given import crime, place
from tests.journeys.walking import officer_with_password

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("PEEL_SHOTS", "")


def shot(page, name):
    if SHOTS:
        page.wait_for_timeout(4000)
        page.screenshot(path=Path(SHOTS, f"{name}.png"), full_page=True)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_map_is_read_drawn_on_and_left_without_a_mouse(walk, width):
    who = officer_with_password("nadia", role="supervisor")
    there = place(who, postcode="EC1N 8RN")
    near = [crime(who, there), crime(who, there, "Drugs")]
    far = crime(who, place(who, -0.099, 51.5125, paon="1", street="Cheapside"))
    person = run(commands["pole.nominal.create"], who, {"family_name": "Okafor"})
    home = {"record_id": person.pk, "other": there, "reading": "home>"}
    run(commands["pole.link.create"], who, home)
    walker = walk(width=width, both=False)
    page, keys = walker.page, walker.page.keyboard
    walker.sign_in("nadia")
    walker.go("/investigation/crime/")
    walker.follow("Map", exact=True)
    drawn = page.locator(".peel-map--drawn")
    expect(drawn).to_be_visible()
    walker.sees("3 crimes in view")
    walker.sees(far.reference)
    shot(page, f"list-{width}")
    # A number in the table shows its place on the map.
    page.get_by_role("button", name="1 Cheapside").press("Enter")
    # A box drawn with the keyboard: a corner in the middle, another further up and left.
    page.get_by_role("button", name="Draw a circle").press("Enter")
    expect(page.locator("canvas")).to_be_focused()
    keys.press("Enter")
    walker.sees("Now the second point")
    keys.press("ArrowLeft")
    with page.expect_navigation():
        keys.press("Enter")
    walker.check()
    walker.sees("On the map: within")
    # The same by fields; then as a list, with the shape in words.
    walker.fill(Address="EC1N 8RN", Distance="60")
    walker.press("Show what lies in it")
    walker.sees("2 crimes in view")
    walker.does_not_see(far.reference)
    expect(drawn).to_be_visible()
    shot(page, f"shape-{width}")
    walker.follow("Show as a list")
    walker.sees("within 60 metres of")
    walker.sees(near[0].reference)
    walker.does_not_see(far.reference)
    walker.go(
        "/investigation/crime/map/?shape=polygon:-0.11,51.51,-0.09,51.53,-0.09,51.51,-0.11,51.53"
    )
    walker.sees("The polygon crosses itself near 51.5200, -0.1000")
    walker.go(f"/pole/nominal/{person.reference}/")
    page.locator("#map").scroll_into_view_if_needed()
    walker.sees("1. 7 Greville Street")
    shot(page, f"panel-{width}")


def test_without_a_script_the_table_is_the_map(walk):
    who = officer_with_password("nadia", role="supervisor")
    made = crime(who, place(who))
    walker = walk(javascript=False)
    walker.sign_in("nadia")
    walker.go("/investigation/crime/map/")
    walker.sees("The map needs JavaScript. The table tells the same.")
    walker.sees(made.reference)
