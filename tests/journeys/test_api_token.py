"""An analyst makes a token, copies it, and ends it; an administrator gives a program one."""

import os
import re
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from peel.kernel.access.tests.factories import role
from tests.journeys.walking import officer_with_password

pytestmark = pytest.mark.browser


def shot(walker, name):
    """Keep a picture where one is wanted: PEEL_SHOTS names the folder."""
    if place := os.environ.get("PEEL_SHOTS"):
        walker.page.screenshot(path=f"{place}/{name}.png", full_page=True)


def test_a_token_is_made_used_and_ended(walk, live_server_url):
    officer_with_password("amara", role="analyst")
    walker = walk()
    walker.sign_in("amara")
    walker.go("/account/tokens/")
    walker.follow("Make a token")
    shot(walker, "new")
    walker.press("Make an API token")
    walker.sees("Choose")
    walker.fill(Name="Nightly figures", Purpose="The weekly figures of the force")
    walker.page.get_by_role("checkbox", name="Nominals: see", exact=True).check(force=True)
    walker.press("Make an API token")
    walker.sees("it is not shown again")
    token = re.search(r"peel_\w{42}", walker.page.locator("main").inner_text())[0]
    shot(walker, "token")
    call = urllib.request.Request(
        f"{live_server_url}/api/pole/nominal/", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(call) as answer:
        assert answer.status == 200
    walker.follow("I have copied it")
    walker.sees("Nightly figures")
    walker.does_not_see(token)
    shot(walker, "list")
    walker.follow("Replace or end")
    shot(walker, "end")
    walker.press("End this token")
    walker.sees("Ended")
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(call)
    walker.follow("What the API does")
    shot(walker, "api")


def test_an_administrator_gives_a_program_a_token(walk):
    role("interface")
    officer_with_password("aled", role="administrator")
    walker = walk(width=390)
    walker.sign_in("aled")
    walker.go("/staff/programs/")
    walker.follow("Add a program")
    walker.fill(Name="Custody kiosk", Number="P100")
    walker.choose("Unit", "Thamesmarch Police")
    walker.choose("Role", "Interface")
    shot(walker, "program")
    walker.press("Add a program")
    walker.sees("Custody kiosk")
    walker.follow("Make a token")
    walker.fill(Name="Kiosk", Purpose="Entries of the custody desk")
    walker.page.get_by_role("checkbox", name="Nominals: see", exact=True).check(force=True)
    walker.press("Make an API token")
    expect(walker.page.locator("main")).to_contain_text("peel_")
    walker.follow("I have copied it")
    shot(walker, "programs")
    walker.sees("Kiosk")
