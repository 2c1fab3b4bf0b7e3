"""Commands on saved views: each keeps his own, and shares it where his role allows."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from peel.machine.commands.problems import Invalid, NotFound, NotPermitted
from peel.machine.commands.registry import command
from peel.services.lists.models import DefaultView, SavedView

if TYPE_CHECKING:
    from peel.machine.commands.work import Work

KEEP = "lists.view.keep"
SHARE = "lists.view.share"
MOST = 50


@command("lists.view.save", title="Save a view of a list", permission=KEEP)
def save_view(
    work: "Work", *, kind: str, name: str, query: str, shared: str = "me", default: bool = False
) -> SavedView:
    """A new view of the speaker's own. Raises Invalid by field."""
    if _own(work).filter(kind=kind, deleted_at=None).count() >= MOST:
        raise Invalid({"name": [f"You have {MOST} views of this list. Delete one first."]})
    identity = work.identity
    view = SavedView(user_id=identity.user_id, kind=kind, name=name.strip(), query=query,
                     saved_at=work.at, **_reach(work, shared))  # fmt: skip
    work.add(view)
    if default:
        _open_with(work, kind, view)
    return view


@command("lists.view.change", title="Change a view of a list", permission=KEEP)
def change_view(work: "Work", *, view_id: UUID, **changes: Any) -> SavedView:
    """Another name, question or reach. Raises NotFound for what is not one's own, Invalid."""
    view = _mine(work, view_id)
    if "name" in changes:
        changes["name"] = changes["name"].strip()
    reach = _reach(work, changes.pop("shared", view.shared))
    return work.amend(view, saved_at=work.at, **changes, **reach)


@command("lists.view.delete", title="Delete a view of a list", permission=KEEP)
def delete_view(work: "Work", *, view_id: UUID) -> SavedView:
    """Nobody sees it any more, but its owner can have it back."""
    return work.amend(_mine(work, view_id), deleted_at=work.at)


@command("lists.view.restore", title="Bring back a view of a list", permission=KEEP)
def restore_view(work: "Work", *, view_id: UUID) -> SavedView:
    """Undo a deletion."""
    return work.amend(_mine(work, view_id), deleted_at=None)


@command("lists.view.default", title="Choose the view a list opens with", permission=KEEP)
def default_view(work: "Work", *, kind: str, view_id: UUID | None) -> None:
    """Open the list with a view from now on, or with none. Raises NotFound."""
    view = None
    if view_id is not None:
        view = SavedView.objects.visible_to(work.identity).filter(pk=view_id, kind=kind).first()
        if view is None:
            raise NotFound
    _open_with(work, kind, view)


def _own(work: "Work") -> Any:
    return SavedView.objects.filter(user_id=work.identity.user_id)


def _mine(work: "Work", view_id: UUID) -> SavedView:
    view: SavedView | None = _own(work).select_for_update().filter(pk=view_id).first()
    if view is None:
        raise NotFound
    return view


def _reach(work: "Work", shared: str) -> dict[str, Any]:
    """Who sees it: the unit and organisation are those that the speaker acts for now."""
    identity = work.identity
    if shared != "me" and not identity.may(SHARE):
        raise NotPermitted("Your role does not allow you to share views.")
    if shared == "unit" and identity.unit_id is None:
        raise Invalid({"shared": ["You act for no unit. Share it with your organisation."]})
    return {"shared": shared, "organisation_id": identity.organisation_id,
            "unit_id": identity.unit_id}  # fmt: skip


def _open_with(work: "Work", kind: str, view: SavedView | None) -> None:
    DefaultView.objects.filter(user_id=work.identity.user_id, kind=kind).delete()
    if view is not None:
        work.add(DefaultView(user_id=work.identity.user_id, kind=kind, view=view))
