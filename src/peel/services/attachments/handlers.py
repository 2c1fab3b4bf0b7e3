"""What the panel of files does when it hears of a file."""

from peel.kernel.base.events import hears
from peel.kernel.records.events import FileAttached
from peel.services.attachments import texts


@hears(FileAttached)
def read_words(happened: FileAttached) -> None:
    """Read the words of a file that came in, or was found clean."""
    texts.read(happened.attachment_id)
