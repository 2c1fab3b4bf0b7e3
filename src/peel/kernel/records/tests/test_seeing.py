"""Who can see a record, and why: the answer is compared with what each officer really sees."""

import datetime

import pytest
from django.db import DatabaseError, connections
from django.utils import timezone
from tests.machine.test_main_job import make_nominal
from tests.security.stage import restrict

from peel.kernel.access.identity import speaking
from peel.kernel.access.models import User
from peel.kernel.access.tests.factories import (
    agreement,
    appointment,
    end_appointment,
    officer,
    organisation,
    signed_in,
    unit,
    user,
)
from peel.kernel.records import seeing
from peel.kernel.records.models import Admission, Record

PERMISSION = "pole.nominal.view"
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def force():
    """Officers of every sort: by clearance, role, organisation, agreement and dates."""
    friends, strangers = organisation("Friendly Police"), organisation("Strange Police")
    agreement(organisation(), friends)
    made = [
        officer(role, clearance, of=unit("Team", of=place))
        for place in (organisation(), friends, strangers)
        for role in ("supervisor", "response officer", "property clerk", "auditor")
        for clearance in (1, 2, 3)
    ]
    gone = officer("detective", 3)
    end_appointment(gone)
    idle = officer("detective", 3)
    User.objects.using("owner").filter(pk=idle.user_id).update(is_active=False)
    soon = timezone.now() + datetime.timedelta(days=2)
    appointment(user(None), "detective", clearance=3, starts=soon)
    appointment(user(None), "loader", clearance=3)
    return made


def really(record, everyone):
    """Whoever sees the record by row-level security in a session of his own."""
    found = set()
    for who in everyone:
        with speaking(who):
            seen = Record.objects.filter(pk=record.pk).exists()
        if seen and who.may(PERMISSION):
            found.add(who.appointment_id)
    return found


def told(record, asker):
    """Whom the page would count and name."""
    with speaking(asker):
        total, groups = seeing.groups(record.pk, PERMISSION)
        people = seeing.people(record.pk, PERMISSION, limit=500)
    assert total == sum(group.people for group in groups)
    return groups, {one.appointment_id for one in people if one.basis != "program"}


@pytest.mark.parametrize("marking", [1, 2, 3])
@pytest.mark.parametrize("closed", [False, True])
def test_the_answer_is_what_row_level_security_does(force, marking, closed):
    asker = officer("supervisor", 3)
    record = make_nominal(asker, marking=marking)
    if closed:
        restrict(asker, record)
        # Some whom no command would admit, and some whose place ends or has ended by itself.
        for number, who in enumerate(force):
            if number % 4 != 3:
                hours = (None, 1, -1)[number % 4]
                until = timezone.now() + datetime.timedelta(hours=hours) if hours else None
                Admission.objects.using("owner").create(
                    record_id=record.pk,
                    user_id=who.user_id,
                    admitted_by_id=asker.appointment_id,
                    until=until,
                )
    everyone = [*force, asker]
    seers = really(record, everyone)
    groups, named = told(record, asker)
    own = {w.appointment_id for w in everyone if w.organisation_id == asker.organisation_id}
    assert named == seers & own
    programs = sum(group.people for group in groups if group.basis == "program")
    assert sum(group.people for group in groups) == len(seers) + programs
    assert programs == (0 if closed else 1)
    for who in everyone:
        with speaking(asker):
            answers = seeing.why(record.pk, PERMISSION, who.user_id)
        expected = [who.appointment_id in seers] if who.appointment_id in own else []
        assert [one.sees for one in answers] == expected, who
        for one in answers:
            parts = (one.in_force, one.reach != "none", one.cleared, one.listed != "no")
            assert one.sees == (all(parts) and one.permitted)


def test_other_organisations_are_counted_and_never_named(force):
    asker = officer("supervisor", 3)
    record = make_nominal(asker)
    groups, _ = told(record, asker)
    foreign = [group for group in groups if group.organisation_id != asker.organisation_id]
    assert {group.basis for group in foreign} <= {"agreement", "program"}
    assert {group.role for group in foreign} == {""}
    assert sum(group.people for group in foreign) > 0


def test_one_who_does_not_see_the_record_or_may_not_ask_gets_no_answer():
    asker = officer("supervisor", 3)
    record = make_nominal(asker)
    for who in (officer("detective", 3), officer("supervisor", 3, of=unit(of=organisation("X")))):
        for ask in (
            lambda: seeing.groups(record.pk, PERMISSION),
            lambda: seeing.people(record.pk, PERMISSION),
            lambda who=who: seeing.why(record.pk, PERMISSION, who.user_id),
        ):
            with pytest.raises(DatabaseError), speaking(who):
                ask()
    with pytest.raises(DatabaseError), speaking(asker), connections["default"].cursor() as cursor:
        cursor.execute("select * from records.seers(%s, %s)", [record.pk, PERMISSION])


def test_people_are_found_and_paged():
    asker = officer("supervisor", 3, name="Zoe Last")
    record = make_nominal(asker)
    names = [f"Anna {letter}" for letter in "ABCDEFG"]
    for name in names:
        signed_in(appointment(user(None, name=name), "detective"))
    with speaking(asker):
        first = seeing.people(record.pk, PERMISSION, limit=5)
        rest = seeing.people(
            record.pk, PERMISSION, after=(first[-1].name, first[-1].appointment_id)
        )
        found = seeing.people(record.pk, PERMISSION, text="anna d")
        roles = seeing.people(record.pk, PERMISSION, basis="own", role="supervisor")
    assert [one.name for one in first + rest] == [*names, "Zoe Last"]
    assert [one.name for one in found] == ["Anna D"]
    assert [one.name for one in roles] == ["Zoe Last"]
