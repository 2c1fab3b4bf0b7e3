"""Two records of one woman: found beside each other, judged the same, added to, and taken apart."""

import os
from pathlib import Path

import pytest

from peel.machine.commands import run
from peel.machine.commands.registry import commands
from tests.journeys.walking import officer_with_password

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("PEEL_SHOTS")


def look(walker, name):
    """Look at the page, and keep a picture where one is wanted."""
    walker.check()
    if SHOTS:
        walker.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def test_two_records_are_judged_the_same_added_to_and_taken_apart(walk):
    who = officer_with_password("nadia", role="supervisor")
    make = commands["pole.nominal.create"]
    first, second = (
        run(make, who, {"family_name": name, "given_names": "Ngozi"})
        for name in ("Okafor", "Okafar")
    )
    walker = walk()
    page = walker.page
    walker.sign_in("nadia")
    page.goto(f"/pole/nominal/{first.reference}/identity/?other={second.reference}")
    walker.sees("Differ")
    look(walker, "beside")
    page.get_by_role("button", name="The same", exact=True).click()
    walker.fill(Why="The same fingerprints")
    look(walker, "judge")
    walker.press("Judge two records")
    # The page of either is now that of the first, and a fact goes to the record it is said of.
    page.goto(f"/pole/nominal/{second.reference}/")
    walker.sees(f"{second.reference} is the same person as {first.reference}")
    page.goto(f"/pole/nominal/{first.reference}/add-fact/")
    page.get_by_label("What is it?").select_option(label="Hair colour")
    look(walker, "fact-kind")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Hair colour").select_option(label="Black")
    walker.press("Add a fact")
    walker.sees("Black")
    # A list says so of each, and can show her once.
    page.goto("/pole/nominal/")
    walker.sees("+ 1 further record")
    walker.sees(f"Same person as {first.reference}")
    look(walker, "list")
    page.get_by_role("link", name="Each person once").click()
    walker.sees("1 nominal")
    walker.does_not_see(second.reference)
    page.goto(f"/pole/nominal/{first.reference}/identity/")
    page.get_by_role("link", name="End or undo").click()
    walker.fill(Why="A slip of the pen")
    walker.press("End a judgement")
    page.goto(f"/pole/nominal/{second.reference}/")
    walker.does_not_see("is the same person as")
    walker.does_not_see("Black")
    page.goto("/pole/nominal/")
    walker.does_not_see("further record")
