"""An officer types what she knows: suggestions on the way, the person first, and why."""

import os
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from peel.kernel.access.tests.factories import officer
from peel.kernel.base.dates import PartialDate
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.services.search.tests.test_telling import tell
from tests.journeys.walking import officer_with_password

pytestmark = pytest.mark.browser
QUESTION = "smyth john b 80s brixton silver corsa *7JX"
# Misspelt in three ways, the names changed round, day and month of birth changed round.
MISTAKEN = ("jhon smith", "john smiht", "jon smyth", "smith john", "john smith 6/4/1983")


def shot(walker, name, width):
    """Keep a picture where one is wanted: PEEL_SHOTS names the folder."""
    if place := os.environ.get("PEEL_SHOTS"):
        walker.page.screenshot(path=f"{place}/{name}-{width}.png", full_page=True)


@pytest.fixture
def wanted(database):
    """John Brian Smith of Brixton, keeper of a silver Corsa; others of the name."""
    who = officer_with_password("sadia", role="supervisor")

    def do(name, **values):
        return run(commands[name], who, values)

    people = [
        do("pole.nominal.create", given_names=given, family_name=family,
           date_of_birth=PartialDate.parse(born))
        for given, family, born in (
            ("John Brian", "Smith", "4 June 1983"), ("Jon", "Smythe", "1988"),
            ("John", "Smith", "2 February 1985"), ("Joanna", "Smithson", "1 May 1961"),
        )
    ]  # fmt: skip
    car = do("objects.vehicle.create", vrm="LB07 JXK", make="Vauxhall", model="Corsa",
             colour="silver")  # fmt: skip
    do("objects.vehicle.create", vrm="AB12 CDE", make="Vauxhall", model="Corsa", colour="red")
    home = do("pole.location.create", paon="12", street="Acre Lane", town="Brixton",
              postcode="SW2 5TN")  # fmt: skip
    for reading, other in (("keeper>", car), ("home>", home)):
        do("pole.link.create", record_id=people[0].pk, other=other, reading=reading)
    return people[0]


def narrow_and_keep(walker, width):
    """Two Corsas are narrowed to the red one; of the next one she is told."""
    walker.search("vauxhall corsa")
    walker.follow("Vehicles")
    red = walker.page.locator(".peel-facets__option", has_text="Red")
    if walker.javascript:
        shot(walker, "filters", width)
        walker.go(red.get_attribute("href"))
    else:
        walker.page.locator(".peel-facets__summary").click()
        shot(walker, "filters", width)
        red.click()
    walker.sees("1 to 1, best first")
    walker.sees("AB12 CDE")
    shot(walker, "narrowed", width)
    walker.press("Keep this search")
    walker.press("Tell me of new hits")
    walker.sees("Stop telling me of new hits")
    other = officer(permissions=["*"])
    run(commands["objects.vehicle.create"], other, {"vrm": "CD34 EFG", "make": "Vauxhall",
                                                    "model": "Corsa"})  # fmt: skip
    tell()
    walker.go("/notices/")
    walker.sees("New hit of your search “vauxhall corsa”")
    shot(walker, "notices", width)
    walker.go("/search/")
    walker.sees("You are told of new hits")
    shot(walker, "kept", width)
    walker.search("vauxhall corsa")
    expect(walker.page.locator(".peel-hit").filter(has_text="New")).to_have_count(1)
    shot(walker, "new", width)


@pytest.mark.parametrize(("width", "javascript"), [(1280, True), (390, False)])
def test_one_box_finds_her_and_says_why(walk, wanted, width, javascript):
    walker = walk(width=width, javascript=javascript)
    walker.sign_in("sadia")
    box = walker.page.locator("#peel-search-words")
    if javascript:
        walker.page.keyboard.press("/")
        expect(box).to_be_focused()
        box.press_sequentially("john smi")
        options = walker.page.get_by_role("option")
        expect(options.first).to_be_visible()
        shot(walker, "suggestions", width)
        walker.check()
        box.press("Escape")
        expect(options).to_have_count(0)
    walker.search(QUESTION)
    first = walker.page.locator(".peel-hit").first
    expect(first).to_contain_text("SMITH, John Brian")
    for reason in ("born in the 1980s", "12 Acre Lane, Brixton", "LB07 JXK"):
        expect(first).to_contain_text(reason)
    shot(walker, "results", width)
    for text in MISTAKEN if javascript else ():
        walker.page.goto(f"/search/?{urlencode({'q': text})}")
        assert any(
            "SMITH, John Brian" in hit
            for hit in walker.page.locator(".peel-hit").all_inner_texts()[:10]
        ), text
    walker.search(QUESTION)
    walker.follow("Vehicles")
    walker.sees("1 to 1, best first")
    shot(walker, "kind", width)
    narrow_and_keep(walker, width)
    walker.search(wanted.reference)
    expect(walker.page.get_by_role("heading", level=1)).to_contain_text("SMITH, John Brian")
    walker.search("zzyzx")
    walker.sees("Nothing that you can see fits")
    shot(walker, "nothing", width)
