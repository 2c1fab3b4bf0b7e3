"""Uploads go straight into the store as they arrive: never whole in memory, never in plain on disk.

Set as Django's only upload handler, so that a file which is sent where none is asked for is
passed over, whoever reads the form first.
"""

import re
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat

from peel.kernel.files import naming
from peel.kernel.files.store import Empty, Incoming, TooLarge, Writer

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

PERMISSION = "files.file.create"
# The addresses that take files: the form of a record's files, and the API's list of them.
ROUTE = re.compile(r"^/.+/files(/new/)?$")
_FORM = 1 << 20


class FileTooLarge(RequestDataTooBig):
    """More than the installation takes, in words for whoever sent it."""

    def __init__(self, sent: int | None = None) -> None:
        self.sent = sent
        most = filesizeformat(settings.PEEL_FILES_MOST_BYTES)
        such = f" What you sent is {filesizeformat(sent)}." if sent else ""
        super().__init__(f"The largest file that Peel takes is {most}.{such} Nothing was saved.")


def takes_files(path: str) -> bool:
    """Whether files may be sent to this address."""
    return bool(ROUTE.match(path))


class StoredUpload(UploadedFile):
    """A file that was sent: it is in the store, and removed from it when closed unless kept."""

    def __init__(self, incoming: Incoming, name: str) -> None:
        super().__init__(None, "file", incoming.media_type, incoming.size)
        self.incoming = incoming
        # Django's own cleaning of names raises for some; ours never does.
        self.safe_name = name

    def close(self) -> None:
        """Called when the request has been answered."""
        self.incoming.discard()


class StoreHandler(FileUploadHandler):
    """Writes each part of a form that is a file into the store as it comes."""

    chunk_size = 1 << 18

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.writer: Writer | None = None
        self.empty: list[str] = []

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """Refuse at once what says itself that it is too large. Raises FileTooLarge."""
        if self._wanted() and content_length > settings.PEEL_FILES_MOST_BYTES + _FORM:
            raise FileTooLarge(content_length)
        # Who goes away in the middle is noticed by the body, and by nobody else in time.
        getattr(getattr(self.request, "_stream", None), "at_end", []).append(self.close)

    def _wanted(self) -> bool:
        identity: Identity | None = getattr(self.request, "identity", None)
        return (
            self.request is not None
            and takes_files(self.request.path)
            and identity is not None
            and identity.may(PERMISSION)
        )

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin to store a file, or pass over it where none may be sent."""
        super().new_file(*args, **kwargs)
        if not self._wanted():
            raise SkipFile
        self.writer = Writer()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Store the next bytes; stop listening when there are too many."""
        if self.writer is None:
            return
        try:
            self.writer.write(raw_data)
        except TooLarge:
            self.writer = None
            raise FileTooLarge from None
        except BaseException:
            self.file.close()
            raise

    def file_complete(self, file_size: int) -> StoredUpload | None:
        """The file, in the store; one without content is noted by name."""
        if self.writer is None:
            return None
        writer, self.writer = self.writer, None
        name = naming.safe(self.file_name or "")
        try:
            return StoredUpload(writer.finish(), name)
        except Empty:
            self.empty.append(name)
            self.request.empty_files = self.empty  # type: ignore[union-attr]
            return None

    def upload_interrupted(self) -> None:
        """The caller went away in the middle: nothing is left of the file."""
        self.close()

    def close(self) -> None:
        """Give up the file that is arriving, if any."""
        if self.writer is not None:
            self.writer.close()

    @property
    def file(self) -> "StoreHandler":
        """What Django closes when an upload is broken off."""
        return self
