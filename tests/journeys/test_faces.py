"""Faces drawn, named and made a portrait by keyboard and by mouse; sound and film that play."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from peel.kernel.access.identity import speaking
from peel.kernel.files.tests.pictures import png
from peel.kernel.records import previews
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.services.attachments.models import Face
from peel.services.attachments.tests import recordings
from peel.services.attachments.tests.samples import attached
from peel.services.attachments.tests.test_attaching import as_worker
from tests.journeys.walking import officer_with_password
from tests.machine.test_main_job import make_nominal

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("PEEL_SHOTS")


def shot(walker, name):
    if SHOTS:
        walker.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_face_is_drawn_and_named_and_recordings_play(width, walk, database):
    who = officer_with_password("amara", role="detective", name="Amara Lindqvist")
    record = make_nominal(who)
    known = run(commands["pole.nominal.create"], who, {"family_name": "Marlowe"})
    picture = attached(who, record, "crowd.png", png(900, 600), description="Outside the gate")
    as_worker(previews.draw, picture.pk)
    film = attached(who, record, "yard.webm", recordings.film())
    walker = walk(width=width, both=False)
    walker.sign_in("amara")
    stem = f"/pole/nominal/{record.reference}/files"
    walker.go(f"{stem}/{picture.pk}/")
    photo = walker.page.locator("[data-peel-photo]")
    photo.scroll_into_view_if_needed()
    if width == 1280:
        box = photo.bounding_box()
        walker.page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.25)
        walker.page.mouse.down()
        walker.page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.6)
        walker.page.mouse.up()
    else:
        photo.focus()
        for key in ("ArrowRight", "ArrowRight", "Shift+ArrowDown", "ArrowUp"):
            walker.page.keyboard.press(key)
        walker.page.keyboard.press("Enter")
    whose = walker.page.get_by_label("Whose face is it?")
    expect(whose).to_be_focused()
    whose.press_sequentially("Marlo")
    walker.page.get_by_role("option", name="MARLOWE").click()
    shot(walker, f"draw-{width}")
    walker.press("Mark the face")
    expect(walker.page.locator("#faces")).to_contain_text("MARLOWE")
    with speaking(who):
        face = Face.objects.get()
    wanted = (20, 25, 20, 35) if width == 1280 else (41, 39, 20, 21)
    for found, asked in zip((face.left, face.top, face.width, face.height), wanted, strict=True):
        assert abs(float(found) - asked) < 1
    walker.follow("Use as the portrait")
    walker.fill(Why_this_picture="The latest")
    walker.press("Use as the portrait")
    shot(walker, f"picture-{width}")
    walker.go(f"/pole/nominal/{known.reference}/")
    expect(walker.page.locator("#images")).to_contain_text("Portrait")
    shot(walker, f"person-{width}")
    if width == 1280:
        walker.go(f"{stem}/{film.pk}/")
        expect(walker.page.locator("[data-peel-lasts]")).to_have_text("Lasts 00:02.")
        player = walker.page.locator("video")
        player.evaluate(
            "async (one) => { one.currentTime = 1.5; one.muted = true; await one.play(); }"
        )
        walker.page.wait_for_function("() => document.querySelector('video').currentTime > 1.55")
        shot(walker, f"film-{width}")
        paper = attached(who, record, "statement.pdf", recordings.document())
        walker.go(f"{stem}/{paper.pk}/")
        walker.follow("Next page")
        walker.page.get_by_text("The words of this page").click()
        walker.sees("The second page")
        walker.check()
        shot(walker, "paper")
