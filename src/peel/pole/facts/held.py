"""What is said of a person, read once for all the parts of one page."""

from typing import Any

from django.db import models

from peel.pole.identity.api import together
from peel.pole.models import Nominal


def held(nominal: Nominal, model: type[models.Model]) -> list[Any]:
    """Every fact of one sort over the source records that may be seen, the newest first, also those
    that no longer hold. Kept on `nominal`, which lives as long as the page: golden facts and the
    panels below them show the same rows. Call within `speaking`.
    """
    known: dict[type[models.Model], list[Any]] = nominal.__dict__.setdefault("_held", {})
    if model not in known:
        rows = model._default_manager.filter(nominal_id__in=together(nominal))
        related = rows.select_related("asserted_by", "asserted_in", "nominal")
        known[model] = list(related.order_by("-asserted_at", "-pk"))
    return known[model]
