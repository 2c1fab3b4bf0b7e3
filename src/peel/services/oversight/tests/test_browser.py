"""The pages of auditors and administrators in a real browser: accessible, within the screen."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.services.oversight.tests import scenes

pytestmark = pytest.mark.browser
AXE = Path(__file__).resolve().parents[5] / "node_modules/axe-core/axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {"wide": (1280, 900), "phone": (390, 844)}


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=chromium_path, args=flags)
        yield started
        started.close()


@pytest.fixture(autouse=True)
def _beside_playwright(monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright keeps an event loop in this thread, where Django would refuse the database."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def opened(browser: Any, url: str, identity: Any, **options: Any) -> Any:
    """A browser page that carries the identity."""
    context = browser.new_context(**options)
    cookies = signed_in_client(identity).cookies
    names = (settings.SESSION_COOKIE_NAME, settings.PEEL_IDENTITY_COOKIE)
    context.add_cookies([{"name": n, "value": cookies[n].value, "url": url} for n in names])
    return context.new_page()


def faults(page: Any) -> list[Any]:
    """What axe finds in each size, the phone's last, where no page may be wider than the screen."""
    if not AXE.is_file():
        pytest.skip("NOT TESTED: node_modules is absent, so run npm ci")
    page.evaluate(AXE.read_text("utf-8"))
    options = json.dumps({"runOnly": LEVELS})
    all_found = []
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
        found = page.evaluate(f"axe.run(document, {options}).then(r => r.violations)")
        all_found += [(page.url, size, one["id"], one["nodes"][0]["target"]) for one in found]
    return all_found


def test_an_auditors_pages(database: Any, browser: Any, live_server_url: str) -> None:
    who = officer("supervisor", name="Asha Patel")
    nominal = scenes.person(who)
    scenes.opened(who, nominal)
    hidden = scenes.restricted_person(who, family_name="Quillfeather")
    page = opened(browser, live_server_url, officer("auditor"))
    line = scenes.rows("select id from audit_line where name = 'pole.nominal.create'")[0][0]
    for where in ("/audit/", f"/audit/?record={nominal.reference}&since=today", "/audit/?act=x",
                  "/audit/?name=test.none", "/audit/ledger/", f"/audit/lines/{line}/",
                  f"/audit/records/{nominal.pk}/", f"/audit/records/{hidden.pk}/",
                  f"/audit/officers/{who.user_id}/"):  # fmt: skip
        page.goto(live_server_url + where)
        assert faults(page) == []
    page.context.close()


def test_an_administrators_pages(browser: Any, live_server_url: str, database: Any) -> None:
    other = officer("detective", name="Tom Birch")
    page = opened(browser, live_server_url, officer("administrator"))
    where = f"/staff/people/{other.user_id}/"
    for address in ("/staff/", "/staff/?q=nobody", "/staff/new/", where, f"{where}appoint/",
                    f"{where}deactivate/", "/staff/units/", "/staff/units/new/",
                    f"/staff/posts/{other.appointment_id}/end/", "/staff/roles/",
                    "/staff/roles/detective/"):  # fmt: skip
        page.goto(live_server_url + address)
        assert faults(page) == []
    page.goto(f"{live_server_url}/staff/new/")
    page.get_by_role("button", name="Create a user").click()
    assert page.get_by_role("link", name="Enter name").is_visible()
    assert faults(page) == []
    page.context.close()


def test_without_scripts(database: Any, browser: Any, live_server_url: str) -> None:
    who = officer("supervisor", name="Asha Patel", collar_number="PAT77")
    nominal = scenes.person(who)
    page = opened(browser, live_server_url, officer("auditor"), java_script_enabled=False,
                  viewport={"width": 390, "height": 844})  # fmt: skip
    page.goto(f"{live_server_url}/audit/")
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Record looked at").fill(nominal.reference)
    page.get_by_label("Officer").fill("PAT77")
    page.get_by_role("button", name="Show lines").click()
    page.locator("tbody th a").first.click()
    assert page.get_by_role("heading", name="Record a nominal").is_visible()
    with page.expect_download() as taken:
        page.goto(f"{live_server_url}/audit/?record={nominal.reference}")
        page.get_by_role("link", name="CSV").click()
    assert nominal.reference in Path(taken.value.path()).read_text("utf-8-sig")
    page.context.close()
