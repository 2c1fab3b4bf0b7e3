"""From a crime to the associate two steps away, by keyboard: recorded once, drawn, saved, read."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from peel.machine.commands import run
from peel.machine.commands.registry import commands
from tests.journeys.test_link_chart import open_pane, press, says, settle
from tests.journeys.walking import Walker, officer_with_password
from tests.machine.test_main_job import make_crime

pytestmark = pytest.mark.browser
PHONE = "07700 900456"


def given_an_associate(who):
    """Mina Rook, who uses a phone that is recorded already."""
    make = commands["pole.nominal.create"]
    mina = run(make, who, {"family_name": "Rook", "given_names": "Mina"})
    phone = run(commands["objects.phone.create"], who, {"msisdn": "+447700900456"})
    link = {"record_id": mina.pk, "other": phone, "reading": "uses>"}
    run(commands["pole.link.create"], who, link)
    return mina


def by_key(page: Page, role: str, name: str) -> None:
    """Go to a link or button by focus, press Enter, and wait for the page that it leads to."""
    target: Locator = page.locator("main").get_by_role(role, name=name).first
    target.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def typed(page: Page, label: str, text: str) -> None:
    """Go to a question and type."""
    page.locator("main").get_by_label(label).first.focus()
    page.keyboard.type(text)


def record_the_suspect(walker: Walker) -> None:
    """Somebody not known before, with the vehicle and the phone that he uses, in one form."""
    page = walker.page
    by_key(page, "link", "Record and link someone or something new")
    walker.check()
    typed(page, "How are they linked?", "Has suspect")
    typed(page, "Given names", "Caspian")
    typed(page, "Family name", "Ravensholt")
    typed(page, "Date of birth or age", "about 30")
    typed(page, "Registration mark of a vehicle", "AB51 DVL")
    typed(page, "Telephone number of the person", PHONE)
    by_key(page, "button", "Record and link someone or something new")
    walker.check()
    walker.sees("has suspect")
    walker.sees("RAVENSHOLT, Caspian")


def expand(page: Page, row: str) -> None:
    """Expand a record by the button in its row of the table."""
    line = page.locator("[data-rows] tr").filter(has_text=row).first
    line.get_by_role("button", name="Expand").focus()
    page.keyboard.press("Enter")


def test_a_suspect_leads_to_an_associate_two_steps_away(walk):
    who = officer_with_password("tobias", "supervisor")
    given_an_associate(who)
    crime = make_crime(who)
    walker = walk(width=390)
    page = walker.page
    walker.sign_in("tobias")
    walker.go(f"/investigation/crime/{crime.reference}/")
    record_the_suspect(walker)
    by_key(page, "link", re.compile("RAVENSHOLT, Caspian"))
    walker.check()
    walker.sees("suspect in")
    walker.sees("AB51 DVL")
    by_key(page, "link", "Link chart")
    settle(page)
    expect(page.locator("[data-rows]")).not_to_contain_text("ROOK, Mina")
    expand(page, "Phone")
    says(page, "1 record added")
    expect(page.locator("[data-rows]")).to_contain_text("ROOK, Mina")
    walker.check()
    press(page, "Undo")
    expect(page.locator("[data-rows]")).not_to_contain_text("ROOK, Mina")
    press(page, "Redo")
    expect(page.locator("[data-rows]")).to_contain_text("ROOK, Mina")
    open_pane(page, "Save")
    typed(page, "Title", "Ravensholt and near")
    typed(page, "Purpose", "Who shares the phone")
    with page.expect_navigation():
        press(page, "Save as a record")
    settle(page)
    walker.check()
    expect(page.locator("[data-rows]")).to_contain_text("ROOK, Mina")
    plain = walk(javascript=False)
    plain.sign_in("tobias")
    plain.go(page.url)
    plain.sees("ROOK, Mina")
    plain.sees("uses")
