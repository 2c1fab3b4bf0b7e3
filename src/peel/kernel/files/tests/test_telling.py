"""What a content is, what a name may be, and the protocol of the scanner."""

import io
import socket
import struct
import threading
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peel.kernel.files import media, naming, thumbnails
from peel.kernel.files.scanning import State, begin
from peel.kernel.files.scanning.simulator import EICAR, Simulator
from peel.kernel.files.tests.pictures import png


def archive(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "application/vnd.oasis.opendocument.text")
    return out.getvalue()


OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (png(), "image/png"),
        (png(form="JPEG"), "image/jpeg"),
        (png(form="TIFF"), "image/tiff"),
        (b"%PDF-1.7\n%\xe2", "application/pdf"),
        (archive("a"), "application/zip"),
        (archive("[Content_Types].xml", "word/document.xml"), OFFICE),
        (archive("mimetype", "content.xml"), "application/vnd.oasis.opendocument.text"),
        (b"\x7fELF\x02\x01" + bytes(60), "application/x-executable"),
        (b"\n <!DOCTYPE html><p>", "text/html"),
        (b"\xef\xbb\xbf<svg onload='x'>", "image/svg+xml"),
        (b"<?xml version='1.0'?><svg>", "image/svg+xml"),
        (b"<?xml version='1.0'?><a>", "text/xml"),
        ("Naïve words.".encode(), "text/plain"),
        (bytes(range(256)), "application/octet-stream"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(9), "video/mp4"),
    ],
)
def test_the_content_tells_what_it_is(content, found):
    assert media.detect(content) == found
    assert media.words(found)


@given(st.binary(max_size=200))
def test_any_content_has_a_type(content):
    assert "/" in media.detect(content)


@given(st.text(max_size=400))
def test_any_name_becomes_a_harmless_one(name):
    made = naming.safe(name)
    assert 0 < len(made) <= naming.LONGEST
    assert not set(made) & set('/\\\0<>:"|?*\r\n\t')
    assert naming.disposition(made).isascii()
    assert "\n" not in naming.disposition(made)
    assert naming.safe(made) == made


@pytest.mark.parametrize(
    ("name", "media_type", "wrong"),
    [
        ("a.jpg", "text/html", True),
        ("a.pdf", "application/zip", True),
        ("a.docx", "application/zip", False),
        ("a.jpg", "image/jpeg", False),
        ("a.wav", "audio/mpeg", False),
        ("a.doc", media.OLE, False),
        ("a", "text/html", False),
    ],
)
def test_a_name_that_says_something_else_is_noticed(name, media_type, wrong):
    assert naming.contradicts(name, media_type) is wrong


@pytest.fixture
def simulator(settings):
    with Simulator(most=5_000_000) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        settings.PEEL_FILES_SCANNER = server.address
        yield server
        server.shutdown()


def scanned(*chunks):
    scan = begin()
    for chunk in chunks:
        scan.feed(chunk)
    return scan.verdict()


def test_the_scanner_finds_what_is_cut_in_two(simulator):
    assert scanned(b"harmless", b"").state is State.CLEAN
    verdict = scanned(b"x" * 999 + EICAR[:30], EICAR[30:] + b"y")
    assert (verdict.state, verdict.finding) == (State.INFECTED, "Eicar-Test-Signature")


def test_a_scanner_that_stops_listening_leaves_it_unknown(simulator):
    verdict = scanned(*[bytes(1_000_000)] * 40)
    assert verdict.state is State.UNKNOWN
    assert verdict.finding
    simulator.shutdown()
    simulator.server_close()
    assert scanned(b"x").state is State.UNKNOWN


def test_the_simulator_speaks_the_protocol(simulator):
    def asked(words):
        with socket.create_connection(simulator.server_address) as talk:
            talk.sendall(words)
            talk.shutdown(socket.SHUT_WR)
            return talk.makefile("rb").read()

    assert asked(b"zPING\0") == b"PONG\0"
    assert b"simulator" in asked(b"zVERSION\0")
    assert asked(b"zHELP\0") == b"UNKNOWN COMMAND\0"
    stream = b"zINSTREAM\0" + struct.pack(">I", 2) + b"ok" + struct.pack(">I", 0)
    assert asked(stream) == b"stream: OK\0"


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_small_pictures_are_made(form):
    outcome, made = thumbnails.run(png(900, 600, form=form))
    assert outcome is thumbnails.Outcome.MADE
    from PIL import Image

    assert Image.open(io.BytesIO(made)).size == (480, 320)


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/passwd')",
        "open('/tmp/peel-escaped', 'w')",
        "__import__('socket').socket()",
        "__import__('os').fork()",
        "__import__('os').system('true') and 1 / 0",
        "__import__('os').kill(1, 0)",
        "bytearray(3 << 30)",
        "__import__('threading').Thread(target=print).start()",
    ],
)
def test_the_sandbox_lets_nothing_out(attempt):
    import subprocess
    import sys

    code = (
        f"import sys, os, socket, threading; sys.path.insert(0, {str(thumbnails.SCRIPT.parent)!r});"
        f" import sandbox; sandbox.give_up(); {attempt}; print('escaped')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True)
    assert "escaped" not in done.stdout
    assert done.returncode


def test_a_decoder_that_never_ends_is_ended(tmp_path, monkeypatch):
    script = tmp_path / "forever.py"
    script.write_text("import time\ntime.sleep(600)\n")
    monkeypatch.setattr(thumbnails, "SCRIPT", script)
    monkeypatch.setattr(thumbnails, "PATIENCE", 0.5)
    assert thumbnails.run(b"x") == (thumbnails.Outcome.REFUSED, b"")
