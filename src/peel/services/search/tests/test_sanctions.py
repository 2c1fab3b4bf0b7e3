"""Every alias of the UK Sanctions List indexed, one left out at a time: who is found without it."""

import json
import lzma
import random
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer
from peel.services.search.api import PersonQuery, people
from peel.services.search.tests.filling import nominals

DATA = Path(__file__).parent / "data" / "uk_sanctions.json.xz"
# Drawn by chance from 4,149 and 1,892; all of them: `python -m benchmarks.sanctions`.
ASKED = 250


def fill(who):
    """Each name as a record of its own: (record, person, years, name)."""
    subjects = json.loads(lzma.decompress(DATA.read_bytes()))
    names = [(key, years, text) for key, years, texts in subjects for text, _ in texts]
    born = [f"{years[0]}-01-01/{years[0]}-12-31 year" if years else None for _, years, _ in names]
    ids = nominals(who, [("", name[2], date) for name, date in zip(names, born, strict=True)])
    return [(record, *name) for record, name in zip(ids, names, strict=True)]


@contextmanager
def left_out(connection, record):
    """While this lasts the officer does not see the name, so it is not there for her."""
    hide = "update search_name set restricted = %s where record_id = %s"
    connection.execute(hide, [True, record])
    yield
    connection.execute(hide, [False, record])


def fitting(names, *, with_year):
    """The names of who has another, and a year of birth if it is asked for."""
    held = Counter(key for _, key, _, _ in names)
    return [name for name in names if held[name[1]] > 1 and (name[2] or not with_year)]


def found(connection, who, owner, name, *, with_year):
    """Whether, were this name not recorded, one of the first ten persons would be right."""
    record, key, years, text = name
    query = PersonQuery(names=text, born_year=years[0] if with_year else None)
    with left_out(connection, record), speaking(who):
        persons = dict.fromkeys(owner[hit.record_id] for hit in people(query, limit=40))
    return key in list(persons)[:10]


def test_recall_at_ten_without_the_name_itself(database):
    who = officer(permissions=["*"])
    names = fill(who)
    owner = {record: key for record, key, _, _ in names}
    assert len(names) == 5166
    for with_year, least in ((False, 0.87), (True, 0.89)):
        asked = random.Random(8).sample(fitting(names, with_year=with_year), ASKED)
        right = [
            found(database.connection, who, owner, name, with_year=with_year) for name in asked
        ]
        assert sum(right) / ASKED >= least
