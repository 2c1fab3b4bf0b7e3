"""Paging through rows by keyset, the newest first: a moment and the key say where one is."""

import datetime
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q

PAGE = 50


def page_of(rows: Any, place: str, *, by: str, size: int = PAGE) -> tuple[list[Any], str]:
    """The rows of a queryset from `place` on, by the moment `by` and the key, and the next place.

    Raises ValueError for a place that is not one of ours.
    """
    if place:
        word, last_key = place.split("_")
        at, key = moment(word), UUID(last_key)
        rows = rows.filter(Q(**{f"{by}__lt": at}) | Q(**{by: at, "pk__lt": key}))
    found = list(rows.order_by(f"-{by}", "-pk")[: size + 1])
    return found[:size], after(found[:size], by=by) if len(found) > size else ""


def after(rows: Sequence[Any], *, by: str) -> str:
    """The place that comes after these rows."""
    return f"{getattr(rows[-1], by).isoformat()}_{rows[-1].pk}"


def moment(text: str) -> datetime.datetime:
    """An aware moment from its ISO form as addresses carry it. Raises ValueError for any other."""
    at = datetime.datetime.fromisoformat(text.replace(" ", "+"))
    if at.tzinfo is None:
        raise ValueError("A moment needs a time zone")
    return at
