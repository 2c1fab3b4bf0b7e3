"""The stage of the attacks: what is hidden, from whom, and the words that must not get out."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connections
from django.urls import reverse

from peel.kernel.access.identity import Identity, speaking
from peel.kernel.access.tests.factories import officer, organisation, signed_in_client, unit
from peel.kernel.records.models import Record
from peel.machine import registry
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.machine.sheets import Sheet
from peel.machine.tests.samples import sample_of
from peel.pole.models import Link

FOREIGN = "Northmarch Constabulary"


def do(who: Identity, name: str, **values: Any) -> Any:
    """Run a command by name."""
    return run(commands[name], who, values)


@dataclass
class Stage:
    """Some visible records, some hidden ones, and the officers before whom they are hidden."""

    owner: Identity
    others: dict[str, Identity]
    visible: dict[str, Record]
    hidden: dict[str, Record]
    words: dict[str, str] = field(default_factory=dict)
    ids: dict[str, UUID] = field(default_factory=dict)

    @property
    def other(self) -> Identity:
        """An officer of the same force and role, who is not on the list."""
        return self.others["not admitted"]

    def hidden_of(self, sheet: Sheet) -> Record:
        """A hidden record of any kind: of the story, or of the kind's sample when first asked for.

        Few tests need one of every kind, so the others do not wait for them to be made.
        """
        name = sheet.kind.split(".")[1]
        found = self.hidden.get(name)
        if found is None or found.kind != sheet.kind:
            name = sheet.kind
            found = self.hidden.get(name) or self._hide(sheet)
        return found

    def _hide(self, sheet: Sheet) -> Record:
        """Make a record as the page does, and restrict it."""
        sample = sample_of(sheet)
        page = reverse(f"{sheet.url_name}-create")
        answer = signed_in_client(self.owner).post(page, dict(sample.create))
        assert answer.status_code == 302, (sheet.kind, answer.content.decode()[:4000])
        reference = answer["Location"].rstrip("/").rpartition("/")[2]
        with speaking(self.owner):
            made: Record = sheet.model.objects.get(reference=reference)
        restrict(self.owner, made)
        self.hidden[sheet.kind] = made
        self.ids[f"id of the {sheet.kind}"] = made.pk
        self.words |= {
            f"reference of the {sheet.kind}": made.reference,
            f"word of the {sheet.kind}": sample.word,
        }
        return made

    def hide_every_kind(self) -> None:
        """Let there be a hidden record of each kind."""
        for sheet in registry.sheets():
            self.hidden_of(sheet)


def build() -> Stage:
    """Play the stage by commands: everything hidden is tied to something visible."""
    owner = officer(permissions=["*"], clearance=3)
    others = {
        "not admitted": officer(role="supervisor", clearance=3),
        "too low": officer(role="supervisor", clearance=1),
        "of another force": officer(
            role="supervisor", clearance=3, of=unit("Elsewhere", of=organisation(FOREIGN))
        ),
    }
    crime = do(owner, "investigation.crime.create", category="Burglary", summary="A window broken")
    person = do(owner, "pole.nominal.create", family_name="Okafor", given_names="Daniel")
    hidden = _hidden(owner)
    stage = Stage(owner, others, {"crime": crime, "nominal": person}, hidden)
    _tie(stage)
    for record in hidden.values():
        restrict(owner, record)
    _note_words(stage)
    return stage


def _hidden(owner: Identity) -> dict[str, Record]:
    nominal = do(
        owner,
        "pole.nominal.create",
        family_name="Quillfeather",
        given_names="Zephaniah",
        description="A scar like a pelican",
        marking=3,
    )
    do(
        owner,
        "pole.nominal.add_name",
        record_id=nominal.pk,
        kind="alias",
        family_name="Umbrage",
        given_names="Thaddeus",
    )
    do(owner, "pole.nominal.add_identifier", record_id=nominal.pk, kind="PNC", value="99/987654T")
    place = do(
        owner,
        "pole.location.create",
        street="Xanadu Crescent",
        paon="77",
        town="Wapping",
        postcode="E1W 3SG",
        longitude=-0.0571,
        latitude=51.5047,
        marking=2,
    )
    crime = do(
        owner,
        "investigation.crime.create",
        category="Burglary",
        summary="The vermilion vault",
        marking=3,
    )
    incident = do(
        owner,
        "investigation.incident.create",
        category="Anti-social behaviour",
        summary="A cacophonous bassoon",
        marking=2,
    )
    return {"nominal": nominal, "location": place, "crime": crime, "incident": incident}


def _tie(stage: Stage) -> None:
    crime, person = stage.visible["crime"], stage.visible["nominal"]
    hidden = stage.hidden
    do(
        stage.owner,
        "pole.link.create",
        record_id=hidden["nominal"].pk,
        other=crime,
        reading="suspect>",
        note="seen by the periwinkle",
    )
    do(
        stage.owner,
        "pole.link.create",
        record_id=person.pk,
        other=hidden["crime"],
        reading="witness>",
    )
    do(
        stage.owner,
        "pole.link.create",
        record_id=person.pk,
        other=hidden["location"],
        reading="home>",
    )
    do(
        stage.owner,
        "pole.link.create",
        record_id=person.pk,
        other=crime,
        reading="victim>",
        asserted_in=hidden["incident"],
    )


def restrict(who: Identity, record: Record, **more: Any) -> Record:
    """Restrict a record so that only `who` (and those in `admitted`) may see it."""
    with speaking(who):
        version = Record.objects.get(pk=record.pk).version
    return do(
        who,
        f"{record.kind}.restrict",
        record_id=record.pk,
        version=version,
        reason="An obstreperous informant",
        **{"admitted": []} | more,
    )


def _note_words(stage: Stage) -> None:
    with speaking(stage.owner):
        for name, record in stage.hidden.items():
            stage.ids[f"id of the {name}"] = record.pk
            stage.words[f"reference of the {name}"] = record.reference
        ends = [record.pk for record in stage.hidden.values()]
        for link in Link.objects.filter(from_record__in=ends) | Link.objects.filter(
            to_record__in=ends
        ):
            stage.ids[f"id of the link {link.type_id}"] = link.pk
    stage.words |= {
        "family name": "Quillfeather",
        "alias": "Umbrage",
        "number": "1999/0987654T",
        "description": "pelican",
        "street": "Xanadu",
        "postcode": "E1W 3SG",
        "coordinates": "51.5047",
        "summary of the crime": "vermilion",
        "summary of the incident": "cacophonous",
        "note of the link": "periwinkle",
        "reason of the restriction": "obstreperous",
    }


def said(stage: Stage, text: str, *, but: tuple[str, ...] = ()) -> list[str]:
    """Which of the hidden words and ids stand in a text."""
    low = text.lower()
    found = [name for name, word in stage.words.items() if word.lower() in low]
    found += [name for name, key in stage.ids.items() if str(key) in low or key.hex in low]
    return [name for name in found if name not in but]


def all_tables() -> list[tuple[str, list[str]]]:
    """Every table, partition and view of the application with its columns."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select n.nspname || '.' || quote_ident(c.relname), array_agg(a.attname::text)"
            " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
            " where c.relkind in ('r', 'p', 'v', 'm')"
            " and n.nspname !~ '^(pg_|information_schema)' group by 1 order by 1"
        )
        return [(row[0], row[1]) for row in cursor.fetchall()]


def readable(using: str = "default") -> dict[str, str]:
    """All that the connection may read now, by table, as text."""
    found = {}
    for table, columns in all_tables():
        with connections[using].cursor() as cursor:
            cursor.execute(
                "select array(select c from unnest(%s::text[]) c"
                " where has_column_privilege(%s, c, 'SELECT'))"
                " where has_schema_privilege(split_part(%s, '.', 1), 'USAGE')",
                [columns, table, table],
            )
            open_columns = (cursor.fetchone() or [[]])[0]
            if not open_columns:
                continue
            chosen = ", ".join(f'"{column}"' for column in open_columns)
            cursor.execute(f"select row({chosen})::text from {table}")
            found[table] = "\n".join(row[0] for row in cursor.fetchall())
    return found
