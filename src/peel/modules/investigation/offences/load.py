"""Put the carried offence codes into the database, and find them by code or words."""

import csv
import lzma
from typing import Any, NamedTuple

from django.db import connections, models, transaction
from django.db.models.functions import Length

from peel.modules.investigation.offences.build import MODES, OFFENCES
from peel.modules.investigation.offences.models import Offence

FIELDS = (
    "code",
    "title",
    "words",
    "home_office_class",
    "home_office_subclass",
    "mode",
    "notifiable",
    "recordable",
)


class Loaded(NamedTuple):
    """What a load did: the version of the source, and how many codes it found in which state."""

    version: str
    codes: int
    added: int
    changed: int
    withdrawn: int


def carried() -> tuple[str, list[tuple[Any, ...]]]:
    """The version of the carried data and its rows, in the order of FIELDS."""
    heading, _, *lines = lzma.decompress(OFFENCES.read_bytes()).decode().splitlines()
    return heading.split()[-1], [_row(line.split("\t")) for line in lines]


def _row(cells: list[str]) -> tuple[Any, ...]:
    code, title, home_office, mode, notifiable, recordable = cells
    home_office_class, home_office_subclass = home_office.split("/")
    flags = (notifiable == "1", recordable == "1")
    return (code, title, title.upper(), home_office_class, home_office_subclass, mode, *flags)


def load_offences(using: str = "owner") -> Loaded:
    """Bring the table to the carried version; a second call changes nothing.

    Codes that the version changes get a new current row, codes that it leaves out stop being
    current. One transaction: it is done wholly or not at all.
    """
    version, rows = carried()
    wanted = {row[0]: row for row in rows}
    with transaction.atomic(using=using):
        known = {
            row[0]: row
            for row in Offence.objects.using(using).filter(current=True).values_list(*FIELDS)
        }
        fresh = [row for code, row in wanted.items() if known.get(code) != row]
        outdated = {row[0] for row in fresh if row[0] in known}
        withdrawn = known.keys() - wanted.keys()
        Offence.objects.using(using).filter(current=True, code__in=[*outdated, *withdrawn]).update(
            current=False
        )
        _copy(fresh, version, using)
    return Loaded(version, len(wanted), len(fresh) - len(outdated), len(outdated), len(withdrawn))


def _copy(rows: list[tuple[Any, ...]], version: str, using: str) -> None:
    """Insert the rows as current ones of `version`."""
    if not rows:
        return
    table = connections[using].ops.quote_name(Offence._meta.db_table)
    statement = f"COPY {table} ({', '.join(FIELDS)}, source_version, current) FROM STDIN"
    with connections[using].cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row((*row, version, True))


def modes() -> dict[str, str]:
    """The modes of trial by code: {"CE": "Either Way", …}, as the source names them."""
    with MODES.open(encoding="utf-8", newline="") as handle:
        return {row["code"]: row["name"] for row in csv.DictReader(handle, delimiter="\t")}


def find_offences(text: str, limit: int = 20, using: str = "default") -> list[Offence]:
    """Current offences whose code begins with `text` or whose title holds all of its words.

    Best first: those that a crime may be recorded as (classified and notifiable), titles that
    begin with the text, short titles before long ones. Nothing for an empty text.
    """
    words = text.replace("\x00", " ").upper().split()[:10]
    if not words:
        return []
    by_words = models.Q()
    for word in words:
        by_words &= models.Q(words__contains=word)
    by_code = models.Q(code__startswith="".join(words)[:12])
    notable = models.Q(notifiable=True) & ~models.Q(home_office_class__in=["000", "999"])
    found = Offence.objects.using(using).filter(by_words | by_code, current=True)
    return list(
        found.order_by(
            models.Case(models.When(by_code, then=0), default=1),
            models.Case(models.When(notable, then=0), default=1),
            models.Case(models.When(words__startswith=" ".join(words), then=0), default=1),
            Length("title"),
            "code",
        )[:limit]
    )
