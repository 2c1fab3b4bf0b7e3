"""Any value as people read it, safe to put into a page."""

import datetime
from typing import Any

from django.conf import settings
from django.utils import dateformat, timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

NOTHING = mark_safe('<span class="peel-none">–</span>')


def shown(value: Any) -> SafeString | str:  # noqa: PLR0911 - a case a line
    """A value as people read it: times in London's, yes and no, a dash for nothing.

    Text keeps its line breaks through the style sheet, so nothing typed is ever trusted as HTML.
    """
    if value is None or value == "":
        return NOTHING
    if isinstance(value, str):
        return conditional_escape(value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime.datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        words = dateformat.format(local, settings.DATETIME_FORMAT)
        return format_html('<time datetime="{}">{}</time>', local.isoformat(), words)
    if isinstance(value, datetime.date):
        return dateformat.format(value, settings.DATE_FORMAT)
    if isinstance(value, list | tuple):
        return format_html_join(", ", "{}", ((shown(inner),) for inner in value)) or NOTHING
    return conditional_escape(value)
