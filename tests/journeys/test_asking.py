"""Look-ups by keyboard while one types, a question asked on a condition, and a date read aloud."""

import pytest
from playwright.sync_api import expect

from tests.journeys.walking import officer_with_password
from tests.machine.test_main_job import make_crime, make_nominal

pytestmark = pytest.mark.browser


def test_a_link_is_made_by_keyboard(walk):
    who = officer_with_password("amara", role="supervisor")
    crime = make_crime(who)
    make_nominal(who)
    wanted = make_nominal(who, given_names="Zephaniah")
    walker = walk()
    walker.sign_in("amara")
    walker.go(f"/investigation/crime/{crime.reference}/link-create/")
    box = walker.page.get_by_role("combobox", name="Link to")
    box.press_sequentially("okafor zeph")
    option = walker.page.get_by_role("option", name="Zephaniah")
    expect(option).to_be_visible()
    expect(walker.page.get_by_role("status").filter(has_text="found")).to_contain_text("1 found")
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "id_other-list-0")
    walker.check()
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("a")
    option.wait_for()
    box.press("ArrowUp")
    box.press("Enter")
    expect(box).to_have_value(wanted.reference)
    walker.sees("OKAFOR, Zephaniah")
    walker.fill(From="last Tuesday")
    expect(walker.page.locator("#id_starts-understood")).to_contain_text("20")
    walker.press("Add a link")
    walker.sees("OKAFOR, Zephaniah")


def test_a_question_is_asked_when_its_condition_holds(walk):
    who = officer_with_password("amara", role="supervisor")
    crime, other = make_crime(who), make_crime(who)
    walker = walk(width=390)
    walker.sign_in("amara")
    walker.go(f"/investigation/crime/{crime.reference}/cancel/")
    question = walker.page.get_by_label("Which crime is it recorded as?")
    expect(question).to_be_hidden()
    walker.page.get_by_label("C3").check(force=True)
    expect(question).to_be_visible()
    walker.fill(What_shows_this="Recorded twice")
    walker.press("Cancel the crime")
    walker.sees("Answer “Which crime is it recorded as?”")
    question.fill(other.reference)
    walker.press("Cancel the crime")
    walker.sees("Cancelled")
    walker.sees(other.reference)
