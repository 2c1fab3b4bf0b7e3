"""Two officers with the same list open: what one does, the other sees happen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.journeys.relaying import relaying
from tests.journeys.walking import Walker, officer_with_password
from tests.machine.test_main_job import make_crime

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def published(database) -> Iterator[None]:
    with relaying():
        yield


def row(walker: Walker, reference: str):
    return walker.page.locator("#list-rows tbody tr").filter(has_text=reference)


def test_a_list_that_two_have_open(walk):
    tobias = officer_with_password("tobias", name="Tobias Reed")
    officer_with_password("asha", role="supervisor", name="Asha Patel")
    crime = make_crime(tobias)
    first, second = walk(), walk(width=390)
    first.sign_in("tobias")
    second.sign_in("asha")
    second.go("/investigation/crime/")
    expect(row(second, crime.reference)).not_to_contain_text("Changed by")

    first.go(f"/investigation/crime/{crime.reference}/edit/")
    first.fill(Summary="The back window was broken.")
    first.press("Edit")
    # Nothing was clicked here, and the row says who changed it.
    expect(row(second, crime.reference)).to_contain_text("Changed by PC")
    second.check()

    newer = make_crime(tobias, category="Robbery")
    expect(second.page.locator("#live-news")).to_contain_text("1 record is new")
    expect(second.page.locator("#list-facets")).to_contain_text("Robbery")
    second.check()
    second.page.get_by_role("button", name="Show", exact=True).click()
    expect(row(second, newer.reference)).to_be_visible()
    second.check()


def test_a_record_that_another_changes_while_it_is_open(walk):
    tobias = officer_with_password("tobias", name="Tobias Reed")
    officer_with_password("asha", role="supervisor", name="Asha Patel")
    crime = make_crime(tobias)
    first, second, third = walk(), walk(width=390), walk()
    for walker, name in ((first, "tobias"), (second, "asha"), (third, "asha")):
        walker.sign_in(name)
    second.go(f"/investigation/crime/{crime.reference}/")
    third.go(f"/investigation/crime/{crime.reference}/edit/")

    first.go(f"/investigation/crime/{crime.reference}/edit/")
    first.fill(Summary="The back window was broken.")
    first.press("Edit")
    expect(second.page.locator("#live-news")).to_contain_text("Tobias Reed just now")
    second.check()
    expect(third.page.locator("#live-news")).to_contain_text("will be compared")
    third.check()
    with second.page.expect_navigation():
        second.page.get_by_role("button", name="Show it as it is now").click()
    second.sees("The back window was broken.")
