"""Which records an identity may see, and the note that is taken of each that was read."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.db import models
from django.db.models import Exists, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Now, NullIf

from peel.kernel.access.models import Officer
from peel.kernel.audit import looks
from peel.kernel.files.models import UNREAD

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

M = TypeVar("M", bound=models.Model)


class RecordQuerySet(models.QuerySet[M]):
    """A queryset of records that answers "visible to whom" and notes what it hands out."""

    def visible_to(self, identity: "Identity | None") -> "RecordQuerySet[M]":
        """Only what `identity` may see; nothing for nobody (the database says the same)."""
        if identity is None:
            return self.none()
        return self.filter(visible_condition(self.model, identity))

    def _fetch_all(self) -> None:
        fetched_before = self._result_cache is not None
        super()._fetch_all()
        if not fetched_before:
            self._note(self._result_cache)

    def iterator(self, chunk_size: int | None = None) -> Iterator[Any]:
        """Stream rows, noting each as it is handed out."""
        for row in super().iterator(chunk_size=chunk_size or 2000):
            self._note([row])
            yield row

    def _note(self, rows: Any) -> None:
        looks.note([row.pk for row in rows if isinstance(row, models.Model)])


class AttachmentQuerySet(models.QuerySet[M]):
    """Attachments, seen where their record is seen by whoever is cleared for their own marking."""

    def visible_to(self, identity: "Identity | None") -> "AttachmentQuerySet[M]":
        """Only what `identity` may see; nothing for nobody (the database says the same)."""
        from peel.kernel.records.models import Record

        if identity is None:
            return self.none()
        # No note is taken here: the record that they belong to has been read already.
        records = Record.objects.visible_to(identity).filter(pk=OuterRef("record_id"))
        return self.filter(Exists(records), marking__lte=identity.clearance)

    def with_content(self) -> "AttachmentQuerySet[M]":
        """With what the store knows of their content (but for what no page may read), and as
        `brought_by` the officer who brought each in: all by one query.
        """
        unread = [f"blob__{name}" for name in UNREAD]
        parts = [NullIf(name, Value("")) for name in ("rank", "collar_number", "name")]
        said = Func(Value(" "), *parts, function="concat_ws", output_field=models.CharField())
        officer = Officer.objects.filter(pk=OuterRef("added_by_id")).annotate(said=said)
        found = self.select_related("blob", "preview", "record").defer(*unread)
        by = Subquery(officer.values("said")[:1])
        return cast("AttachmentQuerySet[M]", found.annotate(brought_by=by))


def visible_condition(model: type[models.Model], identity: "Identity") -> Q:
    """The condition on a Record, or on a kind by the columns it carries, as row-level security."""
    from peel.kernel.records.models import Admission

    prefix = "carried_" if hasattr(model, "carried_marking") else ""
    admitted = Admission.objects.filter(
        Q(until=None) | Q(until__gt=Now()),
        record_id=OuterRef("pk"), user_id=identity.user_id, ended_at=None,
    )  # fmt: skip
    within = Q(
        **{
            f"{prefix}organisation_id__in": list(identity.organisations),
            f"{prefix}marking__lte": identity.clearance,
        }
    )
    return within & (Q(**{f"{prefix}restricted": False}) | Q(Exists(admitted)))
