"""What a person does in the browser, in the words of a journey. Every page passed is checked."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from peel.kernel.access.identity import Identity
from peel.kernel.access.tests.factories import PASSWORD, appointment, signed_in, user

# A loaded machine is slow, not wrong; Playwright itself would wait five seconds.
expect.set_options(timeout=60_000)

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}


def officer_with_password(username: str, role: str = "response officer", **fields: str) -> Identity:
    """An officer who can sign in by the page; the identity is of a session of its own."""
    holder = user(PASSWORD, username=username, **fields)
    return signed_in(appointment(holder, role))


class Walker:
    """A person at a browser."""

    def __init__(self, page: Page, *, javascript: bool) -> None:
        self.page, self.javascript = page, javascript

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
        with self.page.expect_navigation():
            link.or_(button).first.click()
        self.check()

    def press(self, words: str) -> None:
        """Press the button of a form in the page's content."""
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("button", name=words).first.click()
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
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Search").first.click()
        self.check()

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
        wide = self.page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{self.page.url} is {wide} pixels too wide"
        found = Axe().run(self.page, options=RULES)
        faults = [
            f"{v['id']}: {v['help']}: {v['nodes'][0]['html'][:200]}"
            for v in found.response["violations"]
        ]
        assert not faults, f"{self.page.url}\n" + "\n".join(faults)
