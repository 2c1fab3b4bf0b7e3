"""Loaded rows as records: what stands in every table, and the ledger line of each batch."""

import json
from collections import Counter
from itertools import count
from pathlib import Path

import pytest
from django.db import DatabaseError, connections

from peel.kernel.access.tests import factories
from peel.kernel.base import clock, references
from peel.kernel.records.models import Document, Record
from peel.migration.police_uk import cli
from peel.migration.police_uk.report import Report
from peel.migration.police_uk.sink import AMENDED, THROUGH, RecordSink
from peel.migration.police_uk.tests.making import (
    CARRIED,
    NOWHERE,
    PLACE,
    crime_id,
    nuisance,
    outcome,
    outcome_file,
    street,
    street_file,
)
from peel.modules.investigation.models import Crime, CrimeOutcome, Incident
from peel.pole.models import Link, Location

pytestmark = pytest.mark.usefixtures("database")
OTHER = ("-0.093558", "51.516703", "On or near Police Station", "E01000002", "City of London 001B")


@pytest.fixture(autouse=True)
def post(database):
    return factories.system_appointment()


def load(*paths: Path, published: str = "") -> Report:
    report = cli.run(paths, published)
    assert report.balances
    return report


def asked(statement: str) -> list[tuple]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def crime(seed: object) -> Crime:
    return Crime.objects.using("owner").get(source_key=crime_id(seed))


def test_a_crime_with_its_place_its_link_its_document_and_its_version(tmp_path: Path, post):
    load(street_file(tmp_path / "2019-01-a-street.csv", [street("x"), nuisance()]))
    found = crime("x")
    assert found.title == "Burglary, On or near Charterhouse Street, Camden 027B"
    assert (found.category, found.last_outcome) == ("Burglary", "Under investigation")
    assert str(found.committed_from) == "January 2019"
    assert (found.state, found.version, found.source) == ("recorded", 1, "data.police.uk")
    assert found.carried_organisation_id == post.organisation_id
    assert (found.created_by_id, found.changed_through) == (post.pk, THROUGH)
    place = Location.objects.using("owner").get()
    assert (place.precision, place.source_key) == ("map_point", "E01000916 -0.106453,51.518207")
    assert (round(place.easting), round(place.northing)) == (531477, 181620)
    incident = Incident.objects.using("owner").get()
    links = Link.objects.using("owner").values_list("type_id", "from_record_id", "to_record_id")
    assert set(links) == {
        ("occurred_at", found.pk, place.pk),
        ("occurred_at", incident.pk, place.pk),
    }
    document = Document.objects.using("owner").get(record=found.pk)
    assert crime_id("x").upper() in document.numbers
    assert document.caption == found.title
    for table in ("records_record", "investigation_crime", "pole_link", "pole_location"):
        [(rows, versions)] = asked(
            f"select (select count(*) from {table}), (select count(*) from {table}event)"
        )
        assert rows == versions
    # Look-ups by distance find it.
    assert asked("select count(*) from places_point") == [(1,)]


def test_every_version_has_its_ledger_line(tmp_path: Path):
    rows = [street("x"), street("x", last="Suspect charged"), street("y"), nuisance()]
    load(street_file(tmp_path / "2019-01-a-street.csv", rows))
    lines = asked("select name, act, subjects, versions from audit_line order by number")
    told = {
        (subject, version)
        for name, _, subjects, versions in lines
        if name in (THROUGH, AMENDED)
        for subject, version in zip(subjects, versions, strict=True)
    }
    assert told == set(asked("select pgh_obj_id, version from records_recordevent"))
    assert {(name, act) for name, act, *_ in lines} >= {
        (THROUGH, "collection"),
        (AMENDED, "alteration"),
    }


def test_a_later_version_changes_the_crime_and_moves_its_link(tmp_path: Path):
    load(street_file(tmp_path / "2019-01-a-street.csv", [street("x")]))
    later = street("x", "2019-02", "Robbery", "Suspect charged", OTHER)
    report = load(street_file(tmp_path / "2019-02-a-street.csv", [later]))
    assert report.made["later versions"] == 1
    found = crime("x")
    assert found.title == "Robbery, On or near Police Station, City of London 001B"
    assert (found.version, found.carried_version, found.category) == (2, 2, "Robbery")
    assert (found.last_outcome, str(found.committed_from)) == ("Suspect charged", "February 2019")
    links = Link.objects.using("owner").filter(from_record=found.pk)
    assert [link.to_record.title for link in links.filter(ended_at=None)] == [found.location.title]
    assert links.exclude(ended_at=None).count() == 1
    versions = asked("select category from investigation_crimeevent order by pgh_id")
    assert [category for (category,) in versions][0::1][-1] == "Robbery"
    assert Document.objects.using("owner").get(record=found.pk).caption == found.title


def test_a_later_version_without_place_ends_the_link(tmp_path: Path):
    rows = [street("x"), street("x", place=NOWHERE), street("x", place=PLACE, last="")]
    load(street_file(tmp_path / "a.csv", rows[:2]))
    assert crime("x").location is None
    assert not Link.objects.using("owner").filter(ended_at=None).exists()


