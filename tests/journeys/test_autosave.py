"""What is typed survives a killed browser and a lost session, and goes when it is sent."""

import os
import signal
import subprocess
import time
import urllib.request

import pytest
from playwright.sync_api import expect

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import run_out
from peel.machine.models import Draft
from peel.site.server import ports
from tests.journeys.conftest import QUIET
from tests.journeys.walking import Walker, officer_with_password
from tests.machine.test_main_job import make_nominal

pytestmark = pytest.mark.browser


@pytest.fixture
def doomed(chromium, chromium_path, live_server_url, tmp_path):
    """Starts a browser whose process can be killed: gives a walker and the process."""
    started = []

    def begin(width):
        port = ports.any_free()
        process = subprocess.Popen(
            [chromium_path, *QUIET, "--headless=new", f"--remote-debugging-port={port}",
             f"--user-data-dir={tmp_path}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        started.append(process)
        wait_for(f"http://127.0.0.1:{port}/json/version")
        browser = chromium.browser_type.connect_over_cdp(f"http://127.0.0.1:{port}")
        context = browser.new_context(
            base_url=live_server_url, viewport={"width": width, "height": 900}, locale="en-GB"
        )
        context.set_default_timeout(60_000)
        return Walker(context.new_page(), javascript=True, width=width), process

    yield begin
    for process in started:
        kill(process)


def wait_for(address):
    """Wait until something answers."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=30):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")


def kill(process):
    """Kill a browser as a power cut would: at once, with all its processes."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def kept(walker, words):
    """Wait until the words stand in a draft, and the page says that it is kept."""
    for _ in range(600):
        if words in str(list(Draft.objects.using("owner").values_list("data", flat=True))):
            break
        walker.page.wait_for_timeout(100)
    expect(walker.page.locator("[data-peel-kept]")).to_contain_text("Last kept at", timeout=60_000)


def test_what_was_typed_survives_a_killed_browser(walk, doomed):
    who = officer_with_password("tobias")
    walker, process = doomed(1280)
    walker.sign_in("tobias")
    walker.go("/pole/nominal/new/")
    walker.fill(Given_names="Caspian", Family_name="Ravensholt", Date_of_birth_or_age="c 1980")
    walker.page.get_by_role("button", name="Add another name").click()
    row = walker.page.get_by_role("group", name="Other name 1")
    row.get_by_label("Kind of name").select_option(label="Nickname")
    row.get_by_label("Given names").fill("Caz")
    kept(walker, "Caz")
    walker.check()
    left = walker.page.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "Ravensholt" not in left
    kill(process)

    walker = walk(width=390)
    walker.sign_in("tobias")
    walker.follow("My drafts")
    walker.sees("Record a nominal")
    walker.go("/pole/nominal/new/")
    walker.sees("You began this on")
    walker.follow("Go on with it")
    walker.sees("It is not saved yet")
    expect(walker.page.get_by_label("Family name").first).to_have_value("Ravensholt")
    row = walker.page.get_by_role("group", name="Other name 1")
    expect(row.get_by_label("Given names")).to_have_value("Caz")
    walker.fill(Description="Walks with a stick")
    walker.press("Record a nominal")
    walker.sees("RAVENSHOLT, Caspian")
    walker.sees("about 1980")
    walker.sees("Caz")
    with speaking(who):
        assert not Draft.objects.exists()
    walker.go("/pole/nominal/new/")
    walker.does_not_see("You began this on")


def test_what_was_typed_survives_a_lost_session(walk):
    who = officer_with_password("tobias")
    nominal = make_nominal(who)
    walker = walk(width=390)
    walker.sign_in("tobias")
    walker.go(f"/pole/nominal/{nominal.reference}/edit/")
    walker.fill(Description="Red beard")
    kept(walker, "Red beard")
    run_out(who)
    walker.fill(Description="Red beard, grey at the tips")
    told = walker.page.locator("[data-peel-told]")
    expect(told).to_contain_text("You have been signed out", timeout=60_000)
    walker.check()
    # He signs in again in another tab; here it goes on by itself, and is sent.
    with walker.page.context.expect_page() as opened:
        told.get_by_role("link").click()
    again = Walker(opened.value, javascript=True, width=390)
    again.sign_in("tobias")
    walker.fill(Description="Red beard, white at the tips")
    expect(told).to_contain_text("What you type is kept", timeout=60_000)
    walker.press("Edit")
    walker.sees("Red beard, white at the tips")


def test_a_post_that_meets_a_lost_session_is_there_without_javascript(walk):
    who = officer_with_password("tobias")
    nominal = make_nominal(who)
    walker = walk(javascript=False)
    walker.sign_in("tobias")
    walker.go(f"/pole/nominal/{nominal.reference}/edit/")
    walker.fill(Description="Red beard")
    run_out(who)
    walker.press("Edit")
    walker.page.get_by_label("User name").fill("tobias")
    from peel.kernel.access.tests.factories import PASSWORD

    walker.page.get_by_label("Password", exact=True).fill(PASSWORD)
    walker.press("Sign in")
    walker.sees("It is not saved yet")
    expect(walker.page.get_by_label("Description").first).to_have_value("Red beard")
    walker.press("Edit")
    walker.sees("Red beard")
