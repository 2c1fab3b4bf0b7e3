"""Nominals by the thousand for tests, put in by the owner; the triggers do the rest."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connections

from peel.kernel.access.identity import Identity
from peel.kernel.base.ids import uuid7

_FILL = """
with given_ as (select * from jsonb_to_recordset(%s) as j(
  id uuid, fact uuid, reference text, name text, given text, born text)),
record as (
  insert into records_record (id, kind, reference, title, organisation_id, marking, restricted,
    state, version, created_at, created_by_id, changed_at, changed_by_id, changed_through)
  select id, 'pole.nominal', reference, left(name, 200), %s, 1, false, 'live', 1, now(), %s, now(),
    %s, 'test' from given_ returning 1),
nominal as (
  insert into pole_nominal (record_ptr_id, family_name, given_names, date_of_birth, sex,
    description)
  select id, left(name, 100), left(given, 100), born, 'N', '' from given_
  where (select count(*) from record) > 0 returning 1)
select count(*) from nominal
"""
_NAMES = """
insert into pole_nominalname (id, asserted_by_id, asserted_at, marking, end_reason, basis,
  nominal_id, kind, family_name, given_names)
select fact, %s, now(), 1, '', '', id, 'current', left(name, 100), left(given, 100)
from jsonb_to_recordset(%s) as j(id uuid, fact uuid, name text, given text)
"""
_BORN = """
insert into pole_nominaldateofbirth (id, asserted_by_id, asserted_at, marking, end_reason, basis,
  nominal_id, date_of_birth)
select gen_random_uuid(), %s, now(), 1, '', '', id, born
from jsonb_to_recordset(%s) as j(id uuid, born text) where born is not null
"""


def nominals(who: Identity, people: Sequence[tuple[str, str, str | None]]) -> list[UUID]:
    """Nominals of (family name, given names, stored date of birth), in the order given."""
    import json

    rows: list[dict[str, Any]] = [
        {"id": uuid7(), "fact": uuid7(), "reference": f"NM{n}", "name": family, "given": given,
         "born": born}
        for n, (family, given, born) in enumerate(people)
    ]  # fmt: skip
    text, post = json.dumps(rows, default=str), who.appointment_id
    with connections["owner"].cursor() as cursor:
        cursor.execute(_FILL, [text, who.organisation_id, post, post])
        cursor.execute(_NAMES, [post, text])
        cursor.execute(_BORN, [post, text])
        cursor.execute("analyze search_key, search_name, search_number, search_word")
    return [row["id"] for row in rows]
