"""References within what a form says, as links to the records that the reader may see."""

import re
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from peel.kernel.audit import looks
from peel.kernel.records.models import Record

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

_REFERENCE = re.compile(r"\b[A-Z]{2,3}\d{2}-\d{4}-\d{4}-[A-Z]\b")
# What was typed stands in the form: the record is looked at beside it.
_LINK = (
    '<a class="govuk-link" href="{}" target="_blank" rel="noopener">{}'
    '<span class="govuk-visually-hidden"> (opens in a new tab)</span></a>'
)


def linked(text: str, identity: "Identity | None") -> SafeString | str:
    """The text, escaped, with each reference that leads to a record the identity may look at as a
    link; the text itself where there is none. Call within `speaking`.
    """
    named = set(_REFERENCE.findall(text))
    if identity is None or not named:
        return text
    seen = Record.objects.visible_to(identity).filter(reference__in=named)
    kinds = {
        reference: (key, kind)
        for key, reference, kind in seen.values_list("pk", "reference", "kind")
        if identity.may(f"{kind}.view")
    }
    if not kinds:
        return text
    looks.note(key for key, _ in kinds.values())
    parts = re.split(f"({'|'.join(map(re.escape, kinds))})", text)
    told = (_link(part, kinds[part][1]) if part in kinds else conditional_escape(part)
            for part in parts)  # fmt: skip
    return mark_safe("".join(told))  # noqa: S308 - each part is escaped


def _link(reference: str, kind: str) -> SafeString:
    where = reverse(f"{kind.replace('.', '-')}-page", args=[reference])
    return format_html(_LINK, where, reference)
