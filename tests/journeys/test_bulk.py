"""Three crimes at once, one of which cannot be: ticked, previewed, done, and each accounted for."""

import pytest

from peel.machine.commands import run
from peel.machine.commands.registry import commands
from tests.journeys.walking import officer_with_password
from tests.machine.test_main_job import lines, make_crime

pytestmark = pytest.mark.browser


def given_three_crimes(who):
    crimes = [make_crime(who) for _ in range(3)]
    run(
        commands["investigation.crime.cancel"],
        who,
        {"record_id": crimes[2].pk, "version": 1, "reason": "C4", "explanation": "A slip"},
    )
    return crimes


@pytest.mark.parametrize(("width", "javascript"), [(1280, True), (390, False)])
def test_three_ticked_and_two_done(walk, width, javascript):
    who = officer_with_password("imogen", "supervisor")
    crimes = given_three_crimes(who)
    walker = walk(width=width, javascript=javascript)
    walker.sign_in("imogen")

    walker.go("/investigation/crime/")
    for crime in crimes:
        walker.page.get_by_label(f"Choose {crime.reference}").check(force=True)
    walker.choose("With the rows that are ticked", "Cancel the crime")
    walker.press("Go on")
    walker.sees("Nothing is done yet")
    walker.page.get_by_label("C4: recorded in error").check(force=True)
    walker.fill(What_shows_this="Entered twice by the same officer")
    walker.press("Preview")
    walker.sees("2 will be done, 1 refused")
    walker.sees("is not possible while the record is “Cancelled”")

    walker.press("Cancel the crime (2 records)")
    walker.sees("All 3 are through: 2 done, 1 refused.")
    for crime in crimes:
        walker.sees(crime.reference)
    done = [line[1] for line in lines("investigation.crime.cancel") if line[0] == "done"]
    # In the order in which they stand in the list, the newest first.
    assert [[crime.pk] for crime in reversed(crimes[:2])] == done[1:]

    with walker.page.expect_download() as taken:
        walker.page.get_by_role("link", name="Download the result as CSV").click()
    assert taken.value.path().read_text("utf-8-sig").count("Done") == 2
    walker.follow("Back to the list")
    with walker.page.expect_download() as taken:
        walker.page.get_by_role("link", name="Download Excel").click()
    assert taken.value.suggested_filename.startswith("crimes-")
