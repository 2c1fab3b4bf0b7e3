"""A browser for the journeys: real Chromium, and walkers in it."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.journeys.walking import DESK, HEIGHT, Walker

# Playwright's own loop runs in this thread while tests prepare their records beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium(chromium_path: str) -> Iterator[Browser]:
    """One Chromium for the session."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def walk(chromium: Browser, live_server_url: str, database) -> Iterator[Callable[..., Walker]]:
    """Makes walkers: each a person with a browser of his own."""
    contexts: list[BrowserContext] = []

    def begin(*, width: int = DESK, javascript: bool = True, both: bool = True) -> Walker:
        context = chromium.new_context(
            base_url=live_server_url,
            viewport={"width": width, "height": HEIGHT},
            java_script_enabled=javascript,
            locale="en-GB",
        )
        context.set_default_timeout(60_000)
        contexts.append(context)
        return Walker(context.new_page(), javascript=javascript, width=width, both=both)

    yield begin
    for context in contexts:
        context.close()
