"""The further pages of a record that every sheet gets for free: timeline, comparison, print, …"""

import datetime

import pytest
from django.urls import reverse

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.machine import registry
from peel.machine.queries.history import history, readings
from peel.machine.queries.timeline import timeline
from peel.machine.show import LONDON, field_title
from peel.machine.tests.samples import answers, sample_of
from tests.machine.families import thorough
from tests.machine.test_every_sheet import lines, made, queries
from tests.machine.test_main_job import make_crime, make_nominal
from tests.security.addresses import reads_of

SHEETS = thorough()
of_every_sheet = pytest.mark.parametrize("sheet", SHEETS, ids=[sheet.kind for sheet in SHEETS])


@pytest.fixture
def who(database):
    return officer(permissions=["*"], clearance=3)


@pytest.fixture
def client(who):
    return signed_in_client(who)


def edited(sheet, client, who):
    """A record with two versions."""
    record = made(sheet, client, who)
    where = reverse(f"{sheet.url_name}-command", args=[record.reference, "edit"])
    assert client.post(where, {"version": "1", **sample_of(sheet).edit}).status_code == 302
    return record


def page(sheet, record, name):
    return reverse(f"{sheet.url_name}-{name}", args=[record.reference])


@of_every_sheet
def test_the_timeline_tells_the_edit_and_can_be_narrowed(sheet, client, who):
    record, changed = edited(sheet, client, who), sample_of(sheet).changed
    body = client.get(page(sheet, record, "timeline")).content.decode()
    assert changed in body
    assert ("GMT" in body) or ("BST" in body)
    with speaking(who):
        found = {d.title for d in history(sheet, record)[0].differences}
    for name in sheet.fields:
        narrowed = client.get(page(sheet, record, "timeline"), {"what": name}).content.decode()
        assert (">Edit<" in narrowed) == (field_title(sheet, name) in found), name
    assert client.get(page(sheet, record, "timeline"), {"what": "nonsense"}).status_code == 422
    for place in ("x", "1_2", "2026-01-01T00:00:00+00:00_1000_x", "2026-01-01T00:00:00_1000_1"):
        assert client.get(page(sheet, record, "timeline"), {"from": place}).status_code == 422


@of_every_sheet
def test_two_versions_stand_side_by_side(sheet, client, who):
    record, changed = edited(sheet, client, who), sample_of(sheet).changed
    where = page(sheet, record, "compare")
    body = client.get(where).content.decode().split("</h1>")[1]
    assert changed in body
    assert ">Same<" not in body
    assert ">Same<" in client.get(where, {"all": "1"}).content.decode()
    assert (
        "These versions read alike" in client.get(where, {"one": "2", "two": "2"}).content.decode()
    )
    today = datetime.datetime.now(LONDON).date().isoformat()
    first = client.get(where, {"one": "1", "two": "1", "all": "1"}).content.decode()
    assert changed not in first.split("</h1>")[1]
    assert "Version 2" in client.get(where, {"one": "1", "two": today}).content.decode()
    for wrong in ("0", "3", "99999999999999", "1 January 1999", "soon", "-1", "\x00", "²"):
        assert client.get(where, {"one": wrong}).status_code == 422, wrong


@of_every_sheet
def test_paper_holds_what_was_ticked(sheet, client, who):
    record = edited(sheet, client, who)
    where = page(sheet, record, "print")
    every = client.get(where).content.decode()
    assert "printed by" in every
    assert who.name in every
    assert record.reference in every
    for section in sheet.sections:
        filled = [name for name in section.fields if getattr(record, name) not in (None, "")]
        assert not filled or section.title in every
    none = client.get(where, {"chosen": "1"}).content.decode()
    told = client.get(where, {"chosen": "1", "part": "timeline"}).content.decode()
    for panel in registry.panels_of(sheet):
        assert f'<section class="peel-panel" id="{panel.name}"' in every, panel.name
        assert f'<section class="peel-panel" id="{panel.name}"' not in none, panel.name
    assert sample_of(sheet).changed in told
    assert "moj-timeline" not in none.split("</head>")[1]


@of_every_sheet
def test_each_further_page_has_its_line_and_a_fixed_number_of_queries(sheet, client, who):
    record = edited(sheet, client, who)
    answers(sheet, who, record)
    found = {}
    for name, where in reads_of(sheet, record.reference):
        client.get(where)
        found[name] = queries(client, where)
    seen = {name for name, outcome, subjects in lines(who) if record.pk in subjects}
    kinds = {"history", "compare", "print", "panel", "access"}
    assert seen >= {f"{sheet.kind}.{name}" for name in kinds}
    for version in range(2, 5):
        form = sample_of(sheet).create if version % 2 else sample_of(sheet).edit
        values = {name: form.get(name, "") for name in sample_of(sheet).edit}
        where = reverse(f"{sheet.url_name}-command", args=[record.reference, "edit"])
        client.post(where, {"version": str(version), **values})
    answers(sheet, who, record)
    again = {n: queries(client, where) for n, where in reads_of(sheet, record.reference)}
    assert again == found


