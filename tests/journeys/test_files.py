"""Files of a record: brought in with and without JavaScript, looked at, withdrawn."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from peel.kernel.access.identity import speaking
from peel.kernel.files.tests.pictures import png
from peel.kernel.records import previews
from peel.kernel.records.filed import Attachment
from peel.services.attachments.tests.samples import attached
from peel.services.attachments.tests.test_attaching import as_worker
from tests.journeys.walking import officer_with_password
from tests.machine.test_main_job import make_nominal

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("PEEL_SHOTS")


def shot(walker, name):
    """Keep what the page looks like, for whoever asks for it."""
    if SHOTS:
        walker.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


@pytest.fixture
def scene(database):
    """A record with a picture, and an officer who can sign in."""
    who = officer_with_password("amara", role="detective", name="Amara Lindqvist")
    record = make_nominal(who)
    file = attached(who, record, "gate at the back.png", png(900, 600), description="The gate")
    attached(who, record, "holiday.jpg", b"<!DOCTYPE html><p>no picture")
    as_worker(previews.draw, file.pk)
    return record, file, who


def test_files_are_sent_with_their_progress_and_looked_at(walk, scene):
    record, _, who = scene
    walker = walk(width=390)
    walker.sign_in("amara")
    walker.go(f"/pole/nominal/{record.reference}/")
    panel = walker.page.locator("#files")
    expect(panel.get_by_role("link", name="gate at the back.png")).to_be_visible()
    expect(panel.locator("img")).to_have_js_property("complete", True)
    assert panel.locator("img").evaluate("each => each.naturalWidth") == 480
    expect(panel).to_contain_text("Name and content differ")
    shot(walker, "panel")
    walker.follow("Add files")
    walker.page.get_by_label("Files", exact=True).set_input_files(
        [{"name": f"{n}.txt", "mimeType": "text/plain", "buffer": n.encode()} for n in "ab"]
        + [{"name": "empty.txt", "mimeType": "text/plain", "buffer": b""}]
    )
    walker.fill(What_do_they_show="Two notes")
    walker.page.locator("main").get_by_role("button", name="Attach").click()
    sending = walker.page.get_by_label("Files on their way")
    expect(sending).to_contain_text("a.txt: attached")
    expect(sending).to_contain_text("empty.txt was not attached: it is empty.")
    walker.check()
    shot(walker, "add")
    walker.go(f"/pole/nominal/{record.reference}/")
    expect(panel).to_contain_text("Two notes")
    walker.follow("gate at the back.png")
    with walker.page.expect_download() as download:
        walker.page.get_by_role("link", name="Download").click()
    assert Path(download.value.path()).read_bytes() == png(900, 600)
    walker.press("Check it now")
    walker.sees("exactly as it was brought in")
    walker.sees("Checked: unchanged")
    shot(walker, "file")
    walker.follow("Withdraw")
    walker.fill(Why_is_the_file_withdrawn="Another gate")
    walker.press("Withdraw a file")
    expect(panel).to_contain_text("Another gate")
    with speaking(who):
        assert Attachment.objects.filter(record_id=record.pk).count() == 4


def test_files_are_sent_without_javascript(walk, scene):
    record = scene[0]
    walker = walk(width=390, javascript=False)
    walker.sign_in("amara")
    walker.go(f"/pole/nominal/{record.reference}/files/new/")
    walker.page.locator("#id_file").set_input_files(
        [{"name": f"{n}.txt", "mimeType": "text/plain", "buffer": n.encode()} for n in "ab"]
    )
    walker.press("Attach")
    walker.sees("Attached: 2 files.")
    walker.sees("b.txt")
    walker.sees("Waiting for the virus check")
