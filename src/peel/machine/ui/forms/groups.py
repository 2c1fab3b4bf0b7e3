"""Repeating groups: rows of the same questions in one form, such as several phones.

`phones = Group(PhoneForm, label="Phones", row="Phone")`. Rows are added and removed with and
without JavaScript; a command is given a list of cleaned answers, one mapping a row.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.datastructures import MultiValueDict

from peel.machine.ui.forms.words import messages_of

# The name of the buttons that add and remove rows; their values are "phones:add", "phones:drop:1".
REBUILD = "rows"
HERE = "row"
Row = MultiValueDict[str, Any]


class GroupWidget(forms.Widget):
    """Takes rows as a page posts them ("phones-0-number"), or as a list of mappings."""

    needs_multipart_form = False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The rows, each with its answers by name; what is no list of mappings as it is."""
        if name in data:
            return _given(data[name])
        posted = re.compile(rf"{re.escape(name)}-(\d{{1,4}})-([A-Za-z0-9_-]+)")
        rows: dict[int, Row] = {}
        for key in data:
            if found := posted.fullmatch(key):
                row = rows.setdefault(int(found[1]), MultiValueDict())
                row.setlist(found[2], _all(data, key))
        return [rows[number] for number in sorted(rows)]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """A group that has no row is still answered."""
        return False


def _all(data: Any, key: str) -> list[Any]:
    return list(data.getlist(key)) if hasattr(data, "getlist") else [data[key]]


def _given(value: Any) -> Any:
    """A list of mappings as rows; anything else is left for `clean` to refuse."""
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        return value
    return [row if isinstance(row, MultiValueDict) else _row(row) for row in value]


def _row(answers: Mapping[str, Any]) -> Row:
    """One row as a page would post it: no tick and no answer are left out."""
    row: Row = MultiValueDict()
    for name, value in answers.items():
        if value is not None and value is not False:
            many = value if isinstance(value, list) else [value]
            row.setlist(str(name), ["on" if one is True else str(one) for one in many])
    return row


