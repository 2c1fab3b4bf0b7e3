"""Where the ledger listens to sign-in: `audit` stands above `access`, so it registers itself here.

A hook that raises stops what was being done: no line, no act.
"""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from django.http import HttpRequest


class AccessHook(Protocol):
    """What listens. It is called once for each act, before the answer leaves.

    `name` is access.sign_in, access.sign_in.code, access.lock_out, access.appointment,
    access.sign_out, access.password or access.second_factor; `outcome` is done or refused;
    `token` is the session's, where one stands; `user_id` is the user concerned, None when the
    name given is nobody's; `detail` holds plain values and no free text.
    """

    def __call__(
        self,
        *,
        name: str,
        outcome: str,
        token: str | None,
        user_id: UUID | None,
        request: HttpRequest,
        detail: Mapping[str, Any],
    ) -> None:
        """Take note of the act."""


_hooks: list[AccessHook] = []


def on_access(hook: AccessHook) -> AccessHook:
    """Call `hook` for every act of sign-in from now on; once, however often it is registered."""
    if hook not in _hooks:
        _hooks.append(hook)
    return hook


def tell(
    name: str,
    outcome: str,
    request: HttpRequest,
    *,
    token: str | None = None,
    user_id: UUID | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Let every hook take note. Raises what a hook raises."""
    for hook in list(_hooks):
        hook(
            name=name, outcome=outcome, token=token, user_id=user_id, request=request,
            detail=detail or {},
        )  # fmt: skip
