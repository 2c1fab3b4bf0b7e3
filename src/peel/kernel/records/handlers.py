"""What records do when they hear of a file."""

from peel.kernel.base.events import hears
from peel.kernel.records import previews
from peel.kernel.records.events import FileAttached


@hears(FileAttached)
def draw_preview(happened: FileAttached) -> None:
    """Make the small picture of a file that came in."""
    previews.draw(happened.attachment_id)