def test_a_later_version_leaves_alone_what_somebody_has_worked_on(tmp_path: Path):
    load(street_file(tmp_path / "2019-01-a-street.csv", [street("x")]))
    Record.objects.using("owner").update(changed_through="investigation.crime.edit")
    later = street_file(tmp_path / "2019-02-a-street.csv", [street("x", "2019-02")])
    report = load(later)
    assert report.made["later versions left out of records worked on since"] == 1
    assert crime("x").version == 1
    assert load(later).made.total() == 0


def test_outcomes_stand_with_their_crime(tmp_path: Path):
    load(street_file(tmp_path / "a.csv", [street("x")]))
    rows = [outcome("x"), outcome("x"), outcome("x", "2019-02", "Offender fined")]
    load(outcome_file(tmp_path / "b.csv", rows))
    given = CrimeOutcome.objects.using("owner").filter(crime=crime("x"))
    assert Counter(given.values_list("outcome", flat=True)) == {
        "Suspect charged": 2,
        "Offender fined": 1,
    }
    assert {str(one.decided) for one in given} == {"January 2019", "February 2019"}


def test_a_place_that_the_national_grid_does_not_reach_has_only_its_text(tmp_path: Path):
    sea = ("-8.9", "61.4", "On or near the Open Sea", "", "")
    load(street_file(tmp_path / "a.csv", [street("x", place=sea)]))
    place = Location.objects.using("owner").get()
    assert (place.longitude, place.easting) == (None, None)
    assert place.title == "On or near the Open Sea"


@pytest.mark.slow
@pytest.mark.repeated
def test_the_carried_files_become_records_and_a_second_load_changes_nothing(capsys):
    assert cli.main([str(CARRIED), "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert (first["rows"], first["street_rows"], first["loaded"]) == (32_190, 30_112, 32_006)
    assert (first["later"], first["same"], first["quarantined"]) == (70, 114, {})
    assert (first["outcomes_joined"], first["crimes_with_outcomes"]) == (2_078, 1_898)
    tables = ("investigation_crime", "investigation_incident", "pole_location", "records_record")
    counts = {table: asked(f"select count(*) from {table}")[0][0] for table in tables}
    assert counts == dict(zip(tables, (28_514, 1_414, 15_777, 45_705), strict=True))
    joined = asked("select count(*), count(distinct crime_id) from investigation_crimeoutcome")
    assert joined == [(2_078, 1_898)]
    numbered = asked("select max(version), count(*) from records_record where version > 1")
    before = asked("select md5(string_agg(r::text, '' order by id)) from records_record r")
    lines = asked("select count(*) from audit_line")
    assert cli.main([str(CARRIED), "--json"]) == 0
    second = json.loads(capsys.readouterr().out)
    assert (second["same"], second["loaded"], second["rows"]) == (32_190, 0, 32_190)
    assert second["by_type"] == first["by_type"]
    assert asked("select md5(string_agg(r::text, '' order by id)) from records_record r") == before
    assert asked("select count(*) from audit_line") == lines
    assert numbered[0][1] == 67


def test_the_loader_can_amend_only_what_it_loaded_and_nobody_else_can():
    arguments = "'[]', now(), 'x'"
    for alias in ("default", "worker", "relay", "door", "sealer"):
        with pytest.raises(DatabaseError, match="permission denied"):
            connections[alias].cursor().execute(f"select * from police_uk.amend({arguments})")
    with pytest.raises(DatabaseError, match="nobody speaks"):
        connections["loader"].cursor().execute(f"select * from police_uk.amend({arguments})")


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys, post):
    assert cli.main([str(tmp_path / "absent.csv")]) == 1
    assert "there is no such file" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        cli.main([str(tmp_path), "--published", "March"])
    assert "is not a month such as 2019-03" in capsys.readouterr().err
    factories.system_appointment()
    assert cli.main([str(tmp_path)]) == 2
    assert "More than one post for the loader" in capsys.readouterr().err
    path = street_file(tmp_path / "a.csv", [street("x"), "broken"])
    assert cli.main([str(path), "--post", str(post.pk)]) == 0
    shown = capsys.readouterr()
    assert f"{path}, line 3: wrong number of columns 1 instead of 12" in shown.out
    assert "2 rows" in shown.err


def test_an_interrupted_load_says_so(tmp_path: Path, capsys, monkeypatch):
    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "RecordSink", interrupted)
    assert cli.main([str(tmp_path)]) == cli.INTERRUPTED
    assert "run the same command again" in capsys.readouterr().err
    monkeypatch.undo()
    assert cli.main([str(street_file(tmp_path / "a.csv", [street("x")]))]) == 0


def test_a_batch_takes_no_reference_of_the_one_in_flight(post, monkeypatch):
    digits = count(1)
    monkeypatch.setattr(
        references, "_random_digits", lambda n: [f"{next(digits) % 20:08}" for _ in range(n)]
    )
    sink = RecordSink("loader", post)
    numbers = [sink._references("CR", 9, clock.now()) for _ in range(2)]
    assert len({*numbers[0], *numbers[1]}) == 18
