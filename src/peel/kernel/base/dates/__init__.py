"""Partial and uncertain dates: "June 1980", "about 30", "between 1978 and 1982".

`PartialDate` is the value, `PartialDateField` its column, `PartialDateFormField` its input.
"""

from peel.kernel.base.dates.fields import NotInFuture, PartialDateField, not_in_future
from peel.kernel.base.dates.forms import PartialDateFormField
from peel.kernel.base.dates.partial import Kind, PartialDate

__all__ = [
    "Kind",
    "NotInFuture",
    "PartialDate",
    "PartialDateField",
    "PartialDateFormField",
    "not_in_future",
]
