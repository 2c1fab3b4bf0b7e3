"""People on record for tests of resolution, made in bulk, with who each is."""

from uuid import UUID

from benchmarks.people import People

from peel.kernel.access.identity import speaking_as_system
from peel.kernel.base import clock
from peel.kernel.base.dates import PartialDate
from peel.kernel.base.ids import uuid7
from peel.kernel.records import bulk
from peel.machine.commands import run
from peel.services.exchange.makers import NominalMaker
from peel.services.resolution import commands as deciding
from peel.services.resolution import running
from peel.services.resolution.engine.duck import Limits
from peel.services.resolution.running import USING

SMALL = Limits(memory="400MB", threads=1)
_TRAINED: list[str] = []
PLANTED = {
    "person": "planted", "forename": "Ngozi", "middle": "Adaeze", "surname": "Okwuosa",
    "dob": "1980-06-14", "sex": "F", "postcode": "", "phone": "07700900123", "pnc": "",
}  # fmt: skip


def accepted(post, who):
    """A model in use: trained on what is on record once, brought as a file after that."""
    if _TRAINED:
        made = running.bring(post, _TRAINED[0])
    else:
        made = running.train(post, SMALL, join=16)
        _TRAINED.append(made.content)
    run(deciding.decide_model, who, {"number": 1, "accept": True, "reason": "Weights look right"})
    return made


def take_in(post, rows) -> dict[UUID, str]:
    """Put rows of `benchmarks.people` on record; gives who each record is of."""
    with speaking_as_system(post.pk, USING):
        door = bulk.Batch("test.people")
        maker = NominalMaker([], post, clock.now(), "test.people")
        rows = list(rows)
        keys = sorted(uuid7() for _ in rows)
        for key, reference, row in zip(keys, maker.references(len(rows)), rows, strict=True):
            maker.put(door, key, reference, values_of(row))
        door.take_in()
    return {key: row["person"] for key, row in zip(keys, rows, strict=True)}


def values_of(row) -> dict:
    """A row as the loader takes it."""
    given = f"{row['forename']} {row['middle']}".strip()
    values = {
        "names": [{"kind": "current", "family_name": row["surname"], "given_names": given}],
        "facts": [{"kind": "sex", "value": row["sex"]}],
    }
    if row["dob"]:
        values["dates_of_birth"] = [{"date_of_birth": PartialDate.parse(row["dob"])}]
    if row["phone"]:
        values["contacts"] = [{"kind": "mobile", "value": f"+44{row['phone'][1:]}"}]
    if row["pnc"]:
        values["identifiers"] = [{"kind": "PNC", "value": row["pnc"]}]
    return values


def people(count: int, seed: int = 3, errors: str = "usual"):
    """So many invented rows."""
    return list(People(seed, errors).rows(count))
