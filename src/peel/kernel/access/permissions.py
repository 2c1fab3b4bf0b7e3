"""Permission names, and the patterns with `*` in which roles hold them.

A name is `app.kind.verb`, for example `investigation.crime.view` or
`investigation.crime.move.close`. In a role's data `*` stands for any run of characters, so
`investigation.crime.*` is everything one can do with a crime. The database reads the patterns in
the same way (`access.may`).
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

FORM = re.compile(r"^[a-z_*]+(\.[a-z_*]+)*$")


@lru_cache(maxsize=4096)
def allows(held: frozenset[str], permission: str) -> bool:
    """Whether one of the names and patterns `held` covers `permission`."""
    return permission in held or any(_pattern(name).fullmatch(permission) for name in held)


def malformed(names: Iterable[str]) -> list[str]:
    """Those of `names` that cannot be a permission or a pattern of one."""
    return [name for name in names if not FORM.match(name)]


@lru_cache(maxsize=4096)
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in name.split("*")))


def require(identity: "Identity | None", permission: str) -> "Identity":
    """`identity`, if it may. Raises PermissionDenied if it may not, or is nobody."""
    if identity is None or not identity.may(permission):
        raise PermissionDenied(permission)
    return identity


View = Callable[..., HttpResponseBase]


def needs(permission: str) -> Callable[[View], View]:
    """A decorator for a view that asks for `permission`; refuses by PermissionDenied.

    That somebody is signed in at all is asked for every view by `IdentityMiddleware`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            require(getattr(request, "identity", None), permission)
            return view(request, *args, **kwargs)

        return checked

    return decorate


# A view that anybody may open, signed in or not: help, the accessibility statement, sign-in.
public = login_not_required
