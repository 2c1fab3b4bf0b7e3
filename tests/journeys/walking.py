"""What a person does in the browser, in the words of a journey.

Every page passed is looked at in both widths, that of a desk and that of a phone. A journey is
walked in one of them, and what it presses can be reached in the other, too.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Locator, Page, expect

from peel.kernel.access.identity import Identity
from peel.kernel.access.tests.factories import PASSWORD, appointment, signed_in, user

# A loaded machine is slow, not wrong; Playwright itself would wait five seconds.
expect.set_options(timeout=60_000)

DESK, PHONE, HEIGHT = 1280, 390, 900
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
# Tokens against forgery, ids, references, and times of day.
EACH_TIME = re.compile(
    r"(?<=[\"'])[A-Za-z0-9]{64}(?=[\"'])|[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}"
    r"|\b[A-Z]{2}\d\d-\d{4}-\d{4}-[A-Z]\b|\b\d\d:\d\d(:\d\d)?\b"
)
# What axe has looked at in this process: the same again has the same faults.
LOOKED_AT: set[bytes] = set()


def officer_with_password(username: str, role: str = "response officer", **fields: str) -> Identity:
    """An officer who can sign in by the page; the identity is of a session of its own."""
    holder = user(PASSWORD, username=username, **fields)
    return signed_in(appointment(holder, role))


class Walker:
    """A person at a browser; `both` when the pages are looked at in the other width as well."""

    def __init__(
        self, page: Page, *, javascript: bool, width: int = DESK, both: bool = True
    ) -> None:
        self.page, self.javascript, self.width = page, javascript, width
        self.both = both and javascript

    def sign_in(self, username: str) -> None:
        """Sign in by the page, as anybody does."""
        self.go("/")
        self.page.get_by_label("User name").fill(username)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.press("Sign in")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Home")

    def go(self, path: str) -> None:
        """Open an address."""
        self.page.goto(path)
        self.check()

    def follow(self, words: str, *, exact: bool = False) -> None:
        """Follow a link or press a button that is a link, by its words."""
        link = self.page.get_by_role("link", name=words, exact=exact)
        button = self.page.get_by_role("button", name=words, exact=exact)
        self.click(link.or_(button).first)

    def press(self, words: str) -> None:
        """Press the button of a form in the page's content."""
        self.click(self.page.locator("main").get_by_role("button", name=words).first)

    def click(self, what: Locator) -> None:
        """Click on something that leads to a page."""
        self.reach(what)
        with self.page.expect_navigation():
            what.click()
        self.check()

    def fill(self, **answers: str) -> None:
        """Answer questions by their labels (underscores for spaces)."""
        for label, answer in answers.items():
            self.page.locator("main").get_by_label(label.replace("_", " ")).first.fill(answer)

    def choose(self, label: str, answer: str) -> None:
        """Choose from a list."""
        self.page.locator("main").get_by_label(label).first.select_option(label=answer)

    def search(self, words: str) -> None:
        """Use the search box that is on every page."""
        self.page.locator("#peel-search-words").fill(words)
        self.click(self.page.get_by_role("button", name="Search").first)

    def sees(self, words: str) -> None:
        """The page's content has these words."""
        expect(self.page.locator("main")).to_contain_text(words)

    def does_not_see(self, words: str) -> None:
        """The page's content does not have these words."""
        expect(self.page.locator("main")).not_to_contain_text(words)

    def check(self) -> None:
        """Nothing overflows sideways, and axe finds no violation of WCAG 2.2 A and AA."""
        if not self.javascript:
            return
        self.page.wait_for_load_state()
        self._look()
        if self.both:
            with self._in_the_other_width():
                self._look()

    def reach(self, what: Locator) -> None:
        """In the other width, too, something is seen, at rest, enabled and under nothing else.

        On a phone the main menu is folded: then it is unfolded first.
        """
        if not self.both:
            return
        menu = self.page.get_by_role("button", name="main menu")
        with self._in_the_other_width():
            if menu.is_visible() and not what.is_visible():
                menu.click()
                what.click(trial=True)
                menu.click()
            else:
                what.click(trial=True)

    @contextmanager
    def _in_the_other_width(self) -> Iterator[None]:
        other = PHONE if self.width == DESK else DESK
        self.page.set_viewport_size({"width": other, "height": HEIGHT})
        yield
        self.page.set_viewport_size({"width": self.width, "height": HEIGHT})

    def _look(self) -> None:
        wide = self.page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{self.page.url} is {wide} pixels too wide"
        state = self._state()
        if state in LOOKED_AT:
            return
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        found = self.page.evaluate(
            f"axe.run(document, {json.dumps(RULES)}).then(all => all.violations)"
        )
        faults = [f"{v['id']}: {v['help']}: {v['nodes'][0]['html'][:200]}" for v in found]
        assert not faults, f"{self.page.url}\n" + "\n".join(faults)
        LOOKED_AT.add(state)

    def _state(self) -> bytes:
        """All that axe looks at, but for what differs each time."""
        focus = self.page.evaluate("() => document.activeElement.id")
        told = f"{self.page.viewport_size} {focus} {EACH_TIME.sub('-', self.page.content())}"
        return hashlib.sha256(told.encode()).digest()
