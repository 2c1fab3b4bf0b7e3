"""A file of people comes in: looked at, mapped, brought in by the worker, and taken up again."""

import csv
import io
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.security.stage import restrict

from peel.kernel.access.tests.factories import officer, signed_in_client, system_appointment
from peel.kernel.base.models import Event
from peel.kernel.records.models import Document, Record
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.pole.models import Nominal, NominalDateOfBirth, NominalName
from peel.services.exchange import handlers, importing
from peel.services.exchange.events import ImportStarted
from peel.services.exchange.models import Import, ImportRow
from peel.services.exchange.shapes import Faulty, shape_of

HEAD = "Ref;Surname;Forename;DOB;Gender;PNC ID;Alias\n"
ROWS = """a1;Okafor;Ngozi;14 June 1980;Female;;
a2;Vane;Harriet;about 30;F;;
a3;;;1980;M;;
a4;Whitlow;Tam;31 June 1980;Male;2001/0123456Q;
a5;Tern;Ada;1971
=cmd;Ruddock;Ivo;;;;
a1;Okafor;Ngozi;15 June 1980;Female;;
a2;Vane;Harriet;about 30;F;;
"""


@pytest.fixture
def world(database):
    """A supervisor's client, and the loader's post."""
    system_appointment()
    who = officer("supervisor")
    return who, signed_in_client(who)


def brought(client, content: str, name: str = "people.csv") -> str:
    """Send a file; gives the address of its page."""
    file = SimpleUploadedFile(name, content.encode(), "text/csv")
    answer = client.post(reverse("exchange-bring"), {"what": "pole.nominal", "file": file})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.url)


def work() -> None:
    """Do what the worker does with the imports that were started."""
    for event in Event.objects.using("owner").filter(name="exchange.import_started"):
        handlers.bring_in(ImportStarted(UUID(event.payload["import_id"])))


def mapped(page: str, **step: str) -> dict[str, str]:
    names = ("key", "family_name", "given_names", "date_of_birth", "sex", "identifiers:PNC", "")
    return {f"column-{n}": name for n, name in enumerate(names)} | {"marking": "1"} | step


def test_a_file_is_looked_at_brought_in_put_right_and_brought_again(world):
    who, client = world
    page = brought(client, HEAD + ROWS)
    shown = client.get(page).content.decode()
    assert "8 of 8 rows were checked: 5 can be made, 3 cannot" in " ".join(shown.split())
    assert "June 1980 has 30 days" in shown
    assert "Enter a family name" in shown
    assert not Record.objects.using("owner").exists(), "a preview writes nothing"

    twice = client.post(page, mapped(page) | {"column-1": "given_names"})
    assert twice.status_code == 422
    assert "Another column is this already" in twice.content.decode()
    assert client.post(page, mapped(page, step="start")).status_code == 302
    assert "Waiting" in client.get(page).content.decode()
    work()

    rows = list(ImportRow.objects.using("owner").order_by("line"))
    assert "".join(row.state for row in rows) == "mmrrqmqt"
    assert len(rows) == Import.objects.using("owner").get().rows == 8
    done = client.get(page).content.decode()
    assert "Finished" in done
    assert "8 of 8 rows are through" in done
    assert importing.Import.objects.using("owner").get().content is None

    ngozi = Nominal.objects.using("owner").get(family_name="Okafor")
    assert (ngozi.title, ngozi.sex, str(ngozi.date_of_birth)) == (
        "OKAFOR, Ngozi",
        "F",
        "14 June 1980",
    )
    assert (ngozi.created_by_id, ngozi.owner_unit_id) == (who.appointment_id, who.unit_id)
    name = NominalName.objects.using("owner").get(nominal=ngozi)
    assert (name.asserted_by_id, name.basis, name.kind) == (who.appointment_id, "system", "current")
    assert NominalDateOfBirth.objects.using("owner").filter(nominal=ngozi).count() == 1
    assert "okafor" in Document.objects.using("owner").get(record=ngozi).names
    assert Record.objects.using("owner").get(pk=ngozi.pk).version == 1
    versions = Nominal.objects.using("owner").get(pk=ngozi.pk).nominal_versions.count()
    assert versions == 1, "each new row has its version"

    taken = client.get(reverse("exchange-not-taken", args=[rows[0].of_id]))
    text = taken.content.decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text)))
    assert [row["Line"] for row in table] == ["4", "5", "6", "8"]
    assert "no person" not in text
    assert "30 days" in table[1]["Why"]

    right = text.replace("31 June 1980", "30 June 1980").replace(",2001/0123456Q,", ",,")
    again = brought(client, right, "put right.csv")
    client.post(again, mapped(again, step="start"))
    work()
    second = ImportRow.objects.using("owner").exclude(of_id=rows[0].of_id)
    states = sorted(second.values_list("state", flat=True))
    assert states.count("m") == 2, "the one put right, and the short one, filled up"
    assert "t" not in states
    assert Nominal.objects.using("owner").filter(family_name="Whitlow").count() == 1

    same = brought(client, HEAD + ROWS)
    assert "imported before" in client.get(same).content.decode()
    client.post(same, mapped(same, step="start"))
    before = Record.objects.using("owner").count()
    work()
    assert Record.objects.using("owner").count() == before, "nothing is made twice"


