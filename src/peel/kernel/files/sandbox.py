"""Makes a small picture of a file in a process that can do nothing else. Run as a script.

Reads the file from standard input, writes WebP to standard output, or the words of a page, or PNG
to read words from. Decoders of pictures and documents are where hostile files strike, so before the
first byte is looked at this process has given up memory, time, files, programs and the network. It
imports nothing of Peel.

    sandbox.py [draw|read|scan] [side in pixels] [page, from 0]
"""

import codecs
import contextlib
import ctypes
import io
import platform
import resource
import struct
import sys
import warnings
from typing import Any

SIDE, LARGE, SCAN = 480, 1600, 2400
MOST_PIXELS = 60_000_000
MOST_BYTES = 64 << 20
MEMORY, SECONDS = 1 << 30, 10
MOST_LETTERS = 100_000
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")
REFUSED, UNREADABLE = 3, 4

# System calls that are refused from here on, by machine: those that open, rename or remove a file,
# make a socket, start a process or a thread, or reach into another process.
_CALLS = {
    "x86_64": (0xC000003E, (2, 85, 257, 437, 82, 264, 316, 87, 263, 41, 42, 56, 57, 58, 435, 59,
                            322, 62, 200, 101, 310, 311, 425)),
    "aarch64": (0xC00000B7, (56, 437, 38, 276, 35, 198, 203, 220, 435, 221, 281, 129, 130, 117,
                             270, 271, 425)),
}  # fmt: skip
_OTHER_NUMBERING = 0x40000000


def give_up(seconds: int = SECONDS) -> None:
    """Give up what a decoder has no use for."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError, OSError):  # not every system has this one
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if sys.platform == "linux":
        _refuse_calls()
    # No further file can be opened, whatever the system.
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _refuse_calls() -> None:
    """A filter of system calls (seccomp): those listed fail as not permitted.

    Raises OSError where the kernel has none: better no picture than an unguarded decoder.
    """
    machine = _CALLS.get(platform.machine())
    if machine is None:
        return
    architecture, refused = machine
    code = [(0x20, 0, 0, 4), (0x15, 1, 0, architecture), (0x06, 0, 0, 0), (0x20, 0, 0, 0)]
    code += [(0x35, len(refused) + 1, 0, _OTHER_NUMBERING)]
    code += [(0x15, len(refused) - at, 0, number) for at, number in enumerate(refused)]
    code += [(0x06, 0, 0, 0x7FFF0000), (0x06, 0, 0, 0x00050001)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in code))
    header = struct.pack("HxxxxxxP", len(code), ctypes.addressof(program))
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(38, 1, 0, 0, 0) or library.prctl(22, 2, header, 0, 0):
        raise OSError(ctypes.get_errno(), "system calls cannot be filtered")


def small(content: bytes, side: int = SIDE, page: int = 0) -> bytes:
    """The content as a small picture. Raises whatever the decoder raises."""
    out = io.BytesIO()
    _drawn(content, side, page).save(out, "WEBP", quality=80)
    return out.getvalue()


def scan(content: bytes, page: int = 0) -> bytes:
    """The content in grey, as large as words need to be read from it (PNG)."""
    out = io.BytesIO()
    _drawn(content, SCAN, page).convert("L").save(out, "PNG")
    return out.getvalue()


def _drawn(content: bytes, side: int, page: int) -> Any:
    from PIL import Image, ImageOps

    picture = _page(content, side, page) if content[:5] == b"%PDF-" else _still(content, side)
    picture = ImageOps.exif_transpose(picture)
    picture.thumbnail((side, side))
    # Drawn anew on white: nothing of the file but its colours goes out.
    clean = Image.new("RGB", picture.size, "white")
    drawn = picture.convert("RGBA")
    clean.paste(drawn, mask=drawn.getchannel("A"))
    return clean


def words(content: bytes, page: int = 0) -> bytes:
    """How many pages a document has, and on the next lines the text of one, without markup."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    found = document[page].get_textpage().get_text_range()[:MOST_LETTERS]
    return f"{len(document)}\n{found}".encode("utf-8", "replace")


def _still(content: bytes, side: int) -> Any:
    from PIL import Image

    found = Image.open(io.BytesIO(content), formats=FORMATS)
    if found.width * found.height > MOST_PIXELS:
        raise Image.DecompressionBombError
    found.draft("RGB", (side * 2, side * 2))
    return found


def _page(content: bytes, side: int, number: int) -> Any:
    import pypdfium2

    page = pypdfium2.PdfDocument(content)[number]
    widest = max(page.get_size())
    return page.render(scale=max(0.01, min(4.0, side / max(widest, 1)))).to_pil()


def main() -> int:
    """Read, give up everything, draw."""
    from PIL import Image

    what, side, page = _asked(*sys.argv[1:])
    _load_what_comes_late()
    content = sys.stdin.buffer.read(MOST_BYTES + 1)
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    give_up()
    if len(content) > MOST_BYTES:
        return REFUSED
    try:
        made = _made(what, content, side, page)
    except (Image.DecompressionBombError, MemoryError):
        return REFUSED
    except Exception:
        return UNREADABLE
    sys.stdout.buffer.write(made)
    sys.stdout.buffer.flush()
    return 0


def _made(what: str, content: bytes, side: int, page: int) -> bytes:
    if what == "scan":
        return scan(content, page)
    return words(content, page) if what == "read" else small(content, side, page)


def _asked(what: str = "draw", side: str = str(SIDE), page: str = "0") -> tuple[str, int, int]:
    return what, min(int(side), LARGE), int(page)


def _load_what_comes_late() -> None:
    """Draw one of each kind of our own: no module can be read in once files are closed to us."""
    import pypdfium2
    from PIL import Image

    blank, out = Image.new("RGB", (2, 2)), io.BytesIO()
    for form in FORMATS:
        blank.save(out := io.BytesIO(), form)
        small(out.getvalue())
    blank.save(out := io.BytesIO(), "GIF", save_all=True, append_images=[blank.rotate(90)])
    small(out.getvalue())
    document = pypdfium2.PdfDocument.new()
    document.new_page(9, 9)
    document.save(out := io.BytesIO())
    small(out.getvalue())
    words(out.getvalue())
    codecs.lookup("utf-16-le")  # an empty page never asked for the codec of its letters


if __name__ == "__main__":
    sys.exit(main())
