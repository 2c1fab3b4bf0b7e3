"""Refused, the glass broken, the alarm told and answered, the time over."""

import pytest
from playwright.sync_api import expect

from peel.kernel.records.models import BreakGlass
from peel.services.notify.tests.scenes import carry, do, restricted_nominal
from tests.journeys.relaying import relaying
from tests.journeys.walking import officer_with_password
from tests.machine.test_main_job import make_nominal

pytestmark = pytest.mark.browser
REASON = "A child was heard screaming at the address an hour ago"


def break_the_glass(walker, nominal):
    walker.follow("break the glass")
    walker.fill(Reference=nominal.reference, Why_do_you_need="Too short")
    walker.page.get_by_label("Child at risk").check()
    walker.press("Break the glass")
    walker.sees("at least 20 characters")
    walker.fill(Why_do_you_need=REASON)
    walker.press("Break the glass")


def test_break_glass_and_its_alarm(walk):
    with relaying():
        broken_and_answered(walk)


def broken_and_answered(walk):
    owner = officer_with_password("ruth", "supervisor", name="Ruth Amari")
    officer_with_password("bram", name="Bram Okoro")
    nominal = restricted_nominal(owner)
    page = f"/pole/nominal/{nominal.reference}/"

    supervisor = walk()
    supervisor.sign_in("ruth")
    constable = walk(width=390)
    constable.sign_in("bram")
    constable.go(page)
    constable.does_not_see("QUILLFEATHER")
    break_the_glass(constable, nominal)
    constable.sees("QUILLFEATHER")
    constable.sees("You see this record by break-glass until")

    carry()
    # The page that the owner has open counts it by itself.
    expect(supervisor.page.locator('[data-count="notices"]')).to_have_text("1")
    supervisor.follow("Notices")
    supervisor.sees("1 alarm to answer")
    supervisor.sees("Bram Okoro")
    supervisor.follow("Answer the alarm")
    supervisor.sees(REASON)
    supervisor.page.get_by_label("Justified", exact=True).check()
    supervisor.fill(Why_do_you_think="The control room confirms the call")
    supervisor.press("Keep this judgement")
    supervisor.sees("The control room confirms the call")
    supervisor.go("/notices/")
    supervisor.does_not_see("to answer")
    supervisor.go("/break-glass/acts/")
    supervisor.sees("Justified")

    constable.press("End now")
    constable.sees("has ended")
    constable.go(page)
    constable.does_not_see("QUILLFEATHER")
    assert BreakGlass.objects.using("owner").get().ended_at is not None


def test_watched_told_and_read_without_javascript(walk):
    sergeant = officer_with_password("ruth", "supervisor", name="Ruth Amari")
    officer_with_password("bram", name="Bram Okoro")
    nominal = make_nominal(sergeant)
    watcher = walk(javascript=False)
    watcher.sign_in("bram")
    watcher.go(f"/pole/nominal/{nominal.reference}/")
    watcher.follow("Watch", exact=True)
    watcher.press("Watch")
    do(sergeant, "pole.nominal.edit", record_id=nominal.pk, version=1, description="Tall")
    carry()
    watcher.follow("Notices")
    watcher.sees("Edit, by PC")
    watcher.sees("You watch it")
    watcher.press("Mark as read")
    watcher.sees("Mark as unread")
    watcher.follow("What I watch")
    watcher.press("Stop watching")
    watcher.sees("You watch nothing")
