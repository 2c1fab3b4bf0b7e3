"""Handing a stored file to a browser: as a download, in pieces, in part where that is asked for."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from peel.kernel.files import naming
from peel.kernel.files.store import Reader

# Nothing in it may run, load, or be shown inside another page.
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
# Sound, film and still pictures cannot act; all else goes out as plain bytes.
_PLAIN = re.compile(r"(audio|video)/[\w.+-]+|image/(jpeg|png|gif|webp|tiff|bmp)|application/pdf")
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True)
class Part:
    """The bytes that are asked for, from `start` up to (not with) `end`."""

    start: int
    end: int
    whole: bool


def asked_part(request: HttpRequest, size: int, etag: str) -> Part | None:
    """The part that the request asks for; None when there is no such part.

    What cannot be understood asks for the whole, as does a part of another version (RFC 9110, 14).
    """
    whole = Part(0, size, True)
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    if found is None or request.headers.get("If-Range", etag) != etag or not any(found.groups()):
        return whole
    first, last = found.groups()
    if len(first) > 18 or len(last) > 18:
        return None
    if not first:
        return Part(max(0, size - int(last)), size, False) if int(last) else None
    start, end = int(first), min(size, int(last) + 1 if last else size)
    return Part(start, end, False) if start < min(end, size) else None


def download(
    request: HttpRequest, blob: Any, name: str, *, inside: bool = False
) -> HttpResponseBase:
    """The answer that carries a blob's content under a name; `inside` a page that plays it.

    Raises KeyMissing.
    """
    etag = f'"{bytes(blob.sha256).hex()}"'
    part = asked_part(request, blob.size, etag)
    if part is None:
        beyond = {"Content-Range": f"bytes */{blob.size}"}
        return guarded(HttpResponse(status=416, headers=beyond))
    reader = Reader(blob)
    body = _body(request, reader, part)
    response = StreamingHttpResponse(body, status=200 if part.whole else 206)
    response["Content-Length"] = str(part.end - part.start)
    response["Content-Type"] = _served_type(blob.media_type)
    response["Content-Disposition"] = "inline" if inside else naming.disposition(name)
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    if not part.whole:
        response["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{blob.size}"
    return guarded(response)


def playable(media_type: str) -> bool:
    """Whether a page may play it: sound and film by their content, never by their name."""
    return media_type.startswith(("audio/", "video/")) and _served_type(media_type) == media_type


def starts(request: HttpRequest, size: int) -> bool:
    """Whether the content is asked for from its beginning, and not a further part of it."""
    part = asked_part(request, size, "")
    return part is not None and part.start == 0


def picture(blob: Any) -> HttpResponseBase:
    """A picture that Peel made itself: the one thing that a page shows."""
    return drawing(b"".join(Reader(blob).stream()))


def drawing(content: bytes) -> HttpResponseBase:
    """A picture that the sandbox has just drawn."""
    return guarded(HttpResponse(content, content_type="image/webp"))


def guarded(response: HttpResponseBase) -> HttpResponseBase:
    """An answer in which nothing may act, whatever a browser takes it for."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def _served_type(media_type: str) -> str:
    return media_type if _PLAIN.fullmatch(media_type) else "application/octet-stream"


def _body(request: HttpRequest, reader: Reader, part: Part) -> Any:
    """The pieces; under ASGI each made in a thread when the one before has left."""
    if request.method == "HEAD":
        return iter(())
    pieces = reader.stream(part.start, part.end)
    return _one_by_one(pieces) if isinstance(request, ASGIRequest) else pieces


async def _one_by_one(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    make = sync_to_async(lambda: next(pieces, None), thread_sensitive=False)
    while (piece := await make()) is not None:
        yield piece
