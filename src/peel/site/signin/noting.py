"""Tells the ledger what somebody did to his own account."""

from typing import Any

from django.http import HttpRequest

from peel.kernel.access.hooks import tell


def note(request: HttpRequest, name: str, **detail: Any) -> None:
    """Leave the line of an act of whoever is signed in. Raises what a hook raises."""
    identity = getattr(request, "identity", None)
    tell(
        name, "done", request, token=identity.token if identity else None,
        user_id=request.user.pk, detail=detail,
    )  # fmt: skip
