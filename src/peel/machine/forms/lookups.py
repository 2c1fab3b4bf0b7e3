"""A field that names something already recorded: typed, found, and chosen when several fit.

Works without JavaScript: text that fits one thing is that thing; text that fits several comes
back with a choice beneath it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from peel.kernel.base import references
from peel.kernel.records.models import Record
from peel.machine.forms.base import storable

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

MOST_CHOICES = 12
FEWEST_LETTERS = 2


@dataclass(frozen=True)
class Found:
    """One thing that fits: the key that a form sends back, what people read, and `hint`: what
    tells it from others of the same name (a date of birth, a place).
    """

    key: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class LookUp:
    """How things of a model are found: by key, by text, and what they are called."""

    by_key: Callable[[str, "Identity | None"], Any]
    by_text: Callable[[str, "Identity | None", int], list[Found]]
    found: Callable[[Any], Found]


_lookups: dict[type[models.Model], LookUp] = {}


def register_look_up(model: type[models.Model], look_up: LookUp) -> None:
    """Declare how things of `model` are found in forms."""
    _lookups[model] = look_up


def look_up_of(model: type[models.Model]) -> LookUp | None:
    """The look-up of a model; any kind of record has one by reference, name and postcode."""
    if model in _lookups:
        return _lookups[model]
    if issubclass(model, Record):
        from peel.machine.queries.finding import record_look_up

        return record_look_up(model)
    return None


class LookUpWidget(forms.TextInput):
    """A text box that suggests where there is a script; radios when the text fitted several."""

    template_name = "machine/look_up.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """What was picked among several wins over what was typed."""
        return data.get(f"{name}-pick") or data.get(name)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Add the choices that were found."""
        context = super().get_context(name, value, attrs)
        context["found"] = getattr(self, "found", [])
        context["chosen"] = getattr(self, "chosen", None)
        return context


class LookUpField(forms.Field):
    """A form field whose value is an object that `look_up` finds for the identity."""

    widget = LookUpWidget
    default_error_messages = {
        "none": "Nothing that you can see matches “%(text)s”. Check it, or record it first.",
        "several": "“%(text)s” fits more than one. Choose which below.",
        "many": "“%(text)s” fits too many. Type more of it.",
    }

    def __init__(self, model: type[models.Model], **kwargs: Any) -> None:
        self.model = model
        self.identity: Identity | None = None
        super().__init__(**kwargs)

    def bind_identity(self, identity: "Identity | None") -> None:
        """Who asks: decides what can be found."""
        self.identity = identity

    def _look_up(self) -> LookUp:
        look_up = look_up_of(self.model)
        if look_up is None:
            raise LookupError(f"{self.model.__name__} has no look-up")
        return look_up

    def prepare_value(self, value: Any) -> Any:
        """Show the key of an object, or what was typed."""
        if isinstance(value, models.Model):
            return self._chosen(value).key
        return value

    def _chosen(self, value: models.Model) -> Found:
        """What a thing is called: said beside its key, which says nothing by itself."""
        self.widget.chosen = found = self._look_up().found(value)  # type: ignore[attr-defined]
        return found

    def say(self, key: str) -> str:
        """What the thing of a key is called; a key that leads nowhere, as it is."""
        readable = isinstance(key, str) and storable(key)
        thing = self._look_up().by_key(key, self.identity) if key and readable else None
        return self._look_up().found(thing).label if thing is not None else key

    def suggestions(self, text: str) -> list[Found]:
        """What fits so far, the best first: at most twelve, and nothing for a letter or two."""
        text = text.strip()[:200]
        if len(text) < FEWEST_LETTERS or not storable(text):
            return []
        exact = self._look_up().by_key(text, self.identity)
        if exact is not None:
            return [self._look_up().found(exact)]
        return self._look_up().by_text(text, self.identity, MOST_CHOICES)

    def clean(self, value: Any) -> Any:
        """The object. Raises ValidationError when nothing or several things fit."""
        found = value if isinstance(value, self.model) else self._find(value)
        if found is not None:
            self._chosen(found)
        return found

    def _find(self, value: Any) -> Any:
        text = str(value or "").strip()[:200]
        if not text:
            self.validate(None)
            return None
        if not storable(text):
            raise ValidationError("Take out the characters that cannot be shown.", "none")
        look_up = self._look_up()
        exact = look_up.by_key(text, self.identity)
        if exact is not None:
            return exact
        if issubclass(self.model, Record) and references.looks_like(text):
            # A slip of the key is told from the letter alone, whether or not there is a record.
            references.check(text)
        found = look_up.by_text(text, self.identity, MOST_CHOICES + 1)
        if not found:
            raise ValidationError(self.error_messages["none"], "none", {"text": text})
        if len(found) == 1:
            return look_up.by_key(found[0].key, self.identity)
        if len(found) > MOST_CHOICES:
            raise ValidationError(self.error_messages["many"], "many", {"text": text})
        self.widget.found = found  # type: ignore[attr-defined]
        raise ValidationError(self.error_messages["several"], "several", {"text": text})

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare by key."""
        return self.prepare_value(initial) != (data or None)
