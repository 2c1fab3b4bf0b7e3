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
ASKED = 200


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


def recall(connection, who, names, asked, *, with_year):
    """The share of names by which, were they not recorded, one of the first ten would be right."""
    owner = {record: key for record, key, _, _ in names}
    right = 0
    for record, key, years, text in asked:
        year = years[0] if with_year else None
        with left_out(connection, record), speaking(who):
            found = people(PersonQuery(names=text, born_year=year), limit=40)
        persons = dict.fromkeys(owner[hit.record_id] for hit in found)
        right += key in list(persons)[:10]
    return right / len(asked)


def test_recall_at_ten_without_the_name_itself(database):
    who = officer(permissions=["*"])
    names = fill(who)
    held = Counter(key for _, key, _, _ in names)
    fitting = [name for name in names if held[name[1]] > 1]
    chance = random.Random(8)
    alone = chance.sample(fitting, ASKED)
    dated = chance.sample([name for name in fitting if name[2]], ASKED)
    assert recall(database.connection, who, names, alone, with_year=False) >= 0.87
    assert recall(database.connection, who, names, dated, with_year=True) >= 0.89
