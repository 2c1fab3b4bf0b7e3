"""The staff list and the page of one user."""

import base64
import binascii
import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from peel.kernel.access import second_factor
from peel.kernel.access.markings import Marking
from peel.kernel.access.models import Appointment, Officer, Role, User
from peel.kernel.base import clock
from peel.machine.commands.problems import Invalid
from peel.machine.pages.reading import reading, require
from peel.machine.show import plain
from peel.machine.ui import parts
from peel.services.staff import commands, locks, queries, rules
from peel.services.staff.pages import doing, tabs

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

STATES = {"in-post": "In post", "no-post": "Without a post", "inactive": "Not active"}


@require_safe
@reading
def show_users(request: HttpRequest) -> HttpResponseBase:
    """Who there is, by name."""
    identity = require(
        request, rules.USER_VIEW, name="staff.user.list", query=request.GET.urlencode()
    )
    asked = _asked(request)
    rows, more = queries.staff(identity, asked)
    answers = {n: v for n in ("q", "unit", "role", "state") if (v := request.GET.get(n))}
    context = {
        **tabs.around(identity, "staff-users"),
        "asked": asked,
        "units": [(unit.pk, path) for organisation in queries.organisations(identity)
                  for unit, path in queries.tree(organisation)],
        "roles": Role.objects.filter(system=False).values_list("name", flat=True),
        "states": STATES.items(),
        "table": _table(rows),
        "pager": _pager(rows, more, asked, answers),
        "create": identity.may(rules.USER_CREATE),
    }  # fmt: skip
    return TemplateResponse(request, "staff/users.html", context)


def _asked(request: HttpRequest) -> queries.Asked:
    """The question in the address. Raises Invalid naming what is wrong."""
    given = request.GET
    state, unit = given.get("state", ""), given.get("unit", "")
    if state and state not in STATES:
        raise Invalid({"state": ["Choose one of the states shown."]})
    try:
        wanted = UUID(unit) if unit else None
    except ValueError:
        raise Invalid({"unit": ["Choose one of the units shown."]}) from None
    return queries.Asked(
        text=given.get("q", "").replace("\x00", "").strip()[:200],
        unit=wanted,
        role=given.get("role", "").replace("\x00", "")[:60],
        state=state,
        after=_place(given.get("after", "")),
    )


def _place(word: str) -> tuple[str, UUID] | None:
    if not word:
        return None
    try:
        name, pk = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        return str(name).replace("\x00", ""), UUID(pk)
    except (binascii.Error, ValueError, TypeError, AttributeError):
        raise Invalid({"after": ["This place in the list is not one of ours."]}) from None


def _table(users: list[User]) -> parts.Table:
    posts = queries.posts_of([user.pk for user in users])
    rows = []
    for user in users:
        held = posts.get(user.pk, [])
        state = ("Active", "green") if user.is_active and held else ("No post", "yellow")
        words, colour = state if user.is_active else ("Not active", "red")
        roles = ", ".join(dict.fromkeys(_capital(post.role) for post in held))
        units = ", ".join(dict.fromkeys(post.unit_name or post.organisation_name for post in held))
        rows.append(
            parts.Row(
                [user.name, user.collar_number, roles, units, parts.Cell(words, tag=colour)],
                href=doing.user_url(user.pk),
            )
        )
    columns = [parts.Column(word) for word in ("Name", "Number", "Role", "Unit", "State")]
    return parts.Table("Staff", columns, rows, "Nobody fits. Clear a filter.", True)


def _pager(
    rows: list[User], more: bool, asked: queries.Asked, answers: dict[str, str]
) -> parts.Pager:
    def to(**changes: str) -> str:
        return f"?{urlencode(answers | changes)}"

    next_ = ""
    if more:
        packed = json.dumps([rows[-1].name, str(rows[-1].pk)]).encode()
        next_ = to(after=base64.urlsafe_b64encode(packed).decode().rstrip("="))
    count = f"{len(rows)} {'person' if len(rows) == 1 else 'people'}"
    total = f"{count} on this page, by name" if more or asked.after else count
    return parts.Pager(first=to() if asked.after else "", next=next_, total=total if rows else "")


