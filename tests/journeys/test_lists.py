"""A list by keyboard, arranged by its form, kept as a view; also by plain pages and on a phone."""

import pytest
from playwright.sync_api import expect

from tests.journeys.walking import officer_with_password
from tests.machine.test_main_job import make_crime

pytestmark = pytest.mark.browser
CATEGORIES = ("Burglary", "Robbery", "Drugs")


def given_crimes(number, username="nadia"):
    who = officer_with_password(username, role="supervisor")
    return who, [make_crime(who, category=CATEGORIES[n % 3]) for n in range(number)]


def focused(walker):
    return walker.page.evaluate("() => document.activeElement.textContent.trim()")


def test_a_list_by_keyboard(walk):
    _, crimes = given_crimes(4)
    walker = walk()
    walker.sign_in("nadia")
    walker.go("/investigation/crime/")
    keys, newest = walker.page.keyboard, [crime.reference for crime in reversed(crimes)]
    keys.press("j")
    assert focused(walker) == newest[0]
    keys.press("ArrowDown")
    assert focused(walker) == newest[1]
    keys.press("x")
    row = walker.page.locator(f"tr:has-text('{newest[1]}')")
    expect(row.get_by_role("checkbox")).to_be_checked()
    keys.press("k")
    assert focused(walker) == newest[0]
    keys.press("/")
    expect(walker.page.get_by_label("Find in this list")).to_be_focused()
    keys.type("jx?")
    expect(walker.page.get_by_label("Find in this list")).to_have_value("jx?")
    expect(walker.page.get_by_role("dialog")).to_be_hidden()
    walker.page.get_by_role("heading", level=1).click()
    keys.press("?")
    expect(walker.page.get_by_role("dialog")).to_contain_text("choose the row")
    walker.check()
    walker.page.get_by_label("Turn single keys off").check()
    keys.press("Escape")
    keys.press("/")
    expect(walker.page.get_by_label("Find in this list")).not_to_be_focused()
    walker.page.get_by_role("button", name="Keyboard").click()
    walker.page.get_by_label("Turn single keys off").uncheck()
    walker.page.get_by_role("button", name="Close").click()
    keys.press("j")
    with walker.page.expect_navigation():
        keys.press("Enter")
    walker.sees(newest[0])


def test_every_row_of_the_page_is_chosen_and_let_go(walk):
    given_crimes(3)
    walker = walk()
    walker.sign_in("nadia")
    walker.go("/investigation/crime/")
    every = walker.page.get_by_label("Choose every row of this page")
    boxes = walker.page.locator("#list-rows input[name=row]")
    every.check()
    assert boxes.evaluate_all("all => all.every(box => box.checked)")
    boxes.first.uncheck()
    assert every.evaluate("box => box.indeterminate && !box.checked")
    every.check()
    every.uncheck()
    assert boxes.evaluate_all("all => all.every(box => !box.checked)")


@pytest.mark.parametrize(("width", "javascript"), [(390, True), (1280, False)])
def test_a_list_is_arranged_and_kept(walk, width, javascript):
    given_crimes(6)
    walker = walk(width=width, javascript=javascript)
    walker.sign_in("nadia")
    walker.go("/investigation/crime/")
    walker.follow("Filters, order and columns")
    page = walker.page
    page.get_by_label("Field, condition 1 of group 1").select_option(label="Category")
    page.get_by_label("Value, condition 1 of group 1").fill("Burglary")
    walker.press("Add “or” to group 1")
    page.get_by_label("Field, condition 2 of group 1").select_option(label="Category")
    page.get_by_label("Value, condition 2 of group 1").fill("drugs")
    walker.press("Add a group")
    page.get_by_label("Field, condition 1 of group 2").select_option(label="Recorded")
    page.get_by_label("Comparison, condition 1 of group 2").select_option(label="is in")
    page.get_by_label("Value, condition 1 of group 2").fill("last 7 days")
    walker.choose("Sort by", "Category, Z to A")
    walker.choose("Column 2", "Owner unit")
    walker.press("Up column 2")
    page.get_by_label("Column 1", exact=True).press("Tab")
    page.locator("main").get_by_role("button", name="Show the list").last.click()
    page.wait_for_url("**/investigation/crime/?**")
    walker.check()
    walker.sees("4 crimes")
    walker.sees("Category is Burglary")
    walker.sees("Recorded is in last 7 days (")
    heads = page.locator("#list-rows thead th").all_text_contents()
    assert [head.strip() for head in heads[:3]] == ["Reference", "Owner unit", "Category"]
    rows = page.locator("#list-rows tbody tr").all_text_contents()
    assert ["Drugs" in row for row in rows] == [True, True, False, False]
    walker.follow("Save this view")
    walker.fill(Name_of_the_view="My week")
    page.get_by_label("Open the list with this view").check()
    walker.press("Save the view")
    walker.go("/investigation/crime/")
    walker.sees("4 crimes")
    walker.follow("Compact rows")
    walker.follow("All crimes")
    walker.sees("6 crimes")


def test_what_is_wrong_and_what_is_empty_help(walk):
    given_crimes(2)
    walker = walk(width=390)
    walker.sign_in("nadia")
    walker.go("/investigation/crime/?recorded=soon")
    walker.sees("Recorded: Enter dates such as yesterday")
    walker.fill(Recorded="yesterday")
    walker.press("Find")
    walker.sees("No crimes fit what is asked")
    walker.follow("Without “Recorded yesterday")
    walker.sees("2 crimes")
    walker.go("/investigation/crime/views/")
