"""Takes the words out of a document in a process that can do nothing else. Run as a script.

Reads the file from standard input, and writes "whole" or "cut" and on the next lines the words.
Guarded as `sandbox.py` is, and by limits of its own: nothing is unpacked beyond `UNPACKED` bytes,
no document type or entity of XML is followed, mail in mail is read to a depth, and whoever is slow
is cut off with what was read by then. Of Peel it imports that guard and `older.py`, by their path.

    extractor.py [what puremagic and the rules of `media` called it]
"""

import codecs
import contextlib
import email
import email.policy
import importlib.util
import io
import re
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.parsers import expat

MOST_BYTES = 64 << 20
MOST_TEXT = 500_000
UNPACKED = 64 << 20
SECONDS, LAST = 20, 30
DEPTH, PAGES, ENTRIES = 3, 5_000, 20_000
REFUSED, UNREADABLE, NO_WORDS = 3, 4, 5
_PIECE = 1 << 16
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# No module can be read in once files are closed to us: the alphabets that mail and RTF may name.
_CODECS = (
    "ascii cp437 cp850 cp852 cp866 cp932 cp949 cp950 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255"
    " cp1256 cp1257 cp1258 big5 euc_jp euc_kr gb2312 gbk gb18030 hz iso2022_jp iso2022_kr johab"
    " koi8_r koi8_u latin_1 iso8859_2 iso8859_3 iso8859_4 iso8859_5 iso8859_6 iso8859_7 iso8859_8"
    " iso8859_9 iso8859_10 iso8859_13 iso8859_14 iso8859_15 iso8859_16 mac_roman shift_jis tis_620"
    " utf_7 utf_8 utf_8_sig utf_16 utf_16_le utf_16_be utf_32 quopri base64 uu"
)
_PARTS = re.compile(
    r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml"
    r"|xl/(sharedStrings|worksheets/[^/]+|comments[^/]*)\.xml"
    r"|ppt/(slides|notesSlides)/[^/]+\.xml|content\.xml"
)
_HEADERS = re.compile(
    rb"(from|to|subject|date|received|message-id|mime-version|return-path|delivered-to"
    rb"|content-type|x-[\w-]+|reply-to|cc|sender):[ \t]", re.IGNORECASE
)  # fmt: skip
_NOISE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]+")
_GAPS = re.compile(r"[ \t\u00a0]{2,}")
_LINES = re.compile(r"\n\s*\n\s*\n+")


class NoWords(Exception):
    """This is no document that is read."""


class Bomb(Exception):
    """It unpacks to more than is read, or names what it should not."""


def kind_of(content: bytes, said: str) -> Callable[[bytes, int], Iterator[str]]:
    """How to read it, told by its beginning. Raises NoWords."""
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    for sign, reader in ((b"%PDF-", pdf), (b"PK\x03\x04", office), (OLE, older)):
        if content.startswith(sign):
            return reader
    if start.startswith(b"{\\rtf"):
        return rtf
    if said in ("text/html", "text/xml", "image/svg+xml"):
        return markup
    lines = [line for line in start.splitlines()[:12] if line[:1] not in b" \t"]
    if len(lines) > 1 and sum(bool(_HEADERS.match(line)) for line in lines[:4]) > 1:
        return mail
    if content[:2] not in (b"\xff\xfe", b"\xfe\xff") and b"\0" in content[:_PIECE]:
        raise NoWords
    return plain


def pdf(content: bytes, depth: int) -> Iterator[str]:
    """The words of a PDF, page by page."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    for number in range(min(len(document), PAGES)):
        page = document[number]
        yield page.get_textpage().get_text_range()
        yield "\n"
        page.close()


def office(content: bytes, depth: int) -> Iterator[str]:
    """The words of Word, Excel, PowerPoint and OpenDocument files. Raises NoWords and Bomb."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if len(entries) > ENTRIES:
            raise Bomb
        named = sorted((each for each in entries if _PARTS.fullmatch(each.filename)), key=_place)
        if not named:
            raise NoWords
        left = UNPACKED
        for entry in named:
            words = _Words(entry.filename)
            with archive.open(entry) as part:
                while piece := part.read(_PIECE):
                    left -= len(piece)
                    if left < 0:
                        raise Bomb
                    words.feed(piece)
                    yield from words.given()
            words.close()
            yield from words.given()
            yield "\n"


