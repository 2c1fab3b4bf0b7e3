"""Names that files come with: made harmless, and compared with what the content really is."""

import mimetypes
import re
import unicodedata
from urllib.parse import quote

LONGEST = 150
_SAME = {"application/zip": ("application/vnd.", "application/epub", "application/java-archive"),
         "application/x-ole-storage": ("application/msword", "application/vnd.ms")}  # fmt: skip


def safe(name: str) -> str:
    """A name without folders, control characters, direction marks and other tricks; never empty.

    A long one is cut in the middle of its stem, so that its extension stays.
    """
    # Letters keep their one form; marks that turn or hide text (category C) go.
    text = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    text = re.split(r"[/\\]", text)[-1]
    text = "".join(letter for letter in text if unicodedata.category(letter)[0] != "C")
    text = re.sub(r"\s+", " ", text).strip(" .")
    text = re.sub(r'[<>:"|?*]', "_", text) or "unnamed"
    stem, dot, extension = text.rpartition(".")
    if len(text) <= LONGEST:
        return text
    if dot and len(extension) <= 10:
        return f"{stem[: LONGEST - 2 - len(extension)].rstrip()}….{extension}"
    return f"{text[: LONGEST - 1]}…"


def disposition(name: str) -> str:
    """The header that makes a browser keep a file under a name (RFC 6266), never open it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r'[\\"%]', "_", plain).strip() or "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def contradicts(name: str, media_type: str) -> bool:
    """Whether a name says something else than the content is, such as a page called .jpg."""
    said, _ = mimetypes.guess_type(name)
    if said is None or media_type in (said, "application/octet-stream"):
        return False
    if said.startswith(_SAME.get(media_type, ("\0",))):
        return False
    families = {each.partition("/")[0] for each in (said, media_type)}
    # Within sound and pictures names are used loosely (.wav and .mp4 have many types).
    return len(families) > 1 or families == {"application"}
