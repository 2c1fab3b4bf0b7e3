"""The words of files: read apart from everything, and found only by whoever may see them."""

import base64
import io
import zipfile

import pytest
from django.db import ProgrammingError, connections, transaction
from PIL import Image, ImageDraw

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.kernel.files import extracting, recognising
from peel.kernel.files.extracting import State
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.services.attachments import cli, texts
from peel.services.attachments.tests.compound import compound, outlook, word, workbook
from peel.services.attachments.tests.samples import attached
from peel.services.attachments.tests.test_attaching import as_worker, page_of

WORD = '<w:document xmlns:w="w"><w:body>{}</w:body></w:document>'


def packed(body: str, name: str = "word/document.xml") -> bytes:
    """An Office file of one part."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, body)
    return out.getvalue()


def paragraphs(*texts_: str) -> bytes:
    return packed(WORD.format("".join(f"<w:p><w:r><w:t>{t}</w:t></w:r></w:p>" for t in texts_)))


def leaf(words: str) -> bytes:
    """A PDF of one page, with the table of places left to the reader to mend."""
    drawn = f"BT /F1 12 Tf 20 700 Td ({words}) Tj ET"
    return (
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources"
        "<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n"
        f"4 0 obj<</Length {len(drawn)}>>stream\n{drawn}\nendstream endobj\n"
        "trailer<</Root 1 0 R>>\n%%EOF"
    ).encode()


LETTER = (
    b"From: Ann Example <ann@example.org>\r\nTo: =?utf-8?q?J=C3=A9r=C3=B4me?= <j@example.org>\r\n"
    b"Subject: =?windows-1251?b?z/Do4uXy?=\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\n"
    b"Content-Type: text/plain; charset=iso-8859-2\r\nContent-Transfer-Encoding: quoted-printable"
    b"\r\n\r\nGda=F1sk harbour\r\n--q\r\nContent-Type: application/octet-stream\r\n"
    b'Content-Disposition: attachment; filename="note.docx"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(paragraphs("what hung on it"))
    + b"\r\n--q--\r\n"
)


@pytest.mark.parametrize(
    ("content", "said", "state", "words"),
    [
        (leaf("Silver Corsa"), "", State.READ, ["Silver Corsa"]),
        (paragraphs("Seen at", "the bridge &amp; café"), "", State.READ, ["the bridge & café"]),
        (packed('<w><c t="s"><v>0</v></c><c><v>07700900123</v></c></w>',
                "xl/worksheets/sheet1.xml"), "", State.READ, ["07700900123"]),
        (LETTER, "", State.READ,
         ["Привет", "Jérôme", "Gdańsk harbour", "note.docx", "what hung on it"]),
        (b"{\\rtf1\\ansi\\ansicpg1252 Caf\\'e9 \\b bold\\b0}", "", State.READ, ["Café bold"]),
        (b"<html><script>evil()</script><p>Plain&eacute;", "text/html", State.READ, ["Plainé"]),
        ("Café;1".encode("cp1252"), "", State.READ, ["Café;1"]),
        (word("Caf\xe9 \x13 PAGE \x14on the corner"), "", State.READ, ["Caf\xe9 on the corner"]),
        (word("Gda\u0144sk harbour", unicode=True), "", State.READ, ["Gda\u0144sk harbour"]),
        (workbook(("From", "Za\u017c\u00f3\u0142\u0107"), (447700900123.0, 1.5)), "", State.READ,
         ["Calls", "Za\u017c\u00f3\u0142\u0107", "447700900123", "1.5"]),
        (outlook("Re: the barn", "Seen on Friday", LETTER, "letter.eml"), "", State.READ,
         ["Subject: Re: the barn", "From: Ann Example", "Seen on Friday", "letter.eml",
          "what hung on it"]),
        (compound({"Something else": b"x"}), "", State.NONE, []),
        (word("a")[:900], "", State.UNREADABLE, []),
        (word("Long ago").replace(b"\xec\xa5\xc1", b"\xec\xa5\x65"), "", State.UNREADABLE, []),
        (b"  \n ", "", State.EMPTY, []),
        (b"\x00\x01" * 500, "", State.NONE, []),
        (packed("x", "other.txt"), "", State.NONE, []),
        (b"%PDF-1.4 and nothing of the kind", "", State.UNREADABLE, []),
        (paragraphs("cut off")[:90], "", State.UNREADABLE, []),
        (packed('<!DOCTYPE d [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><d><t>&b;</t></d>'), "",
         State.TOO_MUCH, []),
        (packed(WORD.format(" " * (65 << 20))), "", State.TOO_MUCH, []),
    ],
)  # fmt: skip
def test_words_come_out_of_each_kind_and_the_hostile_are_said_to_be(content, said, state, words):
    told = extracting.run(content, said)
    assert told.state is state
    assert all(each in told.words for each in words), told.words
    assert "evil" not in told.words


def test_what_is_long_is_cut_and_a_reader_that_hangs_is_ended(monkeypatch):
    told = extracting.run("vielleicht é ".encode() * 60_000)
    assert (told.state, told.whole) == (State.READ, False)
    assert len(told.words.encode()) <= extracting.MOST_TEXT
    monkeypatch.setattr(extracting, "PATIENCE", 0.001)
    assert extracting.run(b"a").state is State.TOO_MUCH


def lettered(*lines: str, form: str = "PNG") -> bytes:
    """A picture of lines of letters, or a document of which it is the page."""
    picture = Image.new("RGB", (900, 80 + 80 * len(lines)), "white")
    for number, line in enumerate(lines):
        ImageDraw.Draw(picture).text((40, 40 + 80 * number), line, "black", font_size=48)
    out = io.BytesIO()
    picture.save(out, form)
    return out.getvalue()


def test_words_are_read_from_pictures_and_scans_where_there_is_a_program(monkeypatch):
    pictured = lettered("Silver Corsa", "Acre Lane")
    if recognising.installed():
        told = extracting.run(pictured, "image/png")
        assert (told.state, told.whole) == (State.READ, True)
        assert told.words.splitlines() == ["Silver Corsa", "Acre Lane"]
        told = extracting.run(lettered("Brixton Hill", form="PDF"))
        assert (told.state, told.words) == (State.READ, "Brixton Hill")
        assert extracting.run(lettered(), "image/png").state is State.EMPTY
        assert extracting.run(pictured[:300], "image/png").state is State.UNREADABLE
        monkeypatch.setattr(recognising, "PROGRAM", "/bin/false")
        assert extracting.run(pictured, "image/png").state is State.EMPTY
    monkeypatch.setattr(recognising, "PROGRAM", "no-such-program")
    for content, said in ((pictured, "image/png"), (lettered("A scan", form="PDF"), "")):
        assert extracting.run(content, said).state is State.NO_PROGRAM


@pytest.mark.usefixtures("place", "scanner")
def test_files_are_found_by_their_words_as_far_as_one_sees(who, client, record, capsys):
    file = attached(who, record, "note.docx", paragraphs("A silver Corsa, Zürich plates"))
    attached(who, record, "odd.pdf", b"%PDF-1.4 and nothing of the kind")
    plain = attached(who, record, "list.txt", b"Corsa again")
    page = client.get(f"/pole/nominal/{record.reference}/").content.decode()
    assert "Text not read yet" in page
    for _ in range(2):  # heard twice, read once
        as_worker(texts.read, file.pk)
    assert cli.main(["text"]) == 0
    assert "2 files looked at: read 1, unreadable 1" in capsys.readouterr().out
    assert cli.main(["text"]) == 0
    assert cli.main(["text", "--again"]) == 0
    assert "0 files looked at." in (out := capsys.readouterr().out)
    assert "1 files looked at: unreadable 1" in out
    page = client.get(f"/pole/nominal/{record.reference}/").content.decode()
    assert "Text read" in page
    assert "The text could not be read" in page
    assert "A silver Corsa" in client.get(page_of(record, file)).content.decode()

    def found(reader, words):
        with speaking(reader):
            return {one.attachment_id for one in texts.find(reader, words)}

    assert found(who, "corsa") == {file.pk, plain.pk}
    assert found(who, '"silver corsa" zurich') == {file.pk}
    assert found(who, "corsa -silver") == {plain.pk}
    odd = ("", "\x00", "'; drop table records_record; --", "<b>", "& | ! ( )", "a" * 10_000)
    assert [found(who, each) for each in odd] == [set()] * len(odd)
    with speaking(who):
        around = texts.find(who, "corsa")[0].around
    assert "Corsa" in around
    # A secret file, a restricted record and a withdrawn file are not there.
    secret = attached(who, record, "secret.txt", b"Corsa in the barn", marking=2)
    as_worker(texts.read, secret.pk)
    assert found(who, "barn") == {secret.pk}
    other = officer(role="detective", clearance=1)
    assert found(other, "corsa") == {file.pk, plain.pk}
    withdrawn = {"record_id": record.pk, "which": plain.pk, "reason": "The wrong one"}
    run(commands["files.file.withdraw"], who, withdrawn, subject=record.pk)
    assert found(who, "corsa") == {file.pk, secret.pk}
    hide = {"record_id": record.pk, "version": 1, "reason": "T", "keep_me": True, "admitted": []}
    run(commands["pole.nominal.restrict"], who, hide)
    assert found(who, "corsa") == {file.pk, secret.pk}
    assert found(other, "corsa") == set()
    with speaking(other), connections["default"].cursor() as cursor:
        for asked in (
            "attachments.text_states(array[%s])",
            "attachments.words_of(%s)",
        ):
            cursor.execute(f"select * from {asked}", [file.pk])
            assert cursor.fetchall() == []
        with pytest.raises(ProgrammingError, match="denied"), transaction.atomic():
            cursor.execute("select * from attachments_filetext")
    assert signed_in_client(other).get(page_of(record, file)).status_code == 404
