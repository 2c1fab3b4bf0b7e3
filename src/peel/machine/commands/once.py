"""A call sent twice is done once: the key's row is written in the command's own transaction.

So a crash loses both or neither, and of two calls at once the second waits for the first: the
unique key decides. Draft standard: draft-ietf-httpapi-idempotency-key-header.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from peel.kernel.base import clock
from peel.machine.commands.problems import Invalid, Problem
from peel.machine.models import KeptAnswer

if TYPE_CHECKING:
    from peel.kernel.access.identity import Identity

KEPT_FOR = timedelta(hours=24)
OTHER = "This key was used for another call. Give each call a key of its own."


class Repeated(Problem):
    """The same call was done meanwhile; its answer is kept."""

    status = 409
    title = "This call is being done already"


class Once:
    """One key of one caller, for one call (`call_hash`: method, address, body)."""

    def __init__(self, identity: "Identity", key: str, call_hash: bytes) -> None:
        self.identity, self.key, self.call_hash = identity, key, call_hash

    def kept(self) -> KeptAnswer | None:
        """What came of the same call before; within `speaking`. Raises Invalid for another call."""
        found = KeptAnswer.objects.filter(
            appointment_id=self.identity.appointment_id, key=self.key,
            made_at__gt=clock.now() - KEPT_FOR,
        ).first()  # fmt: skip
        if found is not None and bytes(found.call_hash) != self.call_hash:
            raise Invalid({"Idempotency-Key": [OTHER]})
        return found

    def claim(self) -> None:
        """Take the key for this transaction. Raises Repeated when another has just done so."""
        mine = {"appointment_id": self.identity.appointment_id, "key": self.key}
        KeptAnswer.objects.filter(**mine, made_at__lte=clock.now() - KEPT_FOR).delete()
        self.row = KeptAnswer(**mine, call_hash=self.call_hash)
        KeptAnswer.objects.bulk_create([self.row], ignore_conflicts=True)
        if not KeptAnswer.objects.filter(pk=self.row.pk).exists():
            raise Repeated

    def keep(self, made: Any) -> None:
        """Note what came of it; still in the same transaction."""
        if reference := getattr(made, "reference", ""):
            self.row.reference = reference
            self.row.save(update_fields=["reference"])
