"""A file of vehicles is brought, looked at, put right by its columns, and brought in."""

import os
from pathlib import Path

import pytest

from peel.kernel.access.tests.factories import system_appointment
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.services.exchange.tests.test_importing import work
from tests.journeys.walking import officer_with_password

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("PEEL_SHOTS")
# Of one mark that is recorded, one that stands twice, one that cannot be, and a line too short.
FILE = """Mark;Make;Colour
BD51 SMR;Ford;Blue
AB12 CDE;Ford;Red
BD51SMR;Seat;White
WHAT 9999;Seat;White
XY12 CDE
"""


def shot(walker, name):
    """Look at the page, and keep a picture where one is wanted."""
    walker.check()
    if SHOTS:
        walker.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def test_a_file_is_looked_at_put_right_and_brought_in(walk, tmp_path):
    system_appointment()
    who = officer_with_password("nadia", role="supervisor")
    known = run(commands["objects.vehicle.create"], who, {"vrm": "AB12 CDE"})
    file = tmp_path / "vehicles.csv"
    file.write_text(FILE, encoding="utf-8")
    walker = walk()
    page = walker.page
    walker.sign_in("nadia")
    walker.follow("Import", exact=True)
    page.get_by_role("button", name="Bring a file").click()
    walker.choose("What does the file hold?", "Vehicles")
    page.get_by_label("CSV file").set_input_files(file)
    shot(walker, "bring")
    page.get_by_role("button", name="Look at it").click()
    walker.choose("Mark", "Registration mark (VRM)")
    page.get_by_role("button", name="Check again").click()
    shot(walker, "preview")
    walker.sees("5 of 5 rows were checked: 1 can be made, 4 cannot.")
    walker.sees(f"This is recorded already as {known.reference}")
    walker.sees("Line 2 of this file speaks of the same vehicle.")
    page.get_by_role("button", name="Start the import").click()
    walker.sees("Waiting")
    work()
    page.get_by_role("link", name="See how far it is").click()
    walker.sees("5 of 5 rows are through.")
    walker.sees("Quarantined")
    shot(walker, "brought")
    page.goto("/objects/vehicle/")
    walker.sees("BD51 SMR")
    walker.sees("2 vehicles")
