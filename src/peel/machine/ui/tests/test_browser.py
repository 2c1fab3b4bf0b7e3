"""The style guide in a real browser: accessible, within the screen, the same without scripts."""

import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.browser

# Browsers trust this name without a certificate; nothing is asked of the network.
SITE = "http://localhost"
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


def answer(route: Any) -> None:
    """Answer the browser from Django's own test client: no port, no server, no database."""
    response = Client().get(route.request.url.removeprefix(SITE))
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = {name: value for name, value in response.items() if name != "Content-Length"}
    route.fulfill(status=response.status_code, headers=headers, body=body)


@pytest.fixture(params=SIZES)
def page(request: pytest.FixtureRequest, browser: Any) -> Iterator[Any]:
    width, height = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height})
    opened = context.new_page()
    opened.route("**/*", answer)
    yield opened
    context.close()


@pytest.fixture(autouse=True)
def _shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEEL_STYLEGUIDE", "1")


@pytest.mark.parametrize("address", ["/styleguide/", "/styleguide/?errors=1", "/help/"])
def test_page_is_accessible_and_within_the_screen(page: Any, address: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(SITE + address)
    page.wait_for_selector("body.govuk-frontend-supported")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert complaints == []
    if not AXE.is_file():
        warnings.warn("axe-core is absent: accessibility was NOT tested", stacklevel=1)
        pytest.skip("NOT TESTED: node_modules is absent, so run npm ci")
    page.evaluate(AXE.read_text("utf-8"))
    options = json.dumps({"runOnly": LEVELS})
    found = page.evaluate(f"axe.run(document, {options}).then(r => r.violations)")
    assert [(one["id"], one["nodes"][0]["target"]) for one in found] == []


def test_without_scripts_every_question_is_there(browser: Any) -> None:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 1600, "height": 900}
    )
    page = context.new_page()
    page.route("**/*", answer)
    page.goto(SITE + "/styleguide/")
    for name in ("surname", "source_detail", "seen_at", "account"):
        assert page.locator(f'[name="{name}"]').is_visible()
    assert page.get_by_role("link", name="Recorded 412 records").is_visible()
    context.close()


def test_filters_fold_on_a_phone_and_stand_open_on_a_wide_screen(browser: Any) -> None:
    for width, seen in ((390, False), (1600, True)):
        context = browser.new_context(viewport={"width": width, "height": 900})
        page = context.new_page()
        page.route("**/*", answer)
        page.goto(SITE + "/styleguide/")
        assert page.get_by_role("link", name="Recorded 412 records").is_visible() is seen
        context.close()
