"""The panel "Files" on every record's page, and "Images" on a person's."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peel.kernel.files import media, naming
from peel.kernel.files.uploads import PERMISSION
from peel.kernel.records.filed import Attachment
from peel.kernel.records.models import Record
from peel.machine.sheets import Panel, PanelBody, PanelRow
from peel.pole.identity.api import together
from peel.services.attachments import texts
from peel.services.attachments.addresses import address
from peel.services.attachments.faces import Image, images_of, portrait_of

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

MOST = 50


@dataclass(frozen=True)
class Shown:
    """A file as pages show it."""

    file: Attachment
    by: str
    href: str
    picture: str
    words: str = ""

    @property
    def type(self) -> str:
        """What its content is, in words."""
        return media.words(self.file.blob.media_type)

    @property
    def extension(self) -> str:
        """What stands in the place of a picture."""
        return self.file.name.rpartition(".")[2].upper()[:4] if "." in self.file.name else "FILE"

    @property
    def withdraw(self) -> str:
        """Where the file is withdrawn."""
        return f"{address(self.file.record, 'command', 'file-withdraw')}?which={self.file.pk}"

    @property
    def sha256(self) -> str:
        """The hash of its content."""
        return bytes(self.file.blob.sha256).hex()

    @property
    def disguised(self) -> bool:
        """Whether its name says something else than its content."""
        return naming.contradicts(self.file.name, self.file.blob.media_type)


@dataclass(frozen=True)
class FilesBody(PanelBody):
    """The panel's content, drawn by a template of its own."""

    files: tuple[Shown, ...] = ()
    template: str = "attachments/panel.html"


def shown(record: Record, files: list[Attachment]) -> tuple[Shown, ...]:
    """Files as pages show them."""
    said = texts.said_of(files)
    return tuple(
        Shown(
            file,
            getattr(file, "brought_by", "") or "An officer no longer listed",
            address(record, "file", file.pk),
            address(record, "file-picture", file.pk)
            if file.servable and getattr(file, "preview", None) and file.preview.blob_id
            else "",
            said.get(file.pk, ""),
        )
        for file in files
    )


def files_body(record: Record, identity: "Identity") -> FilesBody:
    """The files of a record, the latest first; the withdrawn stay listed."""
    files = Attachment.objects.visible_to(identity).filter(record_id=record.pk)
    listed = shown(record, list(files.with_content().order_by("-added_at", "-pk")[:MOST]))
    bring = identity.may(PERMISSION)
    return FilesBody(
        headings=("File", "What it is", "Brought in"),
        rows=tuple(PanelRow((s.file.name, s.type, s.by), s.href) for s in listed),
        count=len(listed) if len(listed) < MOST else files.count(),
        actions=(("Add files", address(record, "files-new")),) if bring else (),
        empty="No files yet.",
        files=listed,
    )


FILES = Panel("files", "Files", files_body)


@dataclass(frozen=True)
class ImagesBody(PanelBody):
    """Pictures of a person, the portrait first, drawn by a template of its own."""

    images: tuple[Image, ...] = ()
    portrait: Image | None = None
    template: str = "attachments/images.html"
    portrait_template: str = "attachments/portrait.html"


def images_body(nominal: Any, identity: "Identity") -> ImagesBody:
    """The faces that were named as this person, and the pictures filed with the person."""
    keys = together(nominal)
    images = tuple(images_of(keys, identity))
    rows = tuple(
        PanelRow((image.file.name, image.file.record.reference, image.by), image.href)
        for image in images
    )
    return ImagesBody(
        headings=("Picture", "Filed with", "Who says so"),
        rows=rows,
        count=len(rows),
        empty="No images yet. Mark a face on a picture, or add one to the files of this person.",
        images=images,
        portrait=portrait_of(keys, identity),
    )


IMAGES = Panel("images", "Images", images_body)
