"""The door of lists: rows taken away as a file, each chunk accounted for before it leaves."""

from peel.services.lists.chunks import Chunk
from peel.services.lists.export import Export
from peel.services.lists.files import FORMS, sent

__all__ = ["FORMS", "Chunk", "Export", "sent"]
