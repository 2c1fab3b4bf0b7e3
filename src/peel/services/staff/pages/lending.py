"""The pages on which posts are lent while somebody is absent, and taken back."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from peel.kernel.access.identity import Identity
from peel.kernel.access.models import Delegation, Officer
from peel.kernel.base import clock
from peel.machine.commands.problems import NotFound
from peel.machine.pages.reading import reading, require
from peel.machine.ui import parts
from peel.services.staff import lending, rules
from peel.services.staff.pages.doing import Task

SHOWN = 200


@require_safe
@reading
def show_delegations(request: HttpRequest) -> HttpResponseBase:
    """My posts, to lend; and every delegation that I may see, the latest first."""
    identity = require(request, rules.DELEGATION_LEND, name="staff.delegation.list")
    own = Officer.objects.filter(user_id=identity.user_id, current=True, lent_id=None)
    posts = [
        parts.Row([
            _post(post),
            parts.Cell("Lend it", href=reverse("staff-lend", args=[post.pk])),
        ])
        for post in own.order_by("organisation_name", "unit_name", "role")
    ]  # fmt: skip
    columns = [parts.Column("Post"), parts.Column("Change")]
    context = {
        "posts": parts.Table("Your posts", columns, posts, "You hold none.", True),
        "delegations": _table(),
    }
    return TemplateResponse(request, "staff/delegations.html", context)


def _table() -> parts.Table:
    """What row-level security lets through: mine, lent to me, and those that I manage."""
    rows = []
    found = Delegation.objects.select_related("appointment").order_by("-made_at")[:SHOWN]
    delegations = list(found)
    keys = [one.pk for one in delegations] + [one.lent_id for one in delegations]
    officers = {one.pk: one for one in Officer.objects.filter(pk__in=keys)}
    for one in delegations:
        lent, acting = officers[one.lent_id], officers[one.pk]
        state, colour, open_ = _state(acting)
        # It ends as its last day does.
        last = acting.ends and acting.ends - timedelta(seconds=1)
        end = parts.Cell("End", href=reverse("staff-delegation-end", args=[one.pk]))
        rows.append(
            parts.Row([
                _post(lent), lent.caption, acting.caption.partition(",")[0], acting.starts,
                last, one.reason, parts.Cell(state, tag=colour), end if open_ else "",
            ])
        )  # fmt: skip
    headings = ("Post", "Of", "Acted for by", "From", "To", "Reason", "State", "Change")
    columns = [parts.Column(word) for word in headings]
    return parts.Table("Posts lent", columns, rows, "Nothing is lent.", True)


def _state(acting: Officer) -> tuple[str, str, bool]:
    """How a delegation stands, its colour, and whether it can still be ended."""
    now = clock.now()
    if acting.ends is not None and acting.ends <= now:
        return "Ended", "grey", False
    if acting.starts > now:
        return "To come", "blue", True
    return ("In force", "green", True) if acting.current else ("Suspended", "orange", True)


def _post(post: Officer) -> str:
    place = ", ".join(part for part in (post.unit_name, post.organisation_name) if part)
    return f"{post.role[:1].upper()}{post.role[1:]}, {place}"


def lend(identity: Identity, appointment_id: UUID) -> Task:
    """Lend a post: one's own, or one that one manages; the database says which."""
    post = Officer.objects.filter(pk=appointment_id, lent_id=None, current=True).first()
    manages = identity.may(rules.DELEGATION_MANAGE) or identity.may(rules.ORGANISATION_EDIT)
    if post is None or not (post.user_id == identity.user_id or manages):
        raise NotFound("There is no post here that you may lend")
    return Task(
        lending.lend, f"{post.caption}: {_post(post)}", reverse("staff-delegations"),
        [post.user_id], {"appointment_id": post.pk},
    )  # fmt: skip


def end(identity: Identity, appointment_id: UUID) -> Task:
    """End a delegation that one sees."""
    if not Delegation.objects.filter(pk=appointment_id).exists():
        raise NotFound("There is no delegation here that you may end")
    acting = Officer.objects.get(pk=appointment_id)
    return Task(
        lending.end, acting.caption, reverse("staff-delegations"), [acting.user_id],
        {"appointment_id": acting.pk},
    )  # fmt: skip
