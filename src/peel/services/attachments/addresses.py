"""Where the pages of files are."""

from typing import Any

from django.urls import reverse


def address(record: Any, part: str, *args: Any) -> str:
    """Where a page about a record, or about one of its files, is."""
    return reverse(f"{record.kind.replace('.', '-')}-{part}", args=[record.reference, *args])
