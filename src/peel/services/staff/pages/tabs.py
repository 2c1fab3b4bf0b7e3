"""The tabs of the pages about staff."""

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from peel.services.staff import rules

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

TABS = (
    ("People", "staff-users", rules.USER_VIEW),
    ("Units and organisations", "staff-units", rules.UNIT_VIEW),
    ("Roles", "staff-roles", rules.ROLE_VIEW),
    ("Programs", "staff-programs", "staff.token.manage"),
    ("Access review", "staff-review", rules.REVIEW),
)


def around(identity: "Identity", here: str) -> dict[str, Any]:
    """The tabs that the identity may open; one alone needs none."""
    found = [
        {"label": label, "href": reverse(name), "current": name == here}
        for label, name, permission in TABS
        if identity.may(permission)
    ]
    return {"tabs": found if len(found) > 1 else []}
