"""Faces as pages show them: the area, the crop of it, who says whose it is; and a person's images.

A crop is drawn by the browser (SVG), out of the picture that Peel drew of the file.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Prefetch

from peel.kernel.audit import looks
from peel.kernel.records.filed import Attachment
from peel.machine.queries.finding import kinds_to_view
from peel.services.attachments.addresses import address
from peel.services.attachments.commands import OPEN
from peel.services.attachments.models import Face, FaceName, Portrait

if TYPE_CHECKING:
    from collections.abc import Iterable

    from peel.kernel.access.identity import Identity

MOST = 60
PERSON = "pole.nominal.view"


@dataclass(frozen=True)
class Crop:
    """A part of a picture: where it is, its whole size, and the box that is shown of it."""

    href: str
    width: int
    height: int
    box: str


@dataclass(frozen=True)
class Named:
    """Somebody's word whose face it is."""

    row: FaceName
    href: str

    @property
    def who(self) -> str:
        """The person as lists say it."""
        return f"{self.row.nominal.title} ({self.row.nominal.reference})"


@dataclass(frozen=True)
class ShownFace:
    """A face on a picture: its number there, the area, and the names that the reader may know."""

    number: int
    row: Face
    names: tuple[Named, ...]

    @property
    def words(self) -> str:
        """Whose it is, or that nobody has said."""
        return " or ".join(each.row.nominal.title for each in self.names) or "Not named"


@dataclass(frozen=True)
class Image:
    """A picture of a person: the crop, the file it is in, and what is said of it."""

    file: Attachment
    crop: Crop
    href: str
    face: Face | None = None
    said: Any = None

    @property
    def by(self) -> str:
        """Who says that this is the person."""
        return str(self.said.asserted_by) if self.said else getattr(self.file, "brought_by", "")


def known_names(identity: "Identity") -> Any:
    """Whose faces they are, as far as `identity` may know: the database hides the names of persons
    who may not be seen, the role may hide all.
    """
    names = FaceName.objects.filter(ended_at=None).select_related("nominal", "asserted_by")
    return names.order_by("asserted_at", "pk") if identity.may(PERSON) else names.none()


def faces_of(found: Attachment, identity: "Identity") -> list[ShownFace]:
    """The faces of a picture from left to right, each with the names that `identity` may know."""
    names = known_names(identity)
    rows = Face.objects.filter(attachment=found, ended_at=None).select_related("asserted_by")
    rows = rows.prefetch_related(Prefetch("names", names, to_attr="known"))
    shown = []
    for number, row in enumerate(rows.order_by("left", "top", "pk"), start=1):
        looks.note(name.nominal_id for name in row.known)
        known = tuple(Named(name, address(name.nominal, "page")) for name in row.known)
        shown.append(ShownFace(number, row, known))
    return shown


def crop_of(found: Attachment, face: Face | None, *, large: bool = False) -> Crop | None:
    """The part of a file's picture that a face takes, or all of it; None without a picture."""
    preview = getattr(found, "preview", None)
    if preview is None or not preview.large_id or not found.servable:
        return None
    wide, high = preview.width, preview.height
    box = (0.0, 0.0, float(wide), float(high))
    if face is not None:
        shares = (face.left, face.top, face.width, face.height)
        sides = (wide, high, wide, high)
        box = _with_room([float(s) * n / 100 for s, n in zip(shares, sides, strict=True)])
    href = address(found.record, "file-drawing" if large else "file-picture", found.pk)
    return Crop(href, wide, high, " ".join(f"{each:.1f}" for each in box))


def _with_room(box: list[float]) -> tuple[float, float, float, float]:
    """A little of what is around a face: hair and chin help to know it."""
    left, top, width, height = box
    return left - width * 0.1, top - height * 0.1, width * 1.2, height * 1.2


def images_of(nominals: "Iterable[UUID]", identity: "Identity") -> list[Image]:
    """Pictures of the source records of one person: faces named so, then those filed with them."""
    if not identity.may(OPEN) or not identity.may(PERSON):
        return []
    keys = list(nominals)
    files = Attachment.objects.visible_to(identity).with_content()
    files = files.filter(
        record__kind__in=kinds_to_view(identity), withdrawn_at=None, preview__large__isnull=False
    )
    said = FaceName.objects.filter(nominal_id__in=keys, ended_at=None, face__ended_at=None)
    named = said.filter(face__attachment__in=files).select_related("face", "asserted_by")
    latest = list(named.order_by("-asserted_at", "-pk")[:MOST])
    held = {file.pk: file for file in files.filter(pk__in=[n.face.attachment_id for n in latest])}
    found = [
        _image(held[name.face.attachment_id], name.face, name)
        for name in latest
        if name.face.attachment_id in held
    ]
    own = files.filter(record_id__in=keys).exclude(pk__in=list(held)).order_by("-added_at", "-pk")
    found += [_image(file, None, None) for file in own[:MOST]]
    images = [image for image in found if image is not None]
    looks.note(image.file.record_id for image in images)
    return images[:MOST]


def _image(file: Attachment, face: Face | None, said: FaceName | None) -> Image | None:
    crop = crop_of(file, face)
    return Image(file, crop, address(file.record, "file", file.pk), face, said) if crop else None


def portrait_of(nominals: "Iterable[UUID]", identity: "Identity") -> Image | None:
    """The picture by which a person is shown: the latest chosen that `identity` may see."""
    if not identity.may(OPEN) or not identity.may(PERSON):
        return None
    files = Attachment.objects.visible_to(identity).filter(
        record__kind__in=kinds_to_view(identity), withdrawn_at=None, preview__large__isnull=False
    )
    chosen = Portrait.objects.filter(
        nominal_id__in=list(nominals), ended_at=None, attachment__in=files
    ).exclude(face__ended_at__isnull=False)
    found = chosen.select_related("face", "asserted_by").order_by("-asserted_at", "-pk").first()
    if found is None:
        return None
    file = Attachment.objects.with_content().get(pk=found.attachment_id)
    looks.note([file.record_id])
    crop = crop_of(file, found.face, large=True)
    where = address(file.record, "file", file.pk)
    return Image(file, crop, where, found.face, found) if crop else None
