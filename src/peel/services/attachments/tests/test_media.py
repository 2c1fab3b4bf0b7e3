"""Pictures with faces, a person's images, recordings and documents in the page."""

import pytest

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.kernel.audit import ledger
from peel.kernel.files import media
from peel.kernel.files.tests.pictures import png
from peel.kernel.records import previews
from peel.kernel.records.filed import Handover
from peel.machine.commands import NotFound, Refused, run
from peel.machine.commands.registry import commands as register
from peel.services.attachments import commands, faces
from peel.services.attachments.models import Face, FaceName
from peel.services.attachments.tests import recordings
from peel.services.attachments.tests.samples import attached
from peel.services.attachments.tests.test_attaching import as_worker, body, page_of

pytestmark = pytest.mark.usefixtures("place", "scanner")
AREA = {"left": "10", "top": "20.5", "width": "12", "height": "18"}
MEDIA = ("drawing/", "play/", "captions/", "suggest/?q=Marlowe", "do/mark/")
assert ledger.Act.COMBINATION


@pytest.fixture
def picture(who, record):
    """A photograph of the record, as the worker has drawn it."""
    file = attached(who, record, "crowd.png", png(900, 600))
    as_worker(previews.draw, file.pk)
    return file


def person(who, family, **more):
    return run(register["pole.nominal.create"], who, {"family_name": family} | more)


def told(client, record, file, what, **answers):
    return client.post(page_of(record, file, f"do/{what}/"), answers)


def test_faces_are_marked_named_corrected_and_make_a_portrait(who, client, record, picture):
    other = person(who, "Marlowe", given_names="Idris")
    wrong = told(client, record, picture, "mark", **AREA | {"left": "95"})
    assert wrong.status_code == 422
    assert "goes beyond the edge of the picture" in wrong.content.decode()
    assert told(client, record, picture, "mark", **AREA, nominal="Marlowe").status_code == 302
    assert told(client, record, picture, "mark", **AREA | {"left": "60"}).status_code == 302
    page = client.get(page_of(record, picture)).content.decode()
    for words in ("MARLOWE, Idris", "Not named", 'x="10.00%"', "data-peel-photo"):
        assert words in page
    with speaking(who):
        first, second = Face.objects.order_by("left")
        name = FaceName.objects.get()
    assert client.get(page_of(record, picture, "suggest/?q=Marlo")).json()["found"]
    assert told(
        client, record, picture, "name", which=second.pk, nominal=other.reference
    ).status_code == 302  # fmt: skip
    again = {"which": first.pk, "nominal": other.reference}
    assert (
        "has that name already" in told(client, record, picture, "name", **again).content.decode()
    )
    assert told(
        client, record, picture, "portrait", which=name.pk, reason="The latest"
    ).status_code == 302  # fmt: skip
    mine = client.get(f"/pole/nominal/{other.reference}/").content.decode()
    assert mine.count("peel-images__one--portrait") == 1
    assert "The latest" in mine
    # 10 % of 900 pixels, less the room around it; the picture was not made larger.
    assert 'viewBox="79.2 112.2 129.6 129.6"' in mine
    assert client.get(page_of(record, picture, "drawing/"))["Content-Type"] == "image/webp"
    ended = {"which": name.pk, "reason": "Somebody else"}
    assert told(client, record, picture, "unname", **ended).status_code == 302
    assert told(client, record, picture, "unname", **ended).status_code == 404
    assert told(
        client, record, picture, "unmark", which=second.pk, reason="A lamp"
    ).status_code == 302  # fmt: skip
    assert "crop" not in client.get(f"/pole/nominal/{other.reference}/").content.decode()
    with speaking(who):
        assert FaceName.objects.get(pk=name.pk).end_reason == "Somebody else"
        assert Face.objects.count() == 2


