"""Hostile files, and every address of files tried by four callers."""

import io
import threading
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.kernel.files import backends
from peel.kernel.files.scanning.simulator import EICAR, Simulator
from peel.kernel.files.thumbnails import Outcome, run
from peel.kernel.records.filed import Attachment
from peel.services.attachments.tests.samples import attached
from tests.machine.turns import kinds_left
from tests.security.addresses import FILE_OPERATIONS, FILE_PAGES
from tests.security.stage import build, do

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
# Put together at run time, so that no scanner takes this file for an infected one.
SCRIPT = b"<script>document.title='taken'</script>"


@pytest.fixture(autouse=True)
def scanner(settings, tmp_path):
    settings.PEEL_FILES = f"file://{tmp_path / 'store'}"
    with Simulator() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        settings.PEEL_FILES_SCANNER = server.address
        yield
        server.shutdown()


@pytest.fixture
def who(database):
    return officer(role="detective")


@pytest.fixture
def client(who):
    return signed_in_client(who)


@pytest.fixture
def record(who):
    return do(who, "pole.nominal.create", family_name="Kingsbridge")


def zip_bomb():
    """Two kilobytes that would be two megabytes, named as a document."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes(2 << 20))
    return out.getvalue()


def pixel_bomb(side=60_000):
    """A picture of 3.6 milliards of pixels in a few kilobytes."""

    def chunk(kind, data):
        whole = kind + data
        return len(data).to_bytes(4, "big") + whole + zlib.crc32(whole).to_bytes(4, "big")

    size = side.to_bytes(4, "big")
    head = chunk(b"IHDR", size + size + b"\x01\0\0\0\0")
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + chunk(b"IDAT", zlib.compress(bytes(9000)))
        + chunk(b"IEND", b"")
    )


def send(client, record, name, content):
    """Send one file as a browser does, whatever its name."""
    upload = SimpleUploadedFile("x", content)
    upload._name = name
    where = f"/pole/nominal/{record.reference}/files/new/"
    return client.post(where, {"marking": "1", "file": upload})


def kept():
    return list(Attachment.objects.using("worker").select_related("blob").order_by("added_at"))


HOSTILE = {
    "a GIF that is a script": ("cat.gif", b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)", "image/gif"),
    "a GIF that is a page": ("cat.gif", b"GIF89a" + b"\0" * 30 + SCRIPT, "image/gif"),
    "a PDF that is an archive": ("a.pdf", b"%PDF-1.4\n" + zip_bomb(), "application/pdf"),
    "an SVG with a script": ("map.svg", b"<svg xmlns='x'>" + SCRIPT + b"</svg>", "image/svg+xml"),
    "a page named .jpg": ("holiday.jpg", b"<!DOCTYPE html>" + SCRIPT, "text/html"),
    "an archive that swells": ("evidence.zip", zip_bomb(), "application/zip"),
    "two extensions": ("statement.pdf.exe", b"MZ\x90\0" + bytes(100), ""),
    "a pixel bomb": ("huge.png", pixel_bomb(), "image/png"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_kept_as_it_is_and_never_acts(what, client, record):
    name, content, media_type = HOSTILE[what]
    assert send(client, record, name, content).status_code == 302
    (file,) = kept()
    assert file.name == name
    assert media_type in ("", file.blob.media_type)
    response = client.get(f"/pole/nominal/{record.reference}/files/{file.pk}/content/")
    assert b"".join(response.streaming_content) == content
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert response["Content-Type"] not in ("text/html", "image/svg+xml", "text/javascript")


def test_a_name_that_lies_is_pointed_out(client, record):
    send(client, record, "holiday.jpg", HOSTILE["a page named .jpg"][1])
    assert b"Name and content differ" in client.get(f"/pole/nominal/{record.reference}/").content


@pytest.mark.parametrize(
    ("sent", "called"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("a\0b.txt", "ab.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("x" * 300 + ".jpg", "x" * 145 + "….jpg"),
        ("Zoë’s café.txt", "Zoë’s café.txt"),
        ("  .hidden ", "hidden"),
    ],
)
def test_a_name_is_made_harmless(sent, called, client, record):
    assert send(client, record, sent, b"x").status_code == 302
    (file,) = kept()
    assert file.name == called
    assert len(file.name) <= 150
    response = client.get(f"/pole/nominal/{record.reference}/files/{file.pk}/content/")
    header = response["Content-Disposition"]
    assert "\r" not in header
    assert "\n" not in header
    assert "/" not in header
    assert header.isascii()


def test_an_empty_file_is_refused_in_words(client, record):
    response = send(client, record, "empty.txt", b"")
    assert response.status_code == 422
    assert "empty.txt was not attached: it is empty." in response.content.decode()
    assert kept() == []
    assert list(backends.backend().listed()) == []


def test_no_file_is_said_to_be_missing(client, record):
    response = client.post(f"/pole/nominal/{record.reference}/files/new/", {"marking": "1"})
    assert response.status_code == 422
    assert "Choose a file" in response.content.decode()


@pytest.mark.parametrize("around", [(b"", b""), (b"begins well " * 9000, b" and goes on")])
def test_an_infected_file_is_refused_and_locked_away(around, client, who, record, database):
    content = around[0] + EICAR + around[1]
    good = SimpleUploadedFile("good.txt", b"harmless")
    bad = SimpleUploadedFile("holiday.txt", content)
    where = f"/pole/nominal/{record.reference}/files/new/"
    response = client.post(where, {"marking": "1", "file": [good, bad]})
    assert response.status_code == 422
    said = response.content.decode()
    assert "holiday.txt was not attached: the virus scanner found Eicar-Test-Signature" in said
    assert [file.name for file in kept()] == ["good.txt"]
    rows = database.connection.execute("select name, finding from files_quarantined").fetchall()
    assert rows == [("holiday.txt", "Eicar-Test-Signature")]
    lines = database.connection.execute(
        "select name, outcome, subjects from audit_line where name like 'files.file.%' order by id"
    ).fetchall()
    assert ("files.file.lock_away", "done", [record.pk]) in lines
    assert ("files.file.attach", "refused", [record.pk]) in lines


def test_a_file_where_none_is_asked_for_is_passed_over(client, record):
    upload = SimpleUploadedFile("x.txt", b"x" * 5000)
    client.post("/purpose/", {"kind": "own caseload", "file": upload})
    client.post(f"/pole/nominal/{record.reference}/edit/", {"version": "1", "file": upload})
    assert list(backends.backend().listed()) == []


def test_what_is_too_large_is_refused_in_words(client, record, settings):
    settings.PEEL_FILES_MOST_BYTES = 100_000
    response = send(client, record, "film.mp4", bytes(2_000_000))
    assert response.status_code == 413
    assert "The largest file that Peel takes is" in response.content.decode()
    response = send(client, record, "film.mp4", bytes(150_000))
    assert response.status_code == 413
    assert kept() == []
    assert list(backends.backend().listed()) == []


def test_two_who_send_the_same_at_once_both_have_it(who, record):
    content = b"the same film" * 100_000
    failed = []

    def work(name):
        from django.db import connections

        try:
            attached(who, record, name, content)
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(f"{n}.mp4",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len({file.blob_id for file in kept()}) == 1
    assert len(kept()) == 4
    assert len(list(backends.backend().listed())) == 1


@pytest.mark.parametrize(
    "content",
    [pixel_bomb(), b"<svg/>", b"", PNG, b"%PDF-1.7 nonsense", zip_bomb(), b"GIF89a" + b"\xff" * 99],
)
def test_a_hostile_picture_gives_no_picture(content):
    outcome, made = run(content)
    assert outcome is not Outcome.MADE
    assert made == b""


def callers(stage):
    everything = officer(permissions=["*"], clearance=3)
    return {
        "nobody": Client(),
        "no permission": signed_in_client(officer(permissions=[], clearance=3)),
        "no visibility": signed_in_client(everything),
        "both": signed_in_client(stage.owner),
    }


@pytest.mark.slow
def test_every_address_of_files_answers_each_caller(database):
    stage = build()
    pages = {"nobody": {302}, "no permission": {403}, "no visibility": {404}, "both": {200, 302}}
    calls = {"nobody": {401}, "no permission": {403}, "no visibility": {404}, "both": {200, 201}}
    wrong = []
    for sheet in kinds_left():
        hidden = stage.hidden_of(sheet)
        file = attached(stage.owner, hidden, content=sheet.kind.encode())
        for who, client in callers(stage).items():
            for name in FILE_PAGES:
                args = [hidden.reference] + ([file.pk] if name not in ("files-new",) else [])
                where = reverse(f"{sheet.url_name}-{name}", args=args)
                answer = client.post(where) if name == "file-check" else client.get(where)
                allowed = {404} if (who, name) == ("both", "file-picture") else pages[who]
                wrong += (
                    [(who, where, answer.status_code)] if answer.status_code not in allowed else []
                )
            upload = SimpleUploadedFile("x.txt", b"by the API")
            stem = f"/api/{sheet.kind.replace('.', '/')}/{hidden.reference}/"
            for path, method in FILE_OPERATIONS:
                where = stem + path.replace("{file_id}", str(file.pk))
                data = {"file": upload} if method == "post" else {}
                status = getattr(client, method)(where, data).status_code
                wrong += [(who, method, where, status)] if status not in calls[who] else []
    assert wrong == []
