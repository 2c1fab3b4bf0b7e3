"""What a file of one kind looks like: its columns, and how the cells of a row become values.

Each cell is cleaned by the very field of the page's form, and a whole row by the form's own
`clean`; only the form is made once and not for every row, and a text that was met before is
remembered. So what the page refuses the file refuses, in the same words.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from peel.kernel.access.models import Appointment
from peel.machine.commands.registry import Command, command_creating
from peel.machine.forms.lookups import LookUpField
from peel.machine.registry import sheet_of, sheets
from peel.machine.sheets import Sheet
from peel.machine.ui.forms.conditions import EMPTY, Ask, closed, nothing
from peel.machine.ui.forms.groups import Group, quiet
from peel.pole.models import Nominal
from peel.pole.objects.models import Thing
from peel.services.exchange.makers import Maker, NominalMaker

KEY = "key"
KEY_LABEL = "Your key"
_MOST_KEPT = 50_000
# Kinds with a command of their own that makes the record of its answers and nothing besides.
_MADE_OF_THEIR_FORM = {"pole.location"}
_TRUE, _FALSE = {"yes", "y", "true", "1", "on"}, {"no", "n", "false", "0", "off", ""}


class Fault(NamedTuple):
    """What is wrong with one row: in which column (none: the row as a whole), in words."""

    column: str
    message: str


class Faulty(Exception):
    """A row that is not taken."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = list(faults)
        super().__init__(self.said)

    @property
    def said(self) -> str:
        """All of it in one line."""
        return "; ".join(f"{f.column}: {f.message}" if f.column else f.message for f in self.faults)


@dataclass
class Column:
    """A column of a file: its name in mappings, what people call it, and how a cell is cleaned."""

    name: str
    label: str
    clean: Callable[[str], Any]
    required: bool = False
    hint: str = ""
    _met: dict[str, Any] = field(default_factory=dict)

    def value(self, text: str) -> Any:
        """The cleaned value of a cell. Raises ValidationError."""
        met = self._met.get(text, self)
        if met is self:
            met = self._cleaned(text)
            if len(self._met) < _MOST_KEPT:
                self._met[text] = met
        if isinstance(met, ValidationError):
            raise met
        return met

    def _cleaned(self, text: str) -> Any:
        try:
            return self.clean(text)
        except ValidationError as problem:
            return problem