def test_a_program_says_and_reads_whose_faces_they_are_and_timelines_tell(
    who, client, record, picture
):
    """What pages do with pictures the API does too, for those who may; timelines tell of it."""
    other = person(who, "Marlowe", given_names="Idris")
    hidden = person(who, "Secretan")
    stem = f"/api/pole/nominal/{record.reference}/files"

    def say(what, by=client, **values):
        where = f"{stem}/{picture.pk}/{what}"
        return by.post(where, values, content_type="application/json")

    area = {name: float(share) for name, share in AREA.items()}
    face = say("mark", **area, nominal=other.reference).json()["faces"][0]
    assert (face["left"], face["names"][0]["title"]) == (10.0, "MARLOWE, Idris")
    say("name", which=face["id"], nominal=hidden.reference)
    assert say("mark", **area | {"left": 95}).status_code == 422
    assert say("name", which=face["id"], nominal=other.reference).status_code == 422
    assert say("dance").status_code == 404
    name = face["names"][0]["id"]
    assert say("portrait", which=name, reason="The latest").status_code == 200
    images = client.get(f"/api/pole/nominal/{other.reference}/images").json()
    assert images["portrait"]["face"] == face["id"]
    assert [one["file"] for one in images["images"]] == [str(picture.pk)]
    told_then = client.get(f"/pole/nominal/{record.reference}/timeline/").content.decode()
    assert "SECRETAN" in told_then
    _restrict(officer("supervisor"), hidden)
    reader = signed_in_client(officer("detective"))
    told_of = reader.get(stem).json()[0]["faces"][0]["names"]
    assert [each["reference"] for each in told_of] == [other.reference]
    blind = signed_in_client(officer(permissions=["pole.nominal.view"], clearance=3))
    assert blind.get(stem).json()[0]["faces"] == []
    assert blind.get(f"/api/pole/nominal/{other.reference}/images").status_code == 403
    from django.test import Client

    for by, status in ((Client(), 401), (blind, 403)):
        assert say("unname", by, which=name, reason="No").status_code == status
    assert say("unname", which=name, reason="Somebody else").status_code == 200
    for each, words in (
        (record, ("Face", "crowd.png, at 10", "Name of a face", "Ended: Somebody else")),
        (other, ("Image", "on crowd.png", "Portrait", "crowd.png: The latest")),
    ):
        page = client.get(f"/pole/nominal/{each.reference}/timeline/").content.decode()
        for text in words:
            assert text in page, text
    theirs = reader.get(f"/pole/nominal/{record.reference}/timeline/").content.decode()
    assert "SECRETAN" not in theirs


def test_a_face_of_a_hidden_person_has_no_name_for_others(who, client, record, picture, database):
    hidden = person(who, "Secretan")
    told(client, record, picture, "mark", **AREA, nominal=hidden.reference)
    told(client, record, picture, "mark", **AREA | {"left": "60"})
    with speaking(who):
        first = Face.objects.order_by("left").first()
        name = FaceName.objects.get()
    told(client, record, picture, "portrait", which=name.pk, reason="Known by it")
    chief = officer("supervisor")
    # An officer's identity of now, for the admission.
    run(register["pole.nominal.restrict"], who, {
        "record_id": hidden.pk, "version": 1, "reason": "A witness", "admitted": [],
    }) if who.may("pole.nominal.restrict") else _restrict(chief, hidden)  # fmt: skip
    other = officer("detective")
    browser = signed_in_client(other)
    page = browser.get(page_of(record, picture)).content.decode()
    assert page.count("Not named") == 2
    assert "Secretan" not in page
    assert "SECRETAN" not in page
    with speaking(other):
        assert not FaceName.objects.exists()
        assert not list(faces.images_of([hidden.pk], other))
        assert faces.portrait_of([hidden.pk], other) is None
        assert faces.faces_of(first.attachment, other)[0].names == ()
    somebody = person(other, "Openshaw")
    # Another's name goes in as if there were none: nothing is refused, and nothing told.
    assert told(
        browser, record, picture, "name", which=first.pk, nominal=somebody.reference
    ).status_code == 302  # fmt: skip
    assert told(
        browser, record, picture, "unname", which=name.pk, reason="Guess"
    ).status_code == 404  # fmt: skip


