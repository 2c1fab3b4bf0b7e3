"""The pages of roles: what each may do, who holds it, and two of them side by side."""

from itertools import groupby
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from peel.kernel.access.models import Officer, Role
from peel.machine.commands.problems import NotFound
from peel.machine.pages.reading import reading, require
from peel.machine.ui import parts
from peel.services.staff import queries, rules
from peel.services.staff.pages import doing, tabs

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

# How many of those who hold a role its page names; the staff list names them all.
POSTS = 20


@require_safe
@reading
def show_roles(request: HttpRequest) -> HttpResponseBase:
    """Every role, what it is for and how many hold it."""
    identity = require(request, rules.ROLE_VIEW, name="staff.role.list")
    held: dict[str, int] = {}
    posts = Officer.objects.filter(
        current=True, organisation_id__in=[one.pk for one in queries.organisations(identity)]
    )
    for name in posts.values_list("role", flat=True):
        held[name] = held.get(name, 0) + 1
    rows = [
        parts.Row(
            [
                role.name[:1].upper() + role.name[1:],
                role.description,
                "For programs" if role.system else f"{held.get(role.name, 0):,}",
                role.totp_required,
            ],
            href=reverse("staff-role", args=[role.name]),
        )
        for role in Role.objects.order_by("system", "name")
    ]
    headings = ("Role", "What it is for", "Posts held", "Second factor")
    names = [role.name for role in Role.objects.order_by("name")]
    table = parts.Table("Roles", [parts.Column(word) for word in headings], rows,
                        caption_hidden=True)  # fmt: skip
    context = {**tabs.around(identity, "staff-roles"), "table": table, "names": names}
    return TemplateResponse(request, "staff/roles.html", context)


@require_safe
@reading
def show_role(request: HttpRequest, name: str) -> HttpResponseBase:
    """What one role may do and, when asked, what it may not; and which posts hold it."""
    identity = require(request, rules.ROLE_VIEW, name="staff.role.view")
    role, every = _role(name), "all" in request.GET
    total, posts = _posts(role, identity)
    context = {
        **tabs.around(identity, ""),
        "role": role,
        "every": every,
        "groups": _groups(role, every=every),
        "patterns": role.permissions.order_by("permission").values_list("permission", flat=True),
        "list_url": reverse("staff-roles"),
        "people": f"{reverse('staff-users')}?role={role.name}",
        "posts": posts,
        "total": total,
        "names": Role.objects.order_by("name").values_list("name", flat=True),
    }
    return TemplateResponse(request, "staff/role.html", context)


@require_safe
@reading
def compare_roles(request: HttpRequest) -> HttpResponseBase:
    """Two roles side by side: what one may and the other may not, or everything."""
    query = request.GET.urlencode()
    identity = require(request, rules.ROLE_VIEW, name="staff.role.compare", query=query)
    names = list(Role.objects.order_by("system", "name").values_list("name", flat=True))
    chosen = [request.GET.get(side) or names[0] for side in ("one", "two")]
    one, two = (_role(name) for name in chosen)
    every = "all" in request.GET
    context = {
        **tabs.around(identity, ""),
        "names": names,
        "chosen": chosen,
        "every": every,
        "table": _comparison(one, two, every=every),
        "list_url": reverse("staff-roles"),
    }
    return TemplateResponse(request, "staff/compare_roles.html", context)


def _role(name: str) -> Role:
    role = Role.objects.filter(name=name).first() if "\x00" not in name else None
    if role is None:
        raise NotFound("There is no role of that name")
    return role


def _groups(role: Role, *, every: bool) -> list[tuple[str, list[tuple[str, bool]]]]:
    """By heading, what there is to do and whether the role may."""
    kept = [one for one in queries.powers(role) if every or one[1]]
    return [
        (heading, [(ability.words, allowed) for ability, allowed in group])
        for heading, group in groupby(kept, key=lambda one: one[0].heading)
    ]


def _posts(role: Role, identity: "Identity") -> tuple[int, parts.Table]:
    """How many posts within reach hold the role, and the first of them by name."""
    places = [one.pk for one in queries.organisations(identity)]
    held = Officer.objects.filter(current=True, role=role.name, organisation_id__in=places)
    rows = [
        parts.Row([post.name, post.caption, post.unit_name, post.organisation_name, post.starts],
                  href=doing.user_url(post.user_id) if identity.may(rules.USER_VIEW) else "")
        for post in held[:POSTS]
    ]  # fmt: skip
    columns = [parts.Column(word) for word in ("Name", "Officer", "Unit", "Organisation", "Since")]
    return held.count(), parts.Table("Posts", columns, rows, "Nobody holds it now.", True)


def _comparison(one: Role, two: Role, *, every: bool) -> parts.Table:
    first, second = queries.powers(one), dict(queries.powers(two))
    rows = [
        parts.Row(
            [f"{ability.heading}: {ability.words}", _yes_or_no(may), _yes_or_no(second[ability])]
        )
        for ability, may in first
        if every or may != second[ability]
    ]
    columns = [parts.Column(word) for word in ("What", _capital(one.name), _capital(two.name))]
    return parts.Table("Two roles", columns, rows, "Both may do the same.", True)


def _yes_or_no(may: bool) -> parts.Cell:
    return parts.Cell("Yes", tag="green") if may else parts.Cell("No", tag="grey")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
