"""The same thing recorded twice: found by its number, among what the officer may see."""

from typing import TYPE_CHECKING, Any

from django.db import connection

from peel.kernel.access.identity import current_identity

if TYPE_CHECKING:
    from peel.pole.objects.models.things import Thing


def recorded_already(thing: "Thing") -> dict[str, list[str]]:
    """By field, which record has the same number already; nothing when the officer says why this
    is another one, or when the number is not new to the record.

    Only what the officer may see is named: a hidden record is found by neither answer nor wait.
    """
    if thing.another_because:
        return {}
    asked = [key for key in thing.KEYS if all(getattr(thing, name) for name in key)]
    if asked and not thing._state.adding:
        kept: Any = type(thing).objects.filter(pk=thing.pk).values().first() or {}
        asked = [k for k in asked if any(kept.get(name) != getattr(thing, name) for name in k)]
    # A copy kept for comparison is told under the field that is typed.
    found = {key[-1].removesuffix("_key"): _said(thing, key) for key in sorted(asked)}
    return {name: [said] for name, said in found.items() if said}


def _said(thing: "Thing", key: tuple[str, ...]) -> str:
    same = {name: getattr(thing, name) for name in key}
    _one_at_a_time(thing.kind, same)
    others = type(thing).objects.exclude(pk=thing.pk).filter(**same)
    if (identity := current_identity()) is not None:
        # Whoever is spoken for is who the database lets see; a page's caller is asked twice.
        may = identity.may(f"{thing.kind}.view")
        others = others.visible_to(identity) if may else others.none()
    twin = others.order_by("carried_created_at", "pk").first()
    if twin is None:
        return ""
    field: Any = type(thing)._meta.get_field(key[-1])
    return (
        f"A record with this {field.verbose_name} is there already: {twin.reference}, {twin.title}."
        " Use that one, or say at the end of this form why this is another."
    )


def _one_at_a_time(kind: str, same: dict[str, Any]) -> None:
    """Two who record the same number at once: the second waits, and then sees the first's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"{kind} {sorted(same.items())}"],
        )