@require_safe
@reading
def show_user(request: HttpRequest, user_id: UUID) -> HttpResponseBase:
    """One user: name, posts, and what may be done."""
    identity = require(request, rules.USER_VIEW, name="staff.user.view")
    user = doing.one_user(identity, user_id)
    locked = locks.is_locked(user.username, user.pk)
    context = {
        **tabs.around(identity, ""),
        "person": user,
        "sections": [_facts(user, locked, identity)],
        "posts": _posts(user, identity),
        "sessions": _sessions(user, identity),
        "moves": _moves(user, locked, identity),
        "list_url": reverse("staff-users"),
        "audit_url": _audit_url(user, identity),
    }
    return TemplateResponse(request, "staff/user.html", context)


def _facts(user: User, locked: bool, identity: "Identity") -> parts.SummarySection:
    rows = [
        parts.SummaryRow("Name", user.name),
        parts.SummaryRow("Collar or staff number", user.collar_number),
        parts.SummaryRow(
            "State",
            "Active" if user.is_active else "Not active: cannot sign in",
            tag="green" if user.is_active else "red",
        ),
    ]
    if identity.may(rules.USER_EDIT):
        factor = "Set up" if second_factor.is_set_up(user.pk) else "Not set up yet"
        rows += [
            parts.SummaryRow("User name", user.username),
            parts.SummaryRow("Last sign-in", plain(user.last_login) or "Never"),
            parts.SummaryRow("Second factor", factor),
            parts.SummaryRow("Locked out", "Yes, after too many tries" if locked else "No"),
        ]
    return parts.SummarySection("Who", rows)


def _posts(user: User, identity: "Identity") -> parts.Table:
    now = clock.now()
    marks = {
        post.pk: str(Marking(post.clearance).label)
        for post in Appointment.objects.filter(user_id=user.pk)
    }
    may_end = identity.may(rules.USER_APPOINT) and user.pk != identity.user_id
    rows = []
    for post in Officer.objects.filter(user_id=user.pk).order_by("-starts"):
        ended = post.ends is not None and post.ends <= now
        words = "Ended" if ended else "To come" if post.starts > now else "Held now"
        colour = "grey" if ended else "blue" if post.starts > now else "green"
        place = ", ".join(part for part in (post.unit_name, post.organisation_name) if part)
        end = parts.Cell("End", href=reverse("staff-end", args=[post.pk]))
        rows.append(
            parts.Row([
                _capital(post.role), place, post.rank, marks.get(post.pk, ""), post.starts,
                post.ends, parts.Cell(words, tag=colour), end if may_end and not ended else "",
            ])
        )  # fmt: skip
    headings = ("Role", "Unit", "Rank", "Clearance", "From", "To", "State", "Change")
    columns = [parts.Column(word) for word in headings[: 8 if may_end else 7]]
    if not may_end:
        rows = [parts.Row(row.cells[:7]) for row in rows]
    return parts.Table("Posts", columns, rows, "No post yet: this user cannot sign in.", True)


def _sessions(user: User, identity: "Identity") -> parts.Table | None:
    """Where the user is signed in: for whoever may see it, and for himself."""
    if not identity.may(rules.USER_SESSIONS):
        return None
    rows = [
        parts.Row([one.browser, one.address or "Not known", one.created, one.last_seen])
        for one in queries.sessions(identity, user.pk)
    ]
    columns = [parts.Column(word) for word in ("Browser", "Address", "Since", "Last seen")]
    return parts.Table("Signed in", columns, rows, "Not signed in anywhere.", True)


def _moves(user: User, locked: bool, identity: "Identity") -> list[parts.Move]:
    """The commands that make sense now. Nobody is offered what he cannot do to himself."""
    own = user.pk == identity.user_id
    hidden = {"appoint", "password", "second-factor", "deactivate"} if own else set()
    if not locked:
        hidden.add("unlock")
    if not second_factor.is_set_up(user.pk):
        hidden.add("second-factor")
    return [
        parts.Move(
            command.title,
            reverse("staff-user-command", args=[user.pk, slug]),
            primary=slug in ("appoint", "activate"),
            warning=slug == "deactivate",
        )
        for slug, command in commands.of_user(user.is_active)
        if slug not in hidden and identity.may(command.permission)
    ]


def _audit_url(user: User, identity: "Identity") -> str:
    """Where an auditor sees what was done to this account."""
    if not identity.may("oversight.audit.view"):
        return ""
    return f"{reverse('oversight-lines')}?{urlencode({'record': str(user.pk)})}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