class Shape:
    """The columns of one kind, and rows of them turned into what a maker takes."""

    def __init__(self, sheet: Sheet, command: Command) -> None:
        assert command.form is not None  # noqa: S101 - importable() asked for it
        self.sheet, self.command = sheet, command
        self.form = quiet(command.form({}, identity=None, record=None))
        self.columns: dict[str, Column] = {}
        for name, one in self.form.fields.items():
            if self._taken(name, one):
                label = str(one.label or name.replace("_", " ").capitalize())
                column = Column(name, label, _cleaner(one), one.required, str(one.help_text or ""))
                self.columns[name] = column

    def _taken(self, name: str, one: forms.Field) -> bool:
        """Whether a question can be answered in a cell: plain ones of the record's own fields."""
        plain = not isinstance(one, LookUpField | Group | forms.FileField | forms.MultiValueField)
        return plain and not one.widget.is_hidden and name in self.own

    @cached_property
    def own(self) -> set[str]:
        """The fields that the kind's own table has."""
        return {f.name for f in self.sheet.model._meta.local_fields}

    def values(self, texts: Mapping[str, str]) -> dict[str, Any]:
        """The values of one row, given by column. Raises Faulty with all that is wrong."""
        wrong = {name: list(self._missing[name]) for name in self._missing.keys() - texts.keys()}
        cleaned = dict(self._blank)
        for name, text in texts.items():
            try:
                cleaned[name] = self.columns[name].value(text)
            except ValidationError as problem:
                wrong[name] = list(problem.messages)
        if self._asks:
            self._only_asked(cleaned, wrong)
        for name, texts_of in self._as_a_whole(cleaned).items():
            wrong.setdefault(name, []).extend(texts_of)
        if wrong:
            raise self._faulty(wrong)
        return self.finished(cleaned)

    @cached_property
    def _asks(self) -> tuple[Ask, ...]:
        """The questions that are asked on a condition."""
        return tuple(getattr(self.form, "asks", ()))

    @cached_property
    def _blank(self) -> dict[str, Any]:
        """What a row says that says nothing, by column."""
        found = {}
        for name, column in self.columns.items():
            with suppress(ValidationError):
                found[name] = column.value("")
        return found

    @cached_property
    def _missing(self) -> dict[str, list[str]]:
        """What is wrong with a row that says nothing: the columns that every row must fill."""
        found = {}
        for name, column in self.columns.items():
            try:
                column.value("")
            except ValidationError as problem:
                found[name] = list(problem.messages)
        return found

    def _only_asked(self, cleaned: dict[str, Any], wrong: dict[str, list[str]]) -> None:
        """Drop what was said to questions that are not asked, as the page's form does."""
        shut = closed(self._asks, cleaned.get)
        for name in shut & self.columns.keys():
            wrong.pop(name, None)
            cleaned[name] = nothing(self.form.fields[name])
        for ask in self._asks:
            open_ = ask.required and ask.name not in shut and ask.name in self.columns
            if open_ and ask.name not in wrong and cleaned[ask.name] in EMPTY:
                wrong[ask.name] = [str(self.form.fields[ask.name].error_messages["required"])]

    def _faulty(self, wrong: Mapping[str, Sequence[str]]) -> Faulty:
        labels = {name: column.label for name, column in self.columns.items()}
        return Faulty(
            [Fault(labels.get(name, ""), text) for name, texts in wrong.items() for text in texts]
        )

    def _as_a_whole(self, cleaned: dict[str, Any]) -> dict[str, list[str]]:
        """What the form's own `clean` says of a row's values."""
        form: Any = self.form
        form._errors = forms.utils.ErrorDict()
        form.cleaned_data = cleaned
        form._clean_form()
        return {name: [str(text) for text in texts] for name, texts in form._errors.items()}

    def finished(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """The cleaned values as the maker takes them, after the model's own cleaning.

        Raises Faulty.
        """
        record: Any = self.sheet.model(**cleaned)
        try:
            record.clean_fields(exclude=_but(record, cleaned))
            # Whether a thing is there already is asked of what the importer may see (`twins.py`).
            record.settle() if isinstance(record, Thing) else record.clean()
        except ValidationError as problem:
            by_name = hasattr(problem, "error_dict")
            raise self._faulty(
                problem.message_dict if by_name else {"": problem.messages}
            ) from None
        return {name: getattr(record, name) for name in self.stored}

    @cached_property
    def stored(self) -> list[str]:
        """The fields of the kind's own table that rows fill: what cleaning may have filled too."""
        return [
            f.name
            for f in self.sheet.model._meta.local_fields
            if not f.primary_key and not f.name.startswith("carried_")
            and not isinstance(f, models.ForeignKey)
        ]  # fmt: skip

    def maker(self, post: Appointment, now: datetime, through: str, **fixed: Any) -> Maker:
        """What makes the records."""
        return Maker(self.sheet.model, self.stored, post, now, through, **fixed)


class NominalShape(Shape):
    """People: a name and another one, a date of birth, and a column for each kind of number,
    contact and fact, cleaned as the groups of the page's form clean their rows.
    """

    _NAMES = ("given_names", "family_name", "name_kind", "date_of_birth", "sex")
    _GROUPS = ("identifiers", "contacts", "facts")

    def __init__(self, sheet: Sheet, command: Command) -> None:
        super().__init__(sheet, command)
        others = self._row_form("other_names")
        for name, one in others.fields.items():
            label = f"Other name: {str(one.label).lower()}"
            self._add(f"other_names:{name}", label, _cleaner(one))
        for group in self._GROUPS:
            form = self._row_form(group)
            kinds: Any = form.fields["kind"]
            for code, label in _flat(kinds.choices):
                if code and code != "sex":
                    self._add(f"{group}:{code}", str(label), _in_group(form, str(code)))

    def _row_form(self, group: str) -> Any:
        field: Any = self.form.fields[group]
        return quiet(field.form({}))

    def _add(self, name: str, label: str, clean: Callable[[str], Any]) -> None:
        self.columns[name] = Column(name, label, clean)

    def _taken(self, name: str, one: forms.Field) -> bool:
        return name in self._NAMES or super()._taken(name, one)

    @cached_property
    def _grouped(self) -> list[tuple[str, str, str]]:
        """The columns that say a fact: their names, the group and the kind of fact."""
        parted = [(name, *name.partition(":")[::2]) for name in self.columns]
        return [each for each in parted if each[1] in self._GROUPS]

    def finished(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """Names, dates of birth, numbers, contacts and facts as rows of their own."""
        first = {name: cleaned[name] for name in ("family_name", "given_names")}
        names = [first | {"kind": cleaned["name_kind"]}]
        other = {n: cleaned[f"other_names:{n}"] for n in ("family_name", "given_names", "kind")}
        if other["family_name"] or other["given_names"]:
            names.append(other)
        values = {name: cleaned[name] for name in self.stored}
        values |= {group: [] for group in self._GROUPS}
        for name, group, kind in self._grouped:
            if value := cleaned.get(name):
                values[group].append({"kind": kind, "value": value})
        if cleaned["sex"] not in ("", "N"):
            values["facts"].append({"kind": "sex", "value": cleaned["sex"]})
        born = cleaned["date_of_birth"]
        return values | {
            "names": names,
            "dates_of_birth": [{"date_of_birth": born}] if born else [],
        }

    @cached_property
    def stored(self) -> list[str]:
        """The nominal's own columns, but for the golden ones, which follow from what is said."""
        golden = {*NominalMaker.GOLDEN}
        return [name for name in self.columns if name in self.own and name not in golden]

    def maker(self, post: Appointment, now: datetime, through: str, **fixed: Any) -> Maker:
        """What makes the nominals and all that was said of them."""
        return NominalMaker(self.stored, post, now, through, **fixed)


def _in_group(form: Any, kind: str) -> Callable[[str], str]:
    """How a value of one kind is cleaned: by the form of a group's row."""

    def clean(text: str) -> str:
        if not text.strip():
            return ""
        form._errors = forms.utils.ErrorDict()
        form.cleaned_data = {"kind": kind, "value": form.fields["value"].clean(text)}
        form._clean_form()
        if form._errors:
            raise ValidationError([str(t) for texts in form._errors.values() for t in texts])
        return str(form.cleaned_data["value"])

    return clean


def _but(row: models.Model, names: Collection[str]) -> list[str]:
    """The fields of a row besides these: nothing is said of them."""
    return [f.name for f in row._meta.fields if f.name not in names]


def _cleaner(one: forms.Field) -> Callable[[str], Any]:
    """How a cell is cleaned: by the form's field; a choice may be given by its words as well."""
    if isinstance(one, forms.BooleanField):
        return _yes_or_no
    if not isinstance(one, forms.ChoiceField):
        begins = "" if one.initial is None or callable(one.initial) else str(one.initial)
        # What the page's form begins with stands where a file says nothing.
        return (lambda text: one.clean(text if text.strip() else begins)) if begins else one.clean
    words = {str(label).casefold(): key for key, label in _flat(one.choices)}
    first = one.initial if one.initial is not None else ""

    def clean(text: str) -> Any:
        said = text.strip()
        chosen = said or (str(first) if first != "" or one.required is False else _first(one))
        return one.clean(words.get(chosen.casefold(), chosen))

    return clean


def _first(one: forms.ChoiceField) -> str:
    """What a page's list would show chosen where nothing is: the first choice, if it is one."""
    return str(next(iter(_flat(one.choices)), ("", ""))[0]) if one.initial is None else ""


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    for key, label in choices:
        found += list(label) if isinstance(label, list | tuple) else [(key, label)]
    return found


def _yes_or_no(text: str) -> bool:
    said = text.strip().casefold()
    if said not in _TRUE | _FALSE:
        raise ValidationError("Enter yes or no.")
    return said in _TRUE


def shape_of(kind: str) -> Shape:
    """The shape of a kind's files. Raises LookupError for one that cannot be imported."""
    sheet = sheet_of(kind)
    command = _creating(sheet)
    if command is None:
        raise LookupError(f"{sheet.title_plural} cannot be imported from a file.")
    return (NominalShape if sheet.model is Nominal else Shape)(sheet, command)


def importable() -> list[Sheet]:
    """The kinds that can come in from a file: nominals, and those whose form is their sheet's."""
    return [sheet for sheet in sheets() if _creating(sheet) is not None]


def _creating(sheet: Sheet) -> Command | None:
    command = command_creating(sheet.model)
    if command is None or command.form is None:
        return None
    derived = command.function.__module__ == "peel.machine.commands.derived"
    derived = derived or sheet.kind in _MADE_OF_THEIR_FORM
    needs = [
        f for f in command.form.base_fields.values() if f.required and isinstance(f, LookUpField)
    ]
    return command if sheet.model is Nominal or (derived and not needs) else None
