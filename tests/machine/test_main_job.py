"""Peel's main job below the pages: record, link, find, refuse, and account for each of them."""

import pytest
from django.db import connections

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer
from peel.kernel.records.models import Record
from peel.machine.commands import Conflict, NotFound, NotPermitted, Refused, run
from peel.machine.commands.registry import commands
from peel.machine.queries.finding import find
from peel.pole.models import Link, Nominal


def lines(name):
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select outcome, subjects, versions from audit_line where name = %s order by id", [name]
        )
        return cursor.fetchall()


def make_nominal(who, **values):
    values = {"family_name": "Okafor", "given_names": "Daniel"} | values
    return run(commands["pole.nominal.create"], who, values)


def make_crime(who, **values):
    return run(commands["investigation.crime.create"], who, {"category": "Burglary"} | values)


def test_record_link_find_and_account(database):
    who = officer()
    nominal = make_nominal(who)
    crime = make_crime(who)
    run(
        commands["pole.link.create"],
        who,
        {"record_id": nominal.pk, "other": crime, "reading": "suspect>"},
    )
    with speaking(who):
        assert [r.pk for r in find(who, "okafor")] == [nominal.pk]
        assert [r.pk for r in find(who, nominal.reference)] == [nominal.pk]
        link = Link.objects.get()
        assert (link.from_record_id, link.to_record_id) == (nominal.pk, crime.pk)
        assert Nominal.objects.visible_to(who).get(pk=nominal.pk).version == 1
    assert lines("pole.nominal.create") == [("done", [nominal.pk], [1])]
    assert sorted(lines("pole.link.create")[0][1]) == sorted([nominal.pk, crime.pk])


def test_a_stale_save_is_refused_with_the_current_version(database):
    who, other = officer(), officer()
    nominal = make_nominal(who)
    change = {"record_id": nominal.pk, "version": 1, "description": "Tall", "sex": "M"}
    run(commands["pole.nominal.edit"], who, change)
    with pytest.raises(Conflict) as caught:
        run(commands["pole.nominal.edit"], other, change | {"description": "Short"})
    assert caught.value.current.version == 2
    assert [line[0] for line in lines("pole.nominal.edit")] == ["done", "refused"]


def test_a_restricted_record_is_gone_for_all_but_the_admitted(database):
    who, other = officer(role="supervisor"), officer()
    nominal = make_nominal(who)
    values = {
        "record_id": nominal.pk,
        "version": 1,
        "reason": "A colleague's relative",
        "admitted": [],
    }
    run(commands["pole.nominal.restrict"], who, values)
    with speaking(who):
        assert Record.objects.visible_to(who).filter(pk=nominal.pk).exists()
        assert find(who, "okafor")
    with speaking(other):
        assert not Record.objects.filter(pk=nominal.pk).exists()
        assert not find(other, "okafor")
    with pytest.raises(NotFound):
        run(commands["pole.nominal.edit"], other, {"record_id": nominal.pk, "version": 2})


def test_a_role_without_the_permission_is_refused_and_leaves_a_line(database):
    auditor = officer(role="auditor")
    with pytest.raises(NotPermitted):
        make_nominal(auditor)
    assert [line[0] for line in lines("pole.nominal.create")] == ["refused"]


def test_a_move_asks_and_refuses(database):
    who = officer(role="supervisor")
    crime = make_crime(who)
    with pytest.raises(Refused, match="not possible while the record is “Recorded”"):
        run(
            commands["investigation.crime.suspend"],
            who,
            {"record_id": crime.pk, "version": 1, "reason": "x"},
        )
    with speaking(who):
        from peel.kernel.access.models import Officer

        me = Officer.objects.get(pk=who.appointment_id)
    run(
        commands["investigation.crime.allocate"],
        who,
        {"record_id": crime.pk, "version": 1, "officer_in_case": me},
    )
    with speaking(who):
        from peel.modules.investigation.models import Crime

        crime = Crime.objects.get(pk=crime.pk)
        assert (crime.state, crime.carried_state, crime.version) == (
            "under_investigation", "under_investigation", 2,
        )  # fmt: skip


def test_a_move_that_writes_twice_is_one_version_of_the_history(database):
    from peel.kernel.access.models import Officer
    from peel.machine import registry
    from peel.machine.queries.history import history
    from peel.modules.investigation.models import Crime

    who = officer(role="supervisor")
    crime = make_crime(who)
    with speaking(who):
        me = Officer.objects.get(pk=who.appointment_id)
    answers = {"record_id": crime.pk, "version": 1, "officer_in_case": me}
    run(commands["investigation.crime.allocate"], who, answers)
    with speaking(who):
        versions = history(registry.sheet_of("investigation.crime"), Crime.objects.get(pk=crime.pk))
    assert [version.number for version in versions] == [2, 1]
    changed = {difference.title: difference.after for difference in versions[0].differences}
    assert changed["State"] == "Under investigation"
    assert changed["Officer in case"] == str(me)
