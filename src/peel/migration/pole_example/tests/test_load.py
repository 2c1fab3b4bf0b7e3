"""A made folder of the example's shape: every row settled once, after a kill -9 and again too.

The example itself has no licence file but for its crimes, so the rows here are invented.
"""

import os
import signal
from collections import Counter
from pathlib import Path

import pytest
from django.db import connections

from peel.kernel.access.tests.factories import system_appointment
from peel.kernel.records.models import Record
from peel.migration.pole_example import cli
from peel.migration.pole_example.load import Loader
from peel.migration.pole_example.mapping import filled, plan
from peel.modules.investigation.api import Crime
from peel.pole.models import Link, Nominal
from peel.services.exchange.models import Import, ImportRow

NODES = {
    "Area": ("areaCode", ["TM1"]),
    "PostCode": ("code", ["TM1 1AA", "TM1 1AB"]),
    "Location": ("latitude:double,postcode,longitude:double,address",
                 ["51.518207,TM1 1AA,-0.106453,1 Ropewalk", "x,TM1 1AB,-0.1,2 Ropewalk",
                  "51.518,TM1 1AB,-0.107,3 Ropewalk"]),
    "Person": ("surname,nhs_no,name,age",
               ["Okafor,117-66-8129,Ngozi,", "Vane,,Harriet,12", "Tern,1,Ada,"]),
    "Officer": ("badge_no,rank,name,surname", ["80-1,Sergeant,Uri,Glossup"]),
    "PhoneCall": ("call_duration,call_time,call_date,call_type", ["38,00:32,04/08/2017,CALL"]),
    "Crime": ("date,id,type,last_outcome,note,charge",
              ["24/08/2017,c1,Burglary,Under investigation,,", "2/08/2017,c2,,Offender fined,,",
               "31/02/2017,c3,Robbery,,,", "5/8/2017,c4,Drugs,Offender fined,seen,Possession"]),
}  # fmt: skip
# Ends by the place of their rows in the files above: the label's letter and a number.
LINKS = {
    "HAS_POSTCODE": ["Location1 PostCode1", "Location3 PostCode2"],
    "LOCATION_IN_AREA": ["Location1 Area1", "Location3 Area1"],
    "POSTCODE_IN_AREA": ["PostCode1 Area1", "PostCode2 Area1"],
    "CURRENT_ADDRESS": ["Person1 Location1", "Person2 Location1", "Person3 Location3"],
    "KNOWS": ["Person1 Person2", "Person2 Person3", "Person1 Person2"],
    "KNOWS_SN": ["Person1 Person2"],
    "FAMILY_REL": ["Person1 Person2,SIBLING", "Person2 Person3,COUSIN"],
    "OCCURRED_AT": ["Crime1 Location1", "Crime2 Location1", "Crime4 Location3"],
    "INVESTIGATED_BY": ["Crime1 Officer1", "Crime4 Officer1"],
    "PARTY_TO": ["Person3 Crime4"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder, with every file that the mapping names."""
    ids: dict[str, int] = {}
    for node in plan().nodes:
        head, rows = NODES.get(node.label, ("x", []))
        ids |= {f"{node.label}{n}": len(ids) + n for n in range(1, len(rows) + 1)}
        base = len(ids) - len(rows)
        text = [f":ID,{head},:LABEL"] + [
            f"{base + n},{row},{node.label}" for n, row in enumerate(rows, start=1)
        ]
        ids |= {f"{node.label}{n}": base + n for n in range(1, len(rows) + 1)}
        (tmp_path / plan().file_of(node)).write_text("\n".join(text) + "\n")
    for bond in plan().links:
        lines = [f":START_ID,:END_ID,:TYPE{',' + bond.column if bond.column else ''}"]
        for row in LINKS.get(bond.type, []):
            ends, _, more = row.partition(",")
            first, second = (ids[end] for end in ends.split())
            lines.append(f"{first},{second},{bond.type}{',' + more if more else ''}")
        (tmp_path / plan().file_of(bond)).write_text("\n".join(lines) + "\n")
    return tmp_path


def settled() -> Counter[str]:
    """What each row of each file came to: a file that had ended is read again by the next run."""
    found: dict[tuple[str, int], set[str]] = {}
    for what, line, state in ImportRow.objects.using("owner").values_list(
        "of__what", "line", "state"
    ):
        found.setdefault((what, line), set()).add(state)
    return Counter("m" if "m" in states else min(states) for states in found.values())


def killed_at(folder: Path, batches: int) -> None:
    """Load in a process of its own that is killed after so many batches."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        seen = 0

        def count(name: str, rows: int) -> None:
            nonlocal seen
            seen += 1
            if seen == batches:
                os.kill(os.getpid(), signal.SIGKILL)

        Loader(folder, cli.loaders_post(), count, batch=2).load()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)


def test_every_row_ends_in_one_state_whatever_happens(database, folder):
    system_appointment()
    for batches in (2, 5, 9):
        killed_at(folder, batches)
    outcomes = cli.run(folder)
    assert all(outcome.balances for outcome in outcomes)
    rows = sum(map(len, (rows for _, rows in NODES.values()))) + sum(map(len, LINKS.values()))
    # Quarantined: a place without degrees, a blank type, no such day, a cousin, the blank crime's
    # place; already there: the same acquaintance twice.
    assert settled() == {"m": rows - 6, "q": 5, "t": 1}
    assert Import.objects.using("owner").filter(finished_at=None).count() == 0

    crime = Crime.objects.using("owner").get(source_key="c1")
    assert str(crime.committed_from) == "August 2017", "the invented day is dropped"
    assert crime.title == "Burglary, 1 Ropewalk, TM1 1AA"
    assert crime.outcomes.using("owner").get().outcome == "Under investigation"
    assert Crime.objects.using("owner").get(source_key="c4").summary == "Possession. seen"
    sergeant = Nominal.objects.using("owner").get(family_name="Glossup")
    assert sergeant.facts.using("owner").get().value == "Police officer, Sergeant"
    assert Link.objects.using("owner").count() == sum(map(len, LINKS.values())) - 3
    known = Link.objects.using("owner").filter(type="knows_online").get()
    assert "KNOWS_SN" in known.note
    why = set(ImportRow.objects.using("owner").filter(state="q").values_list("reason", flat=True))
    assert "“type” is blank" in why

    before = Record.objects.using("owner").count()
    again = cli.run(folder)
    assert sum(outcome.counts["t"] for outcome in again) == rows - 5
    assert Record.objects.using("owner").count() == before
    assert "balance" not in cli.as_text(again).lower()


def test_a_value_is_made_of_the_columns_that_it_names():
    row = {"a": "x", "b": " ", ":ID": "7"}
    assert filled("{a}. {b}", row) == "x"
    assert filled("No {b}", row) == ""
    assert filled("{:ID} of {a}", row) == "7 of x"
