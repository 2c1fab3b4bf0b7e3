"""Small recordings and documents for tests, made here: sound, film and a PDF of two pages."""

import io
import math
import struct
import wave

from PIL import Image


def sound(seconds: float = 1.0, rate: int = 8000) -> bytes:
    """A tone (WAV, one channel, 16 bits)."""
    out = io.BytesIO()
    with wave.open(out, "wb") as track:
        track.setparams((1, 2, rate, 0, "NONE", ""))
        steps = range(int(seconds * rate))
        track.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(n / 3))) for n in steps))
    return out.getvalue()


def film(seconds: int = 2, each: int = 5) -> bytes:
    """Pictures of changing grey (WebM): the frame of a lossy WebP is a key frame of VP8."""
    frames = [_frame(40 + n * 15 % 200) for n in range(seconds * each)]
    track = _element(b"\xd7", b"\1") + _element(b"\x73\xc5", b"\1") + _element(b"\x83", b"\1")
    size = _element(b"\xb0", b"\0\x40") + _element(b"\xba", b"\0\x30")
    track += _element(b"\x86", b"V_VP8") + _element(b"\xe0", size)
    duration = _element(b"\x44\x89", struct.pack(">d", seconds * 1000))
    info = _element(b"\x2a\xd7\xb1", (1_000_000).to_bytes(3, "big")) + duration
    blocks = b"".join(
        _element(b"\xa3", b"\x81" + struct.pack(">h", n * 1000 // each) + b"\x80" + frame)
        for n, frame in enumerate(frames)
    )
    segment = _element(b"\x15\x49\xa9\x66", info)
    segment += _element(b"\x16\x54\xae\x6b", _element(b"\xae", track))
    segment += _element(b"\x1f\x43\xb6\x75", _element(b"\xe7", b"\0") + blocks)
    head = b"".join(
        _element(name, value)
        for name, value in (
            (b"\x42\x86", b"\1"), (b"\x42\xf7", b"\1"), (b"\x42\xf2", b"\4"),
            (b"\x42\xf3", b"\x08"), (b"\x42\x82", b"webm"), (b"\x42\x87", b"\2"),
            (b"\x42\x85", b"\2"),
        )
    )  # fmt: skip
    return _element(b"\x1a\x45\xdf\xa3", head) + _element(b"\x18\x53\x80\x67", segment)


def _frame(grey: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (grey, grey, 255 - grey)).save(out, "WEBP", quality=30)
    kept = out.getvalue()
    return kept[20 : 20 + int.from_bytes(kept[16:20], "little")]


def _element(name: bytes, value: bytes) -> bytes:
    return name + (len(value) | 1 << 56).to_bytes(8, "big") + value


def document() -> bytes:
    """Two pages of PDF, each with a line of text, and a script that a viewer would run."""
    pages = []
    for at, words in ((4, "Statement of a heron"), (6, "The second page")):
        text = f"BT /F1 24 Tf 40 700 Td ({words}) Tj ET".encode()
        pages.append(
            f"{at} 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {at + 1} 0 R"
            f"/Resources<</Font<</F1 3 0 R>>>>>>endobj\n".encode()
            + f"{at + 1} 0 obj<</Length {len(text)}>>stream\n".encode()
            + text + b"\nendstream endobj\n"
        )  # fmt: skip
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>"
        b">>endobj\n2 0 obj<</Type/Pages/Kids[4 0 R 6 0 R]/Count 2>>endobj\n"
        b"3 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
        + b"".join(pages)
        + b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )
