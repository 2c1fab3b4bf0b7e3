"""Questions that are asked only when earlier answers call for them, said once for every side.

`Ask("detail", when=Is("involved", True))` stands in a form's or a section's `asks`. The page shows
the question and hides it again, the form requires it, and what was typed into a question that is
closed is dropped: for a page, the API and an import alike, since all clean by the same form.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.forms import DeclarativeFieldsMetaclass

from peel.machine.ui.forms.looks import look_of

Answer = Callable[[str], Any]
EMPTY: tuple[Any, ...] = (None, "", [], (), False)


class Condition:
    """Something that the answers fulfil or not. `plain` is the same for the page's script."""

    names: tuple[str, ...] = ()

    def holds(self, answer: Answer) -> bool:
        """Whether the answers fulfil it; `answer` gives one by its question's name."""
        raise NotImplementedError

    def plain(self) -> dict[str, Any]:
        """The condition in plain values."""
        raise NotImplementedError

    def said(self, form: forms.BaseForm) -> str:
        """The condition in words, by the labels of the form."""
        raise NotImplementedError


class Is(Condition):
    """The answer is one of `values`; where several may be chosen, one of them is."""

    def __init__(self, name: str, *values: Any) -> None:
        self.name, self.values = name, values
        self.names = (name,)

    def holds(self, answer: Answer) -> bool:
        """Compare as text, so that a number and a choice's key are the same."""
        given = answer(self.name)
        chosen = given if isinstance(given, list | tuple | set) else [given]
        return bool({_text(one) for one in chosen} & {_text(value) for value in self.values})

    def plain(self) -> dict[str, Any]:
        """What the page's inputs hold for it."""
        return {"name": self.name, "values": [_text(value) for value in self.values]}

    def said(self, form: forms.BaseForm) -> str:
        """“Kind” is “Other”."""
        field = form.fields[self.name]
        if self.values in ((True,), (False,)):
            return f"“{field.label}” is {'ticked' if self.values[0] else 'not ticked'}"
        labels = {str(key): str(label) for key, label in getattr(field, "choices", ())}
        values = (f"“{labels.get(_text(value), value)}”" for value in self.values)
        return f"“{field.label}” is {' or '.join(values)}"


class Answered(Condition):
    """There is any answer to the question."""

    def __init__(self, name: str) -> None:
        self.names = (name,)

    def holds(self, answer: Answer) -> bool:
        """Nothing, an empty text and no tick are no answer."""
        return answer(self.names[0]) not in EMPTY

    def plain(self) -> dict[str, Any]:
        """Any value."""
        return {"name": self.names[0], "any": True}

    def said(self, form: forms.BaseForm) -> str:
        """“Kind” is answered."""
        return f"“{form.fields[self.names[0]].label}” is answered"


class _Joined(Condition):
    word = ""

    def __init__(self, *parts: Condition) -> None:
        self.parts = parts
        self.names = tuple(name for part in parts for name in part.names)

    def said(self, form: forms.BaseForm) -> str:
        """Each part in turn."""
        return f" {self.word} ".join(part.said(form) for part in self.parts)


class AllOf(_Joined):
    """Every part holds."""

    word = "and"

    def holds(self, answer: Answer) -> bool:
        """Whether all do."""
        return all(part.holds(answer) for part in self.parts)

    def plain(self) -> dict[str, Any]:
        """The parts under "all"."""
        return {"all": [part.plain() for part in self.parts]}


class AnyOf(_Joined):
    """One part at least holds."""

    word = "or"

    def holds(self, answer: Answer) -> bool:
        """Whether one does."""
        return any(part.holds(answer) for part in self.parts)

    def plain(self) -> dict[str, Any]:
        """The parts under "some"."""
        return {"some": [part.plain() for part in self.parts]}


@dataclass(frozen=True)
class Ask:
    """Ask the question `name` only `when` a condition holds; it is then `required` or not."""

    name: str
    when: Condition
    required: bool = True


def closed(asks: Iterable[Ask], answer: Answer) -> set[str]:
    """The questions that are not asked, given the answers.

    A question that hangs on one that is closed finds no answer there, so conditions nest.
    """
    by_name = {ask.name: ask for ask in asks}
    known: dict[str, bool] = {}

    def is_open(name: str) -> bool:
        if name not in known:
            known[name] = True  # a circle is told by `faults`, and must not run for ever
            ask = by_name.get(name)
            known[name] = ask is None or ask.when.holds(lambda n: answer(n) if is_open(n) else None)
        return known[name]

    return {name for name in by_name if not is_open(name)}


def faults(asks: Sequence[Ask], names: Collection[str]) -> list[str]:
    """What is wrong with a declaration: unknown questions, one asked twice, and circles."""
    found = [
        f"asks name {name!r}, which is no question there"
        for ask in asks
        for name in (ask.name, *ask.when.names)
        if name not in names
    ]
    told = [ask.name for ask in asks]
    found += [f"asks name {name!r} twice" for name in sorted(set(told)) if told.count(name) > 1]
    left = {ask.name: set(ask.when.names) for ask in asks}
    while ready := [name for name, needs in left.items() if not needs & set(left)]:
        for name in ready:
            del left[name]
    return found + [f"asks go in a circle: {', '.join(sorted(left))}"] * bool(left)


def openers(form: forms.BaseForm) -> dict[str, tuple[str, str]]:
    """For each field that is drawn inside another's choice, that field and the choice."""
    return {
        inner: (name, value)
        for name, field in form.fields.items()
        for value, names in look_of(field).reveals.items()
        for inner in names
    }


class _Asking(DeclarativeFieldsMetaclass):
    """A question that is asked on a condition is not required outright: its Ask says when."""

    def __new__(mcs, name: str, bases: tuple[type, ...], attributes: dict[str, Any]) -> "_Asking":
        made: Any = super().__new__(mcs, name, bases, attributes)
        for ask in made.asks if bases != (forms.Form,) else ():
            if ask.name in made.base_fields:
                # Copied by hand: the field may be another form's too.
                field = made.base_fields[ask.name].__deepcopy__({})
                field.required = field.widget.is_required = False
                field.asked = ask
                made.base_fields[ask.name] = field
        return made


class RevealingForm(forms.Form, metaclass=_Asking):
    """A form with questions that are asked on a condition: by `asks`, or by a look's `reveals`.

    What was typed into a question that is not open is dropped, and it cannot be wrong.
    """

    asks: tuple[Ask, ...] = ()

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        revealed = [
            Ask(inner, Is(name, *(("on", True) if value in ("on", "True") else (value,))), False)
            for inner, (name, value) in openers(self).items()
        ]
        shut = closed([*self.asks, *revealed], self.cleaned_data.get)
        for name in shut & set(self.fields):
            self.errors.pop(name, None)
            self.cleaned_data[name] = nothing(self.fields[name])
        for ask in self.asks:
            needed = ask.required and ask.name not in shut and ask.name in self.fields
            if needed and ask.name not in self.errors and self.cleaned_data[ask.name] in EMPTY:
                words = self.fields[ask.name].error_messages["required"]
                self.add_error(ask.name, ValidationError(words, code="required"))


def nothing(field: forms.Field) -> Any:
    """What the field's own cleaning makes of no answer."""
    if isinstance(field, forms.TypedChoiceField):
        return field.empty_value
    return field.to_python(None)


def _text(value: Any) -> str:
    if value is True:
        return "on"
    return "" if value in (None, False) else str(value)


def asked(field: forms.Field) -> Ask | None:
    """On what condition the field is asked, if on any."""
    return getattr(field, "asked", None)
