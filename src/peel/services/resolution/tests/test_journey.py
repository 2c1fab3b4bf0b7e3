"""The data office at a browser: the queue, one pair and its waterfall, the model; a likely one."""

import pytest
from playwright.sync_api import expect, sync_playwright
from tests.journeys.walking import Walker

from peel.kernel.access.tests.factories import officer, signed_in_client, system_appointment
from peel.services.resolution import running
from peel.services.resolution.engine import training
from peel.services.resolution.models import Proposal
from peel.services.resolution.tests.stage import PLANTED, SMALL, accepted, people, take_in

pytestmark = [pytest.mark.browser]


def test_the_data_office_decides(live_server_url, chromium_path, database, monkeypatch):
    monkeypatch.setattr(training, "RANDOM_PAIRS", 100_000)
    post = system_appointment()
    who = officer("data office", of=post.unit)
    take_in(post, [PLANTED, *people(600)])
    accepted(post, who)
    planned = running.plan(post, SMALL)
    waiting = Proposal.objects.using("owner").filter(state="open", attention=False).count()
    assert waiting > 1
    client = signed_in_client(who)
    cookies = [{"name": name, "value": each.value, "url": live_server_url}
               for name, each in client.cookies.items()]  # fmt: skip
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        for width in (1280, 390):
            context = browser.new_context(
                viewport={"width": width, "height": 900}, base_url=live_server_url
            )
            context.add_cookies(cookies)
            page = context.new_page()
            walk = Walker(page, javascript=True)
            walk.go("/resolution/models/1/")
            walk.go(f"/resolution/runs/{planned.pk}/")
            walk.check()
            walk.go("/resolution/")
            page.locator("tbody a").first.click()
            walk.check()
            expect(page.locator(".peel-waterfall")).to_be_visible()
            wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            assert page.evaluate(wide)
            page.get_by_label("Different").check()
            page.get_by_label("Why?").fill("Met both")
            walk.press("Keep this judgement")
            expect(page.get_by_text("Your judgement is kept.")).to_be_visible()
        walk.go("/pole/nominal/new/")
        page.get_by_label("Given names").first.fill("Ngosi")
        page.get_by_label("Family name").first.fill("Okwuosa")
        page.get_by_label("Date of birth or age").first.fill("14 June 1980")
        expect(page.get_by_text("Perhaps on record already")).to_be_visible()
        walk.check()
        walk.press("Record a nominal")
        expect(page.get_by_text("this person may be on record already").first).to_be_visible()
        page.get_by_label("I am not sure").first.check()
        walk.press("Record a nominal")
        expect(page.get_by_role("heading", name="OKWUOSA, Ngosi")).to_be_visible()
        browser.close()
    assert Proposal.objects.using("owner").filter(state="settled").count() == 2
