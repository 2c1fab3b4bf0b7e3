"""The commands that lend a post to a colleague and take it back (sql/02_lending.sql)."""

import datetime
from uuid import UUID

from peel.kernel.audit.ledger import Act
from peel.kernel.base.ids import uuid7
from peel.machine.commands.registry import command
from peel.services.staff import forms, rules
from peel.services.staff.running import Change


@command(
    "staff.delegation.create", title="Lend this post", permission=rules.DELEGATION_LEND,
    act=Act.ACCESS, form=forms.LendForm,
)  # fmt: skip
def lend(
    change: Change, *, appointment_id: UUID, colleague: UUID, reason: str,
    starts: datetime.datetime | None, ends: datetime.datetime,
) -> UUID:  # fmt: skip
    """Let a colleague act for a post from and to; gives the appointment that he acts by.

    He reaches no further than by his own posts, cannot lend it on, and bears his own name in
    everything he does by it.
    """
    made = uuid7()
    change.call("lend", made, appointment_id, colleague, starts, ends, reason)
    change.about = [colleague]
    change.detail = {
        "appointment": made, "lent": appointment_id, "delegate": colleague,
        "starts": starts and starts.isoformat(), "ends": ends.isoformat(),
    }  # fmt: skip
    return made


@command(
    "staff.delegation.end", title="End the delegation", permission=rules.DELEGATION_LEND,
    act=Act.ACCESS, form=forms.ConfirmForm,
)  # fmt: skip
def end(change: Change, *, appointment_id: UUID) -> None:
    """End it now: taken back by whoever may lend the post, or given back by the delegate."""
    holder: UUID = change.call("end_delegation", appointment_id)
    change.about = [holder]
    change.detail = {"appointment": appointment_id}
