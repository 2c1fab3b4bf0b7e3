"""The register of kinds of record: which model keeps a kind and which columns are counted."""

from dataclasses import dataclass

from django.apps import apps

from peel.kernel.records.models import Kind, Record


@dataclass(frozen=True)
class KindEntry:
    """A kind's name ("investigation.crime"), its model and the columns that its facets count."""

    name: str
    model: type[Kind]
    facets: tuple[str, ...]


_facets: dict[str, tuple[str, ...]] = {}


def kind_of(model: type[Record]) -> str:
    """The name of a model's kind: app and model, as in permissions ("investigation.crime")."""
    return str(model._meta.label_lower)


def count_facets(model: type[Kind], fields: tuple[str, ...]) -> None:
    """Declare which fields of a kind have counters."""
    _facets[kind_of(model)] = tuple(
        str(model._meta.get_field(name).column)  # type: ignore[union-attr]
        for name in fields
    )


def all_kinds() -> list[KindEntry]:
    """Every concrete kind that is installed, by name."""
    models = [model for model in apps.get_models() if issubclass(model, Kind)]
    entries = [KindEntry(kind_of(m), m, _facets.get(kind_of(m), ())) for m in models]
    return sorted(entries, key=lambda entry: entry.name)


def model_of(kind: str) -> type[Kind]:
    """The model of a kind. Raises LookupError for a kind that is not installed."""
    return apps.get_model(kind)
