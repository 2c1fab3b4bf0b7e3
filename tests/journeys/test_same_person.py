"""Two records of one woman: found beside each other, judged the same, added to, and taken apart."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from peel.machine.commands import run
from peel.machine.commands.registry import commands
from tests.journeys.walking import officer_with_password

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("PEEL_SHOTS")


def shot(walker, name):
    if SHOTS:
        walker.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("width", [1280, 390])
def test_two_records_are_judged_the_same_added_to_and_taken_apart(walk, width):
    who = officer_with_password("nadia", role="supervisor")
    make = commands["pole.nominal.create"]
    first, second = (
        run(make, who, {"family_name": name, "given_names": "Ngozi"})
        for name in ("Okafor", "Okafar")
    )
    walker = walk(width=width)
    page = walker.page
    walker.sign_in("nadia")
    walker.go(f"/pole/nominal/{first.reference}/identity/")
    walker.fill(Another_record=second.reference)
    walker.press("Compare")
    walker.sees("Differ")
    shot(walker, f"beside-{width}")
    walker.follow("The same", exact=True)
    walker.fill(Why="The same fingerprints")
    shot(walker, f"judge-{width}")
    walker.press("Judge two records")
    # The page of either is now that of the first, and a fact goes to the record it is said of.
    walker.go(f"/pole/nominal/{second.reference}/")
    walker.sees(f"{second.reference} is the same person as {first.reference}")
    shot(walker, f"person-{width}")
    page.get_by_role("link", name="Add a fact").first.click()
    page.get_by_label("What is it?").select_option(label="Hair colour")
    shot(walker, f"fact-kind-{width}")
    walker.press("Go on")
    page.get_by_label("Hair colour").select_option(label="Black")
    walker.press("Add a fact")
    walker.sees("Black")
    # A list says so of each, and can show her once.
    walker.go("/pole/nominal/")
    walker.sees("+ 1 further record")
    walker.sees(f"Same person as {first.reference}")
    shot(walker, f"list-{width}")
    walker.follow("Each person once")
    walker.sees("1 nominal")
    walker.does_not_see(second.reference)
    shot(walker, f"once-{width}")
    walker.go(f"/pole/nominal/{first.reference}/identity/")
    walker.follow("End or undo")
    walker.fill(Why="A slip of the pen")
    walker.press("End a judgement")
    walker.go(f"/pole/nominal/{second.reference}/")
    walker.does_not_see("is the same person as")
    walker.does_not_see("Black")
    walker.go("/pole/nominal/")
    expect(page.locator("main")).not_to_contain_text("further record")
