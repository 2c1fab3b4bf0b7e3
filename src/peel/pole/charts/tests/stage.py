"""What tests of charts need besides: many links at once, and what the ledger names."""

from typing import Any
from uuid import UUID

from django.db import connections

from peel.kernel.base import clock
from peel.kernel.base.ids import uuid7

_LINKS = """
insert into pole_link (id, type_id, from_record_id, to_record_id, confirmed, note, asserted_by_id,
  asserted_at, marking, ended_at, ended_by_id, end_reason)
select gen_random_uuid(), 'connected', case when %s then %s else e end,
  case when %s then e else %s end, true, '', %s,
  %s - interval '10 days' - (n * interval '1 day'), 1,
  case when n > 1 then %s - interval '5 days' end, case when n > 1 then %s end, ''
from unnest(%s::uuid[]) e, generate_series(1, %s) n
"""
_PEOPLE = """
insert into records_record (id, kind, reference, title, organisation_id, marking, restricted,
  state, version, created_at, created_by_id, changed_at, changed_by_id, changed_through)
select e, 'pole.nominal', 'XB' || right(e::text, 9) || n, 'Bulk ' || n, %s, 1, false,
  'live', 1, %s, %s, %s, %s, 'test'
from unnest(%s::uuid[]) with ordinality as t (e, n)
"""


def many_links(who: Any, to: Any, *, ends: int, each: int = 1, way: str = "<") -> list[UUID]:
    """So many nominals linked to one, each by so many links of which the last alone holds.

    By SQL, as the owner: by commands it would take a minute.
    """
    keys = [uuid7() for _ in range(ends)]
    now, by = clock.now(), who.appointment_id
    with connections["owner"].cursor() as cursor:
        cursor.execute(_PEOPLE, [who.organisation_id, now, by, now, by, keys])
        cursor.execute(
            "insert into pole_nominal (record_ptr_id, family_name, given_names, sex, description)"
            " select e, 'Bulk', '', 'U', '' from unnest(%s::uuid[]) e", [keys],
        )  # fmt: skip
        cursor.execute(_LINKS, [*(way == ">", to.pk) * 2, by, now, now, by, keys, each])
    return keys


def ledger_subjects(name: str) -> set[UUID]:
    """Every record that lines of an operation name."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("select unnest(subjects) from audit_line where name = %s", [name])
        return {row[0] for row in cursor.fetchall()}
