"""A stale save seen three ways: the form as it was opened, as somebody saved it since, as typed.

What the form began with travels with it (`base`), so the comparison holds for any command's form,
with groups and conditions, and needs no script. It is the officer's own view of his own form: to
tamper with it changes what he himself is shown and sends.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from peel.machine.ui import parts
from peel.machine.ui.forms.base import TypedForm
from peel.machine.ui.forms.typed import as_typed, in_words

Typed = dict[str, Any]
# The sides, as the page sends them along.
BASE, THEIRS, MINE = "base", "theirs", "mine"
# Whose answer stands.
YOURS, SAME, ASK, EDIT = "yours", "", "ask", "edit"


def typed(form: TypedForm, values: Mapping[str, Any]) -> Typed:
    """Values as the form's inputs would hold them."""
    return {n: as_typed(f, values[n]) for n, f in form.fields.items() if n in values}


def carried(post: Mapping[str, Any], name: str) -> Typed | None:
    """One side that the page sent along; None where there is none, or nonsense."""
    try:
        side = json.loads(post.get(name) or "null")
    except (ValueError, RecursionError):
        return None
    if not isinstance(side, dict):
        return None
    return {field: value for field, value in side.items() if _is_typed(value)}


def _is_typed(value: Any) -> bool:
    """Whether a value is what an input gives: a text, or a list of texts or of rows."""
    if isinstance(value, list):
        return all(isinstance(one, str) or _is_row(one) for one in value)
    return isinstance(value, str)


def _is_row(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(one, str) or (isinstance(one, list) and all(isinstance(t, str) for t in one))
        for one in value.values()
    )


def chosen(post: QueryDict) -> tuple[Typed, bool]:
    """The answers that a stale save's choices settle, and whether one of them was left open."""
    base, theirs = carried(post, BASE), carried(post, THEIRS) or {}
    mine = carried(post, MINE) or {}
    settled, open_ = {}, False
    for name in mine:
        keep = _kept(name, base, theirs, mine)
        if keep == ASK:
            keep = post.get(f"keep-{name}", "")
            open_ |= keep not in (YOURS, THEIRS, EDIT)
            keep = keep or YOURS
        if keep != EDIT:
            settled[name] = theirs[name] if keep in (SAME, THEIRS) else mine[name]
    return settled, open_


def _kept(name: str, base: Typed | None, theirs: Typed, mine: Typed) -> str:
    """Whose answer stands: what one side alone changed is taken, what both changed is asked."""
    if name not in theirs:
        return YOURS
    if mine[name] == theirs[name]:
        return SAME
    was = base.get(name) if base else None
    if was == theirs[name]:
        return YOURS
    return THEIRS if was == mine[name] else ASK


def three_ways(
    form: TypedForm, latest: Any, base: Typed | None, mine: Typed | None = None
) -> parts.Conflict:
    """What the page of a stale save shows; `latest` is the record as it is now.

    `mine` is what was typed, where choices have been made since and one is still open.
    """
    theirs = typed(form, form.answers_of(latest))
    known = {name: side for name, side in (mine or {}).items() if name in form.fields}
    mine = known or typed(form, form.cleaned_data)
    sides = {BASE: base, THEIRS: theirs, MINE: mine}
    return parts.Conflict(
        by="Another officer",
        at=latest.changed_at,
        version=latest.version,
        fields=[_field(form, name, base, theirs, mine) for name in mine],
        hidden=[(name, json.dumps(side)) for name, side in sides.items()],
    )


def _field(
    form: TypedForm, name: str, base: Typed | None, theirs: Typed, mine: Typed
) -> parts.Disputed:
    field, kept = form.fields[name], _kept(name, base, theirs, mine)
    agreed = theirs.get(name, "")
    return parts.Disputed(
        name,
        str(field.label or name),
        in_words(field, mine[name]),
        in_words(field, agreed),
        theirs_value=agreed if isinstance(agreed, str) else "",
        differs=kept == ASK,
        base=in_words(field, base[name]) if base and name in base else None,
        kept=kept,
        bound=form[name],
    )