def _restrict(chief, hidden):
    asked = {"record_id": hidden.pk, "version": 1, "reason": "A witness", "admitted": []}
    run(register["pole.nominal.restrict"], chief, asked)


def test_recordings_play_in_parts_and_each_play_is_accounted_for(who, client, record, database):
    assert media.detect(recordings.film()) == "video/webm"
    sound = attached(who, record, "call.wav", recordings.sound())
    film = attached(who, record, "yard.webm", recordings.film())
    for file, tag in ((sound, "<audio"), (film, "<video")):
        assert tag in client.get(page_of(record, file)).content.decode()
        whole = client.get(page_of(record, file, "play/"))
        assert whole["Content-Type"] == {"<audio": "audio/wav", "<video": "video/webm"}[tag]
        assert whole["Content-Disposition"] == "inline"
        content = body(whole)
        part = client.get(page_of(record, file, "play/"), HTTP_RANGE="bytes=500-")
        assert (part.status_code, body(part)) == (206, content[500:])
        assert part["Content-Range"] == f"bytes 500-{len(content) - 1}/{len(content)}"
    with speaking(who):
        assert Handover.objects.filter(step="played").count() == 2
    lines = database.connection.execute(
        "select subjects from audit_line where name = 'files.file.play' and outcome = 'done'"
    ).fetchall()
    assert len(lines) >= 6
    assert {subject for (subjects,) in lines for subject in subjects} == {record.pk}
    captions = "WEBVTT\n\n00:00.000 --> 00:02.000\nA gate opens"
    assert client.get(page_of(record, film, "captions/")).status_code == 404
    for text in ("Wind, a gate", captions):
        assert told(client, record, film, "transcribe", text=text).status_code == 302
    page = client.get(page_of(record, film)).content.decode()
    assert '<track kind="captions"' in page
    assert "Wind, a gate" not in page
    assert client.get(page_of(record, film, "captions/")).content.decode() == captions


def test_documents_are_shown_as_pictures_and_words_and_never_act(who, client, record):
    paper = attached(who, record, "statement.pdf", recordings.document())
    page = client.get(page_of(record, paper)).content.decode()
    assert "Page 1 of 2" in page
    assert "Statement of a heron" in page
    assert "app.alert" not in page
    second = client.get(f"{page_of(record, paper)}?page=2").content.decode()
    assert "The second page" in second
    drawn = client.get(f"{page_of(record, paper, 'drawing/')}?page=2")
    assert (drawn["Content-Type"], drawn.content[8:12]) == ("image/webp", b"WEBP")
    assert client.get(f"{page_of(record, paper, 'drawing/')}?page=3").status_code == 404
    note = attached(who, record, "x.html", b"<!doctype html><script>alert(1)</script>")
    shown = client.get(page_of(record, note)).content.decode()
    assert "&lt;script&gt;alert(1)" in shown


def test_media_answer_each_caller_and_refuse_what_they_are_not(who, client, record, picture):
    paper = attached(who, record, "note.txt", b"plain words", marking=2)
    nobody = signed_in_client(officer(permissions=[], clearance=3))
    low = signed_in_client(officer(role="detective", clearance=1))
    from django.test import Client

    for part in MEDIA:
        where = page_of(record, paper, part)
        assert Client().get(where).status_code == 302, part
        assert nobody.get(where).status_code == 403, part
        assert low.get(where).status_code == 404, part
    for part in ("drawing/", "play/", "captions/", "do/nonsense/"):
        assert client.get(page_of(record, paper, part)).status_code == 404
    assert client.get(page_of(record, picture, "play/")).status_code == 404
    values = {"record_id": record.pk, "file_id": paper.pk}
    with pytest.raises(Refused, match="not a picture"):
        run(commands.mark_face, who, values | AREA)
    with pytest.raises(Refused, match="not a recording"):
        run(commands.transcribe, who, values | {"text": "x"})
    with pytest.raises(NotFound):
        run(commands.play, who, values)