class Group(forms.Field):
    """A field whose value is a list of mappings, each cleaned by `form`.

    `row` names one of them ("Phone"): it stands in headings, buttons and errors ("Phone 2: …");
    `add` is the words of the button ("Add another phone").
    At least `least` rows are shown and asked for, at most `most` taken; an empty row is skipped.
    """

    widget = GroupWidget
    template = "ui/forms/group.html"

    def __init__(
        self,
        form: type[forms.Form],
        *,
        row: str,
        add: str = "",
        least: int = 0,
        most: int = 20,
        **options: Any,
    ) -> None:
        self.form, self.row, self.least, self.most = form, row, least, most
        self.add = add or f"Add {row[:1].lower()}{row[1:]}"
        options.setdefault("required", least > 0)
        super().__init__(**options)
        self.given: dict[str, Any] = {}
        self.name = ""
        self.suggest: tuple[str, str] | None = None
        self.cleaned_rows: list[forms.Form] | None = None

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        """The group within its form: its rows know who asks and about which record."""
        self.name = form.add_prefix(field_name)
        self.given = {
            name: getattr(form, name) for name in ("identity", "record") if hasattr(form, name)
        }
        return BoundGroup(form, self, field_name)

    def row_form(self, number: int | str, row: Any = None, **options: Any) -> forms.Form:
        """The form of one row, which bears its number in the names of its inputs."""
        prefix = f"{self.name}-{number}"
        data = None
        if row is not None:
            data = MultiValueDict({f"{prefix}-{name}": row.getlist(name) for name in row})
        given = self.given if hasattr(self.form, "answers_of") else {}
        made = self.form(data, prefix=prefix, **given, **options)
        if self.suggest and hasattr(made, "suggest_at"):
            made.suggest_at(*self.suggest)
        return made

    def to_python(self, value: Any) -> Any:
        """No answer is no row."""
        return value or []

    def clean(self, value: Any) -> Any:
        """The cleaned answers of each row that is not empty. Raises every row's errors, named."""
        rows = _given(value) if value is not None else []
        if not isinstance(rows, list) or not all(isinstance(row, MultiValueDict) for row in rows):
            raise ValidationError(f"{self.label}: send a list of rows", code="rows")
        if len(rows) > self.most:
            raise ValidationError(f"{self.label}: at most {self.most}", code="rows")
        self.cleaned_rows = [self.row_form(number, row) for number, row in enumerate(rows)]
        wrong: list[ValidationError] = []
        found = []
        for number, (row, form) in enumerate(zip(rows, self.cleaned_rows, strict=True), start=1):
            if self._is_empty(row, form):
                quiet(form)
                continue
            wrong += [ValidationError(f"{self.row} {number}: {text}", code="row")
                      for text in self._faults(row, form)]  # fmt: skip
            found.append(form.cleaned_data)
        if not wrong and len(found) < max(self.least, int(self.required)):
            raise ValidationError(self._too_few(), code="rows")
        if wrong:
            raise ValidationError(wrong)
        return found

    def _too_few(self) -> str:
        least = max(self.least, 1)
        return f"{self.label}: enter at least {'one' if least == 1 else least}"

    def _faults(self, row: Row, form: forms.Form) -> list[str]:
        """Everything that is wrong with one row, in words."""
        unknown = sorted(name for name in row if name != HERE and not _known(name, form))
        found = [f"there is no question “{name[:40]}”" for name in unknown]
        found += [text for bound in form for text in messages_of(bound)]
        return found + [str(text) for text in form.non_field_errors()]

    @staticmethod
    def _is_empty(row: Row, form: forms.Form) -> bool:
        """Whether nothing was typed: a choice alone, which a list begins with, is not typing."""
        typed = [b for b in form if not isinstance(b.field, forms.ChoiceField | forms.BooleanField)]
        return not any(bound.data not in (None, "", []) for bound in typed or list(form))

    def prepare_value(self, value: Any) -> Any:
        """Rows as they are."""
        return value if value is not None else []

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the rows differ in anything."""
        return bool(_given(list(initial or [])) != _given(data or []))


def _known(name: str, form: forms.Form) -> bool:
    """Whether a posted name belongs to a question of the form, or to a part of one."""
    return any(name == field or re.match(rf"{field}[-_]", name) for field in form.fields)


class BoundGroup(BoundField):
    """A group within a form: its rows, bound with what was typed."""

    field: Group

    @property
    def rows(self) -> list[forms.Form]:
        """The rows to show: those cleaned with their errors, else what was typed or is recorded."""
        if self.field.cleaned_rows is not None:
            return self.field.cleaned_rows
        value = self.value()
        given = _given(list(value)) if isinstance(value, Sequence) else []
        rows = [row for row in given if isinstance(row, MultiValueDict)] if given else []
        rows += [MultiValueDict({HERE: ["1"]})] * (self.field.least - len(rows))
        return [quiet(self.field.row_form(number, row)) for number, row in enumerate(rows)]

    @property
    def blank(self) -> forms.Form:
        """The row that a script copies when one is added."""
        return self.field.row_form("__row__")


def quiet(form: forms.Form) -> forms.Form:
    """A form that shows what was typed and says nothing of what is wrong with it yet."""
    form._errors = forms.utils.ErrorDict()  # type: ignore[attr-defined]
    form.cleaned_data = {}
    return form


def rebuilt(rows: Any, change: str) -> list[Row]:
    """The rows after a press on "add" or "drop:NUMBER"."""
    kept = [row for row in _given(rows) or [] if isinstance(row, MultiValueDict)]
    if change == "add":
        return [*kept, MultiValueDict({HERE: ["1"]})]
    number = change.removeprefix("drop:")
    return [row for place, row in enumerate(kept) if str(place) != number]
