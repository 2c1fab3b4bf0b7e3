"""Sign-in, sign-out, lock-out and the like leave their lines: the ledger listens to `access`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from peel.kernel.audit import context as contexts
from peel.kernel.audit import ledger


def account_for(
    *,
    name: str,
    outcome: str,
    token: str | None,
    user_id: UUID | None,
    request: HttpRequest,
    detail: Mapping[str, Any],
) -> None:
    """Write the line of an act of sign-in. Raises LedgerUnavailable: no line, no sign-in.

    With a token the line says who acted; without one, `detail` names the user concerned.
    """
    now = contexts.current()
    # The request's own token may be the one that just ended: only the given one counts.
    with contexts.working(contexts.Context(now.request_id, now.source, now.purpose, None)):
        ledger.write_apart(
            act=ledger.Act.ACCESS,
            name=name,
            outcome=ledger.Outcome(outcome),
            detail={**detail, "user": str(user_id)} if user_id else dict(detail),
            token=token,
        )
