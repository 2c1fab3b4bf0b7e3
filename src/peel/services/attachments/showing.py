"""What a file's page shows of its content: a picture with its faces, a player, the words."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peel.kernel.files import extracting, serving, thumbnails
from peel.kernel.files.store import Altered, stored
from peel.kernel.records.filed import Attachment
from peel.services.attachments import commands, texts
from peel.services.attachments.addresses import address
from peel.services.attachments.faces import ShownFace, crop_of, faces_of
from peel.services.attachments.models import Transcript

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

_LETTERS = 100_000
_PAGES = 2000


@dataclass(frozen=True)
class Content:
    """What stands on the page: the template that draws it, and what that needs."""

    template: str
    about: dict[str, Any]


def content_of(found: Attachment, identity: "Identity", page: str) -> Content | None:
    """How a page shows a file to an identity; None when it can only be taken away."""
    if not identity.may(commands.OPEN) or not found.servable:
        return None
    media_type = found.blob.media_type
    if media_type.startswith("image/"):
        return _picture(found, identity)
    if serving.playable(media_type):
        return _recording(found, identity)
    if media_type == thumbnails.PDF:
        return _document(found, page)
    return _text(found) if media_type.startswith("text/") else _read(found)


def _picture(found: Attachment, identity: "Identity") -> Content | None:
    crop = crop_of(found, None, large=True)
    if crop is None:
        return None
    faces: list[ShownFace] = faces_of(found, identity)
    about = {
        "drawing": crop.href, "width": crop.width, "height": crop.height, "faces": faces,
        "mark": identity.may(commands.MARK), "edit_person": identity.may(commands.EDIT_PERSON),
        "whole": found.record.kind == "pole.nominal" and identity.may(commands.EDIT_PERSON),
        "do": f"{address(found.record, 'file', found.pk)}do/",
    }  # fmt: skip
    return Content("attachments/picture.html", about)


def _recording(found: Attachment, identity: "Identity") -> Content:
    words = found.transcripts.filter(ended_at=None).select_related("asserted_by")
    latest: Transcript | None = words.order_by("-asserted_at", "-pk").first()
    here = address(found.record, "file", found.pk)
    about = {
        "play": f"{here}play/", "film": found.blob.media_type.startswith("video/"),
        "words": latest, "do": f"{here}do/", "may_say": identity.may(commands.PERMISSION),
        "captions": f"{here}captions/" if latest is not None and latest.is_captions else "",
    }  # fmt: skip
    return Content("attachments/recording.html", about)


def _document(found: Attachment, page: str) -> Content | None:
    number = max(1, int(page)) if page.isdecimal() and len(page) < 5 else 1
    words = thumbnails.words_of(found.blob, number - 1)
    if not 1 <= number <= words.pages <= _PAGES:
        return None
    drawing = f"{address(found.record, 'file-drawing', found.pk)}?page={number}"
    about = {"number": number, "pages": words.pages, "text": words.text, "drawing": drawing,
             "before": number - 1, "after": number + 1 if number < words.pages else 0}  # fmt: skip
    return Content("attachments/document.html", about)


def _text(found: Attachment) -> Content | None:
    try:
        held = b"".join(stored(found.blob).stream(0, _LETTERS))
    except Altered:
        return None
    about = {"text": held.decode("utf-8", "replace"), "cut": found.blob.size > _LETTERS}
    return Content("attachments/document.html", about)


def _read(found: Attachment) -> Content | None:
    """What was read from a document that no page can draw: Word, mail, sheets, slides."""
    held = texts.words_of(found) if extracting.readable(found.blob.media_type) else None
    if held is None:
        return None
    text, whole = held
    shown, cut = text[:_LETTERS], not whole or len(text) > _LETTERS
    return Content("attachments/document.html", {"text": shown, "cut": cut})
