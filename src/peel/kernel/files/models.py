"""What the database knows of stored content: its hashes, its size, its type and its wrapped key."""

import uuid
from typing import Any, ClassVar

from django.db import models

from peel.kernel.base import clock

# Whoever asks to keep content that is there already must know these two, and only someone who has
# the content can: so neither the web role nor a page ever reads them.
UNREAD = ("root", "leaves", "stored_at")


class BlobManager(models.Manager["Blob"]):
    """Leaves out the columns that the web role may not read."""

    def get_queryset(self) -> models.QuerySet["Blob"]:
        """Every blob, without what only a check reads (`defer(None)` brings it back)."""
        return super().get_queryset().defer(*UNREAD)


class Blob(models.Model):
    """One stored content of an organisation. Written once, by a function of the database.

    The id is random and tells no time, for two who bring the same content share a blob and
    neither may learn that the other was first. `leaves` are the SHA-256 of each mebibyte, `root`
    the top of the hash tree over them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        "access.Organisation", models.PROTECT, related_name="+", db_index=False
    )
    sha256 = models.BinaryField(max_length=32)
    root = models.BinaryField(max_length=32)
    leaves = models.BinaryField()
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    key_id = models.CharField(max_length=16)
    wrapped_key = models.BinaryField(max_length=60)
    stored_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[Any] = BlobManager()

    class Meta:
        """The same content once an organisation."""

        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "sha256", "root"], name="files_blob_content"
            )
        ]

    def __str__(self) -> str:
        return f"{self.media_type}, {self.size} bytes"


class Quarantined(models.Model):
    """Content in which the scanner found something: kept encrypted, never served to anyone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    sha256 = models.BinaryField(max_length=32)
    leaves = models.BinaryField()
    size = models.BigIntegerField()
    name = models.CharField(max_length=200)
    finding = models.CharField(max_length=200)
    key_id = models.CharField(max_length=16)
    wrapped_key = models.BinaryField(max_length=60)
    at = models.DateTimeField(default=clock.now)
    brought_by = models.ForeignKey("access.Appointment", models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.name}: {self.finding}"