def test_things_and_places_come_in_once(world):
    """The keys of the page hold for a file: against what is recorded, and within the file."""
    who, client = world

    def brought_in(what: str, content: str, *names: str) -> list[tuple[str, str]]:
        file = SimpleUploadedFile("x.csv", content.encode(), "text/csv")
        page = client.post(reverse("exchange-bring"), {"what": what, "file": file}).url
        columns = {f"column-{n}": name for n, name in enumerate(names)}
        client.post(page, columns | {"marking": "1", "step": "start"})
        before = set(ImportRow.objects.using("owner").values_list("pk", flat=True))
        work()
        rows = ImportRow.objects.using("owner").exclude(pk__in=before).order_by("line")
        return [(row.state, row.reason) for row in rows]

    def made(kind: str, by=who, **values):
        return run(commands[f"{kind}.create"], by, values)

    car, hidden = made("objects.vehicle", vrm="AB12 CDE"), made("objects.vehicle", vrm="HD12 CDE")
    restrict(who, hidden)
    cars = "Mark,Why\nab12cde,\nHD12 CDE,\nXY12 CDE,\nxy12 cde,\nXY12CDE,False plates\nX,\n"
    states = brought_in("objects.vehicle", cars, "vrm", "another_because")
    # What is restricted is not looked at: that a row was refused would betray it.
    assert "".join(state for state, _ in states) == "rmmrmr"
    assert states[0][1] == f"This is recorded already as {car.reference}."
    assert states[3][1] == "Line 4 of this file speaks of the same vehicle."
    phones = "Number\n07700 900123\n+44 7700 900123\n"
    assert [s for s, _ in brought_in("objects.phone", phones, "msisdn")] == ["m", "r"]
    place = made("pole.location", paon="7", street="Greville Street", town="London", uprn="100023")
    places = "No,Street,Town,UPRN\n7,Greville St,London,\n8,Nowhere,London,100023\n"
    states = brought_in("pole.location", places, "paon", "street", "town", "uprn")
    assert states[0] == states[1] == ("r", f"This is recorded already as {place.reference}.")


def test_nobody_sees_or_starts_anothers_import_and_a_post_that_lost_its_power_makes_nothing(world):
    _who, client = world
    page = brought(client, HEAD + ROWS)
    for role in ("supervisor", "response officer"):
        other = signed_in_client(officer(role))
        expected = 404 if role == "supervisor" else 403
        assert other.get(page).status_code == expected
        assert other.post(page, mapped(page, step="start")).status_code == expected
    client.post(page, mapped(page, step="start"))
    from peel.kernel.access.models import RolePermission

    RolePermission.objects.using("owner").filter(
        role_id="supervisor", permission="exchange.*"
    ).delete()
    work()
    found = Import.objects.using("owner").get()
    assert found.state == Import.State.STOPPED
    assert "may not make" in found.why
    assert not Record.objects.using("owner").exists()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"PK\x03\x04rest", "workbook"),
        (b"\x00\x01\x02", "no text file"),
        (b",,\nx,y,z\n", "no headings"),
    ],
)
def test_what_is_no_table_is_refused_in_words(world, content, why):
    _, client = world
    file = SimpleUploadedFile("people.csv", content, "text/csv")
    answer = client.post(reverse("exchange-bring"), {"what": "pole.nominal", "file": file})
    assert answer.status_code == 422
    assert why in answer.content.decode()


def test_a_row_is_checked_as_the_pages_form_checks_it(database):
    """The fast path says what the form says, for good rows and for bad ones."""
    for kind, texts in (
        ("pole.nominal", {"family_name": "Vane", "date_of_birth": "in the future, 2999"}),
        ("pole.nominal", {"family_name": "V" * 101, "sex": "x"}),
        ("pole.nominal", {"given_names": "", "family_name": ""}),
        ("pole.location", {"postcode": "nonsense", "street": "Ropewalk"}),
        ("pole.location", {}),
    ):
        shape = shape_of(kind)
        with pytest.raises(Faulty) as told:
            shape.values(texts)
        form = shape.command.form({**texts, "name_kind": "current", "sex": texts.get("sex", "N")})
        assert not form.is_valid() or kind == "pole.location"
        said = {text for texts in form.errors.values() for text in texts}
        assert said <= {fault.message for fault in told.value.faults}