def older(content: bytes, depth: int) -> Iterator[str]:
    """The words of a Word, Excel or Outlook file from before 2007. Raises NoWords."""
    reader = sys.modules["older"]
    try:
        yield from reader.words(content, lambda held, said: _attached(held, said, depth))
    except reader.NotRead as problem:
        raise NoWords from problem


def _attached(held: bytes, said: str, depth: int) -> Iterator[str]:
    """The words of what hangs on a mail, to a depth; what cannot be read does not spoil it."""
    if depth < DEPTH:
        with contextlib.suppress(NoWords, ValueError, KeyError, zipfile.BadZipFile):
            yield from kind_of(held, said)(held, depth + 1)


def _place(entry: zipfile.ZipInfo) -> tuple[bool, int, str]:
    """The document itself first, then its parts by number."""
    number = re.search(r"\d+", entry.filename)
    return ("document" not in entry.filename, int(number[0]) if number else 0, entry.filename)


class _Words:
    """The words of one part, as the parser comes by them."""

    ENDS = ("p", "h", "si", "row", "br", "cr", "line-break", "table-row", "c")

    def __init__(self, name: str) -> None:
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._begins
        self._parser.EndElementHandler = self._ends
        self._parser.CharacterDataHandler = self._says
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._all = name == "content.xml"
        self._inside = 0
        self._index = False
        self._held: list[str] = []

    def feed(self, piece: bytes) -> None:
        self._parser.Parse(piece, False)

    def close(self) -> None:
        self._parser.Parse(b"", True)

    def given(self) -> list[str]:
        held, self._held = self._held, []
        return held

    @staticmethod
    def _refuse(*_: Any) -> None:
        raise Bomb

    def _begins(self, name: str, about: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            # A cell that names a shared string by its number says nothing itself.
            self._index = about.get("t") == "s"
        self._inside += name == "t" or (name == "v" and not self._index)
        if name in ("tab", "s"):
            self._held.append("\t")

    def _ends(self, name: str) -> None:
        name = name.rpartition(":")[2]
        self._inside -= name == "t" or (name == "v" and not self._index)
        if name in self.ENDS:
            self._held.append("\n")

    def _says(self, words: str) -> None:
        if self._inside or self._all:
            self._held.append(words)


def mail(content: bytes, depth: int) -> Iterator[str]:
    """Who wrote to whom, when, what about, and what; and what is attached, to a depth."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    for name in ("subject", "from", "to", "cc", "date"):
        with contextlib.suppress(Exception):  # a header that cannot be read hides no other
            if message[name]:
                yield f"{name.capitalize()}: {message[name]}\n"
    for part in message.walk():
        if part.is_multipart() and part.get_content_type() != "message/rfc822":
            continue
        if called := part.get_filename():
            yield f"\n{called}\n"
        held = part.get_payload(decode=True)
        if not isinstance(held, bytes):
            continue
        if part.get_content_type() in ("text/plain", "text/html"):
            words = _decoded(held, part.get_content_charset() or "")
            yield from _stripped(words) if part.get_content_subtype() == "html" else (words,)
        else:
            yield from _attached(held, part.get_content_type(), depth)
        yield "\n"


def rtf(content: bytes, depth: int) -> Iterator[str]:
    """The words of Rich Text."""
    from striprtf.striprtf import rtf_to_text

    yield rtf_to_text(content.decode("latin-1"), encoding="cp1252", errors="replace")


def markup(content: bytes, depth: int) -> Iterator[str]:
    """The words of a web page or of XML, without what it would do."""
    return _stripped(_decoded(content, ""))


def plain(content: bytes, depth: int) -> Iterator[str]:
    """Text as it stands."""
    yield _decoded(content, "")


def _decoded(held: bytes, said: str) -> str:
    for name in (said, "utf-16" if held[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"):
        with contextlib.suppress(LookupError, UnicodeDecodeError):
            return held.decode(name)
    return held.decode("cp1252", "replace")


class _Page(HTMLParser):
    BLOCKS = frozenset(
        ["p", "br", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "td", "th"]
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.held: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._silent += tag in ("script", "style")
        if tag in self.BLOCKS:
            self.held.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style") and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.held.append(data)


def _stripped(words: str) -> Iterator[str]:
    page = _Page()
    for at in range(0, len(words), _PIECE):
        page.feed(words[at : at + _PIECE])
        yield from page.held
        page.held.clear()
    page.close()
    yield from page.held


def words_of(content: bytes, said: str, most: int = MOST_TEXT) -> tuple[bool, str]:
    """Whether all of it, and the words, at most so many bytes. Raises whatever a reader raises."""
    began, whole, size = time.process_time(), True, 0
    held: list[str] = []
    try:
        for piece in kind_of(content, said)(content, 0):
            held.append(piece)
            size += len(piece)
            if size > most or time.process_time() - began > SECONDS:
                whole = False
                break
    except Exception:
        # What was read before it broke is better than nothing, and is called a part.
        if not "".join(held).strip():
            raise
        whole = False
    words = _LINES.sub("\n\n", _GAPS.sub(" ", _NOISE.sub(" ", "".join(held)))).strip()
    cut = words.encode("utf-8")[:most].decode("utf-8", "ignore")
    return whole and len(cut) == len(words), cut


def _load_what_comes_late() -> None:
    """Read one of each kind of our own: no module can be read in once files are closed to us."""
    import pypdfium2

    for name in _CODECS.split():
        codecs.lookup(name)
    document, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    document.new_page(9, 9)
    document.save(out)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<d><p><t>a</t></p></d>")
    letter = (
        b"From: A <a@b.c>\nTo: =?utf-8?q?=C3=A9?= <d@e.f>\nSubject: =?iso-8859-1?b?6Q==?=\n"
        b"Date: Mon, 1 Jan 2024 00:00:00 +0000\nContent-Type: multipart/mixed; boundary=x\n\n"
        b"--x\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
        b"PHA+\n--x\nContent-Type: message/rfc822\n\nSubject: b\n\nc\n--x\n"
        b'Content-Type: application/pdf; name*=utf-8\'\'%e2.pdf\nContent-Disposition: attachment\n'
        b"\nz\n--x--\n"
    )  # fmt: skip
    own = ((out.getvalue(), ""), (packed.getvalue(), ""), (letter, ""),
           (b"{\\rtf1\\ansi\\ansicpg1252 a\\'e9\\u233?}", ""), (b"<p>&eacute;", "text/html"),
           (b"a", ""))  # fmt: skip
    for content, said in own:
        words_of(content, said)


def _beside(name: str) -> Any:
    """A script that stands beside this one and is found by its place alone."""
    place = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(name, place)
    assert spec is not None  # noqa: S101 - it is a file of ours
    assert spec.loader is not None  # noqa: S101
    found = importlib.util.module_from_spec(spec)
    sys.modules[name] = found
    spec.loader.exec_module(found)
    return found


def main() -> int:
    """Read, give up everything, take out the words."""
    guard = _beside("sandbox")
    _beside("older")
    _load_what_comes_late()
    content = sys.stdin.buffer.read(MOST_BYTES + 1)
    guard.give_up(LAST)
    if len(content) > MOST_BYTES:
        return REFUSED
    try:
        whole, words = words_of(content, sys.argv[1] if len(sys.argv) > 1 else "")
    except (Bomb, MemoryError):
        return REFUSED
    except NoWords:
        return NO_WORDS
    except Exception:
        return UNREADABLE
    sys.stdout.buffer.write(f"{'whole' if whole else 'cut'}\n{words}".encode())
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
