"""What a content is, told by the content: a name proves nothing."""

import re
from functools import lru_cache
from typing import Any

HEAD = 1 << 16
UNKNOWN = "application/octet-stream"
TEXT = "text/plain"
# What is one of these is told by its beginning alone, so a polyglot is named by what comes first.
_MARKUP = ((b"<!doctype html", "text/html"), (b"<html", "text/html"), (b"<script", "text/html"),
           (b"<svg", "image/svg+xml"), (b"<?xml", "text/xml"))  # fmt: skip
ZIP, OLE = "application/zip", "application/x-ole-storage"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_PARTS = ((b"word/", "wordprocessingml.document"), (b"xl/", "spreadsheetml.sheet"),
          (b"ppt/", "presentationml.presentation"))  # fmt: skip
_TYPE = re.compile(rb"application/[\w.+-]{1,80}\Z")
# The library's names that differ from the registered ones.
_REGISTERED = {
    "application/x-zip-compressed": "application/zip",
    "application/x-gzip": "application/gzip",
    "image/jpg": "image/jpeg",
    "audio/wave": "audio/wav",
    "audio/x-wav": "audio/wav",
    "video/x-msvideo": "video/avi",
    "application/x-dosexec": "application/vnd.microsoft.portable-executable",
}
WORDS = {
    "application/pdf": "PDF document",
    ZIP: "ZIP archive",
    OLE: "Older Office document",
    "application/x-executable": "Linux program",
    **{
        f"{_OFFICE}.{kind}": words
        for (_, kind), words in zip(
            _PARTS, ("Word document", "Excel workbook", "PowerPoint slides"), strict=True
        )
    },
    "application/gzip": "Compressed file",
    "application/vnd.microsoft.portable-executable": "Windows program",
    "image/svg+xml": "SVG drawing",
    "text/html": "Web page",
    "text/plain": "Plain text",
    "text/xml": "XML document",
    UNKNOWN: "Unknown type",
}
_FAMILIES = {"image": "Picture", "audio": "Sound", "video": "Video", "text": "Text"}


def detect(head: bytes) -> str:
    """The media type of a content by its first bytes; `application/octet-stream` when unknown."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for sign, found in _MARKUP:
        if start.startswith(sign):
            return "image/svg+xml" if found == "text/xml" and b"<svg" in start else found
    found = _container(head) or _by_signature(head)
    if found:
        return found
    return TEXT if _is_text(head) else UNKNOWN


def _container(head: bytes) -> str:
    """What many formats begin with alike, told apart by the names inside; nothing is unpacked."""
    if head.startswith(b"PK\x03\x04"):
        if b"[Content_Types].xml" in head:
            return next((f"{_OFFICE}.{kind}" for name, kind in _PARTS if name in head), ZIP)
        return head[38:].split(b"PK", 1)[0].decode("ascii", "ignore") if _is_open(head) else ZIP
    if head.startswith(b"\x7fELF"):
        return "application/x-executable"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return OLE
    return ""


def _is_open(head: bytes) -> bool:
    """Whether an archive says in its first entry, which is not packed, what it is (ODF, EPUB)."""
    said = head[30:38] == b"mimetype" and head[8:10] == b"\0\0"
    return said and _TYPE.match(head[38:].split(b"PK", 1)[0]) is not None


def _by_signature(head: bytes) -> str:
    """The best match of the library that begins with the content, "" for none."""
    import puremagic

    try:
        matches: list[Any] = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return ""
    for match in matches:
        # A sign of two letters is in half of all texts.
        if match.mime_type and len(match.byte_match) >= 3:
            return _REGISTERED.get(match.mime_type, str(match.mime_type))[:100]
    return ""


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        # The last letter may be cut in two.
        head[:-4].decode("utf-8") if len(head) == HEAD else head.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@lru_cache(maxsize=256)
def words(media_type: str) -> str:
    """A media type as people say it."""
    if media_type in WORDS:
        return WORDS[media_type]
    family, _, kind = media_type.partition("/")
    name = kind.removeprefix("x-").removeprefix("vnd.").upper()
    if family in _FAMILIES:
        return f"{_FAMILIES[family]} ({name})"
    return f"File ({kind})"
