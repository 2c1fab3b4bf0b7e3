"""Who may touch identity's tables: a judgement is seen by whoever sees both its records."""

from peel.kernel.base.protection import LOADER, Table
from peel.kernel.records.protection import of_record

# The record in which it was said would be named by it, so it must be seen as well.
_SEEN = (
    " and exists (select from records_record o where o.id = {table}.second_id)"
    " and {table}.marking <= (select access.current_clearance())"
    " and ({table}.asserted_in_id is null or exists"
    " (select from records_record s where s.id = {table}.asserted_in_id))"
)


def _judgements(table: str, privileges: str) -> Table:
    return of_record(table, "first_id", privileges, read=_SEEN.format(table=table))


TABLES = (
    _judgements("identity_judgement", "SELECT, INSERT, UPDATE"),
    _judgements("identity_judgementevent", "SELECT"),
    # What joins hidden records stands in it: read by `identity.bonds` alone.
    Table("identity_membership", {LOADER: "SELECT"}),
)

LOADED = ("identity_judgement",)
