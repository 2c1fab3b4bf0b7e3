"""The questions of lists that officers keep: their own, and those they share."""

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from peel.kernel.base import clock
from peel.kernel.base.ids import uuid7

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Views as whoever asks may see them."""

    def visible_to(self, identity: "Identity | None") -> "SavedViewQuerySet":
        """One's own, and what others share with one's unit or organisation; nothing for nobody."""
        if identity is None:
            return self.none()
        shared = Q(shared="organisation", organisation=identity.organisation_id)
        if identity.unit_id:
            shared |= Q(shared="unit", unit=identity.unit_id)
        return self.filter(Q(user=identity.user_id) | shared & Q(deleted_at=None))


class SavedView(models.Model):
    """A list's question under a name. `query` is the query string that the list reads.

    It is no record: it holds what was asked, never what was found. One that was deleted stays for
    its owner alone, so that he can have it back.
    """

    class Shared(models.TextChoices):
        """Who sees it besides its owner."""

        ME = "me", "Only me"
        UNIT = "unit", "My unit"
        ORGANISATION = "organisation", "My organisation"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("access.User", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=64)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=4000, blank=True)
    shared = models.CharField(max_length=12, choices=Shared, default=Shared.ME)
    organisation = models.ForeignKey("access.Organisation", models.CASCADE, related_name="+")
    unit = models.ForeignKey("access.Unit", models.CASCADE, related_name="+", null=True, blank=True)
    saved_at = models.DateTimeField(default=clock.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = SavedViewQuerySet.as_manager()

    class Meta:
        """An owner has one view of a name and kind at a time."""

        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "name"],
                condition=Q(deleted_at=None),
                name="lists_savedview_once",
                violation_error_message="You have a view of this name. Choose another.",
            )
        ]
        indexes = [models.Index(fields=["kind", "organisation"], name="lists_savedview_kind")]

    def __str__(self) -> str:
        return self.name


class DefaultView(models.Model):
    """The view that a list opens with for one user."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("access.User", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=64)
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="defaults")

    class Meta:
        """One a user and kind."""

        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="lists_defaultview_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.view_id}"