def test_pages_of_a_long_timeline_meet_without_gap_or_repeat(who):
    from peel.machine.commands import run
    from peel.machine.commands.registry import commands

    nominal, sheet = make_nominal(who), registry.sheet_of("pole.nominal")
    for version in range(1, 31):
        values = {
            "record_id": nominal.pk,
            "version": version,
            "sex": "M",
            "description": f"{version}",
        }
        run(commands["pole.nominal.edit"], who, values)
        if version % 3 == 0:
            link = {"record_id": nominal.pk, "other": make_crime(who), "reading": "suspect>"}
            run(commands["pole.link.create"], who, link)
    with speaking(who):
        found, place = timeline(sheet, nominal, who)
        pages = [len(found)]
        while place:
            more, place = timeline(sheet, nominal, who, place=place)
            pages.append(len(more))
            found += more
        only, _ = timeline(sheet, nominal, who, what="links")
    assert [v.number for v in found if v.number] == list(range(31, 0, -1))
    # Beside the links stands the sex, which the first edit said.
    assert len([v for v in found if not v.number]) - 1 == len(only) == 10
    assert max(pages) <= 20
    texts = {d.after for v in found for d in v.differences if d.title == "Description"}
    assert texts == {str(n) for n in range(1, 31)}
    # The name that came with the nominal stands in the entry of the command that made it.
    assert [d.after for d in found[-1].differences] == ["OKAFOR, Daniel (current name)"]


def test_a_version_that_wrote_nothing_of_the_kind_reads_as_the_one_before(who):
    from peel.kernel.records.trail import heads_of
    from peel.machine.commands import run
    from peel.machine.commands.registry import commands

    nominal, sheet = make_nominal(who), registry.sheet_of("pole.nominal")
    edit = {"record_id": nominal.pk, "version": 1, "sex": "M", "description": "Tall"}
    run(commands["pole.nominal.edit"], who, edit)
    name = {"record_id": nominal.pk, "kind": "alias", "family_name": "Rook", "given_names": ""}
    run(commands["pole.nominal.add_name"], who, name)
    with speaking(who):
        third, second, first = readings(sheet, list(heads_of(nominal.pk)))
        versions = history(sheet, nominal)
    assert (third, first["description"]) == (second, "")
    assert [d.title for d in versions[0].differences] == []
    assert {d.title for d in versions[1].differences} == {"Sex", "Description"}


def test_a_panel_of_many_rows_is_bounded_and_paged(who):
    from peel.machine.commands import run
    from peel.machine.commands.registry import commands

    nominal = make_nominal(who)
    references = set()
    for _ in range(53):
        crime = make_crime(who)
        references.add(crime.reference)
        run(commands["pole.link.create"], who,
            {"record_id": nominal.pk, "other": crime, "reading": "suspect>"})  # fmt: skip
    where = reverse("pole-nominal-page", args=[nominal.reference])
    reader = officer(permissions=["*"], clearance=3)
    client = signed_in_client(reader)
    body = client.get(where).content.decode()
    assert body.count("Unconfirmed") == 20
    assert "Show all 53" in body
    panel = reverse("pole-nominal-panel", args=[nominal.reference, "links"])
    first = client.get(panel)
    assert first.content.decode().count("Unconfirmed") == 50
    second = client.get(panel + first.context["pager"].next)
    assert second.content.decode().count("Unconfirmed") == 3
    both = first.content.decode() + second.content.decode()
    assert {reference for reference in references if reference in both} == references
    assert client.get(panel, {"from": "x_y"}).status_code == 422
    subjects = {key for _, _, seen in lines(reader) for key in seen}
    with speaking(who):
        from peel.kernel.records.models import Record

        linked = set(Record.objects.filter(reference__in=references).values_list("pk", flat=True))
    assert linked <= subjects


def test_the_list_that_was_asked_is_led_back_to(who, client):
    nominal = make_nominal(who)
    where = reverse("pole-nominal-page", args=[nominal.reference])
    asked = "/pole/nominal/?sex=M&sort=family_name"
    opened = client.get(where, headers={"referer": f"http://testserver{asked}"})
    assert opened.context["list_url"] == asked
    assert (
        client.get(page(registry.sheet_of("pole.nominal"), nominal, "timeline")).context["list_url"]
        == asked
    )
    elsewhere = client.get(where, headers={"referer": "https://example.org/pole/nominal/?sex=F"})
    assert elsewhere.context["list_url"] == asked
    crime = make_crime(who)
    other = client.get(reverse("investigation-crime-page", args=[crime.reference]))
    assert other.context["list_url"] == "/investigation/crime/"
