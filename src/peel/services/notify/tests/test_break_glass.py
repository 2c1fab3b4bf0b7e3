"""Breaking the glass: who may, what it opens, for how long, who is told, and what they say."""

from datetime import timedelta

import pytest
from django.db import connections

from peel.kernel.access.models import Officer
from peel.kernel.access.tests.factories import (
    agreement,
    officer,
    organisation,
    signed_in_client,
    unit,
)
from peel.kernel.base import clock, references
from peel.kernel.records.models import Admission, BreakGlass, Judgement
from peel.machine.commands import Invalid, NotFound, NotPermitted, Refused
from peel.services.notify import telling
from peel.services.notify.commands import NOTHING_OPENS
from peel.services.notify.tests.scenes import (
    REASON,
    carry,
    do,
    notices_of,
    restricted_nominal,
    run_out,
    under_the_worker,
)


@pytest.fixture
def owner(database):
    return officer(role="supervisor", clearance=3, of=unit("Protection"), name="Ruth Amari")


@pytest.fixture
def nominal(owner):
    return restricted_nominal(owner)


@pytest.fixture
def constable(database):
    return officer(role="response officer", clearance=3, name="Bram Okoro")


def break_it(who, record, **more):
    values = {"reference": record.reference, "category": "child", "reason": REASON}
    return do(who, "records.break_glass", **values | more)


def page_of(record):
    return f"/pole/nominal/{record.reference}/"


def line_of(who, name):
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select l.act, l.outcome, l.subjects, l.detail, t.text from audit_line l"
            " left join audit_text t on t.line_id = l.id and t.kind = 'purpose'"
            " where l.user_id = %s and l.name = %s order by l.id",
            [who.user_id, name],
        )
        return cursor.fetchall()


def test_one_record_opens_for_a_while_everywhere(nominal, constable):
    client = signed_in_client(constable)
    assert client.get(page_of(nominal)).status_code == 404
    answer = client.post(
        "/break-glass/",
        {"reference": nominal.reference, "category": "child", "reason": REASON},
    )
    assert (answer.status_code, answer["Location"]) == (302, page_of(nominal))
    shown = client.get(page_of(nominal)).content.decode()
    assert "break-glass until" in shown
    act = BreakGlass.objects.using("owner").get()
    assert act.until - act.at == timedelta(hours=4)
    assert nominal.reference in client.get("/pole/nominal/").content.decode()
    found = client.get("/search/?q=quillfeather", follow=True).content.decode()
    assert nominal.reference in found
    run_out(act)
    assert client.get(page_of(nominal)).status_code == 404
    assert nominal.reference not in client.get("/pole/nominal/").content.decode()
    assert nominal.reference not in client.get("/search/?q=quillfeather").content.decode()
    assert nominal.reference not in client.get("/").content.decode()


def test_it_can_be_ended_early_and_broken_again(nominal, constable):
    act = break_it(constable, nominal)
    client = signed_in_client(constable)
    assert client.post(f"/break-glass/acts/{act.pk}/end/").status_code == 302
    assert client.get(page_of(nominal)).status_code == 404
    run_out(break_it(constable, nominal))
    again = break_it(constable, nominal)
    assert client.get(page_of(nominal)).status_code == 200
    assert again.pk != act.pk


def test_its_line_names_record_and_reason(nominal, constable):
    client = signed_in_client(constable)
    client.post(
        "/break-glass/", {"reference": nominal.reference, "category": "life", "reason": REASON}
    )
    ((act, outcome, subjects, _, purpose),) = [
        line for line in line_of(constable, "records.break_glass") if line[0] == "access"
    ]
    assert (act, outcome, subjects, purpose) == ("access", "done", [nominal.pk], REASON)


def test_absent_and_what_may_not_be_opened_are_answered_alike(owner, nominal, database):
    low = officer(role="response officer", clearance=1)
    far = officer(role="response officer", clearance=3,
                  of=unit("Elsewhere", of=organisation("Northmarch Constabulary")))  # fmt: skip
    blind = officer(permissions=["records.break_glass", "investigation.*"], clearance=3)
    absent = references.draw("NM")
    for who in (low, far, blind):
        texts, lines = set(), set()
        client = signed_in_client(who)
        for reference in (nominal.reference, absent):
            typed = {"reference": reference, "category": "life", "reason": REASON}
            answer = client.post("/break-glass/", typed)
            assert answer.status_code == 422
            body = answer.content.decode()
            assert NOTHING_OPENS[:40] in body
            token = body.split('csrfmiddlewaretoken" value="')[-1].split('"')[0]
            csrf = body.split('X-CSRFToken": "')[-1].split('"')[0]
            texts.add(body.replace(reference, "R").replace(token, "").replace(csrf, ""))
        for act, outcome, subjects, detail, purpose in line_of(who, "records.break_glass"):
            lines.add((act, outcome, str(subjects), detail, purpose))
        assert len({line for line in lines if line[0] == "access"}) == 1
        assert all(line[2] == "[]" for line in lines)
        assert len({len(text) for text in texts}) == 1
    assert BreakGlass.objects.using("owner").count() == 0


def test_an_agreement_reaches_and_a_clearance_bounds(owner, nominal):
    there = organisation("Northmarch Constabulary")
    far = officer(role="response officer", clearance=3, of=unit("Elsewhere", of=there))
    agreement(organisation(), there)
    from peel.kernel.access.identity import identify

    break_it(identify(far.token), nominal)


def test_the_role_must_allow_it_and_a_reason_be_given(nominal, constable):
    with pytest.raises(NotPermitted):
        break_it(officer(role="analyst", clearance=3), nominal)
    client = signed_in_client(constable)
    for typed in (
        {"reference": nominal.reference, "category": "life", "reason": "Because"},
        {"reference": nominal.reference, "category": "", "reason": REASON},
        {"reference": "NM26-0000-0000-A", "category": "life", "reason": REASON},
        {"reference": "\x00", "category": "life", "reason": REASON + "\x00"},
    ):
        assert client.post("/break-glass/", typed).status_code == 422
    with pytest.raises(Invalid):
        break_it(constable, nominal, reference="nonsense")
    assert BreakGlass.objects.using("owner").count() == 0


def test_who_sees_it_already_needs_no_glass(owner, nominal, constable):
    with pytest.raises(Refused, match="already"):
        break_it(owner, nominal)
    break_it(constable, nominal)
    with pytest.raises(Refused, match="already"):
        break_it(constable, nominal)


def test_whoever_broke_the_glass_does_not_decide_who_else_sees(nominal, owner):
    detective = officer(role="detective", clearance=3)
    break_it(detective, nominal)
    values = {"record_id": nominal.pk, "version": 2}
    with pytest.raises(Refused, match="break-glass"):
        do(detective, "pole.nominal.lift_restriction", **values, reason="x")
    with pytest.raises(Refused, match="break-glass"):
        do(detective, "pole.nominal.restrict", **values, reason="x", admitted=[])


def test_a_lasting_admission_takes_the_place_of_one_for_a_time(nominal, owner, constable):
    act = break_it(constable, nominal)
    do(owner, "pole.nominal.lift_restriction", record_id=nominal.pk, version=2, reason="x")
    post = Officer.objects.filter(pk=constable.appointment_id)
    do(owner, "pole.nominal.restrict", record_id=nominal.pk, version=3, reason="x",
       admitted=list(post))  # fmt: skip
    run_out(act)
    assert signed_in_client(constable).get(page_of(nominal)).status_code == 200
    held = Admission.objects.using("owner").filter(user_id=constable.user_id, ended_at=None)
    assert [one.until for one in held] == [None]


def test_an_alarm_is_told_to_the_owner_the_restrictor_and_the_auditor(owner, constable):
    detective = officer(role="detective", clearance=3, of=unit("Protection"))
    nominal = restricted_nominal(detective)
    elsewhere, colleague = officer(role="supervisor"), officer(role="response officer")
    auditor = officer(role="auditor")
    act = break_it(constable, nominal)
    carry()
    for told in (owner, detective, auditor):
        (notice,) = notices_of(told)
        assert (notice.reason, notice.break_glass_id) == ("break_glass", act.pk)
        assert "Bram Okoro" in notice.text
        assert "child at risk" in notice.text
        assert REASON not in notice.text
    assert [notices_of(who) for who in (elsewhere, colleague, constable)] == [[], [], []]
    client = signed_in_client(detective)
    page = client.get("/notices/").content.decode()
    assert "1 alarm to answer" in page
    assert nominal.reference in page
    opened = client.get(f"/notices/{notices_of(detective)[0].pk}/")
    assert opened["Location"] == f"/break-glass/acts/{act.pk}/"


def test_an_alarm_keeps_its_words_where_the_record_is_hidden(owner, nominal, constable):
    auditor = officer(role="auditor", clearance=1)
    act = break_it(constable, nominal)
    carry()
    client = signed_in_client(auditor)
    page = client.get("/notices/").content.decode()
    assert "Bram Okoro" in page
    assert 'data-count="notices">1<' in page
    listed = client.get("/break-glass/acts/").content.decode()
    shown = client.get(f"/break-glass/acts/{act.pk}/").content.decode()
    assert REASON in shown
    for body in (page, listed, shown):
        assert "A restricted record that you cannot see" in body
        assert nominal.reference not in body
        assert "QUILLFEATHER" not in body.upper()


def test_the_unit_above_is_told_where_a_unit_has_no_supervisor(database, constable):
    area = unit("Area")
    head = officer(role="supervisor", clearance=3, of=area)
    detective = officer(role="detective", clearance=3, of=unit("Small team", parent=area))
    break_it(constable, restricted_nominal(detective))
    carry()
    assert len(notices_of(head)) == 1


def test_an_alarm_stays_until_it_is_judged_and_rings_again(owner, nominal, constable):
    act = break_it(constable, nominal)
    carry()
    client = signed_in_client(owner)
    client.post("/notices/mark/", {"all": "1"})
    assert "1 alarm to answer" in client.get("/notices/").content.decode()
    with under_the_worker():
        assert telling.ring_again(clock.now()) == 0
        assert telling.ring_again(clock.now() + timedelta(minutes=61)) == 1
    assert "rung 2 times" in client.get("/notices/").content.decode()
    where = f"/break-glass/acts/{act.pk}/"
    assert client.post(where, {"verdict": "justified"}).status_code == 422
    judged = client.post(where, {"verdict": "open", "words": "Ask the control room"})
    assert judged.status_code == 302
    assert "Ask the control room" in client.get(where).content.decode()
    assert "to answer" not in client.get("/notices/").content.decode()
    assert "Needs looking into" in client.get("/break-glass/acts/").content.decode()
    with under_the_worker():
        assert telling.ring_again(clock.now() + timedelta(minutes=61)) == 0
    client.post(where, {"verdict": "justified", "words": "The log bears it out"})
    assert Judgement.objects.using("owner").count() == 2
    ((act_, outcome, subjects, _, _), *_) = line_of(owner, "records.judge_break_glass")
    assert (act_, outcome, subjects) == ("access", "done", [nominal.pk])


def test_nobody_judges_himself_or_what_does_not_concern_him(owner, nominal):
    detective = officer(role="detective", clearance=3)
    act = break_it(detective, nominal)
    for who in (detective, officer(role="supervisor", clearance=3)):
        with pytest.raises(NotFound):
            do(who, "records.judge_break_glass", act_id=act.pk, verdict="justified", words="Fine")
    mine = signed_in_client(detective)
    assert mine.get(f"/break-glass/acts/{act.pk}/").status_code == 200
    assert mine.post(
        f"/break-glass/acts/{act.pk}/", {"verdict": "justified", "words": "x"}
    ).status_code in (403, 404)
    other = signed_in_client(officer(role="supervisor", clearance=3))
    assert other.get(f"/break-glass/acts/{act.pk}/").status_code == 404
    assert "Nobody has broken" in other.get("/break-glass/acts/").content.decode()


def test_whoever_broke_it_is_not_told_what_was_thought(owner, nominal, constable):
    act = break_it(constable, nominal)
    do(owner, "records.judge_break_glass", act_id=act.pk, verdict="unjustified",
       words="No call was logged")  # fmt: skip
    client = signed_in_client(constable)
    for where in ("/break-glass/acts/", f"/break-glass/acts/{act.pk}/", "/notices/"):
        body = client.get(where).content.decode()
        assert "Not justified" not in body
        assert "No call" not in body


def test_one_of_those_told_can_end_it(owner, nominal, constable):
    act = break_it(constable, nominal)
    assert signed_in_client(owner).post(f"/break-glass/acts/{act.pk}/end/").status_code == 302
    assert signed_in_client(constable).get(page_of(nominal)).status_code == 404
    with pytest.raises(NotFound):
        do(officer(role="supervisor"), "records.end_break_glass", act_id=act.pk)


def test_the_words_on_a_refusal_are_the_same_for_hidden_and_absent(nominal, constable):
    client = signed_in_client(constable)
    hidden = client.get(page_of(nominal)).content.decode()
    other = references.draw("NM")
    absent = client.get(f"/pole/nominal/{other}/").content.decode()
    assert "break the glass" in hidden
    assert (
        hidden.replace(nominal.reference, "R").split("<main")[1]
        == (absent.replace(other, "R").split("<main")[1])
    )


def test_to_admit_somebody_out_of_reach_is_refused_by_number(owner):
    from tests.machine.test_main_job import make_nominal

    low = officer(role="detective", clearance=1)
    far = officer(role="detective", clearance=3,
                  of=unit("Elsewhere", of=organisation("Northmarch Constabulary")))  # fmt: skip
    fine = officer(role="detective", clearance=3)
    made = make_nominal(owner)
    client = signed_in_client(owner)
    with connections["owner"].cursor() as cursor:
        cursor.execute("update records_record set marking = 3 where id = %s", [made.pk])
    numbers = "\n".join(who.collar_number for who in (low, far, fine))
    answer = client.post(
        f"{page_of(made)}restrict/",
        {"version": "1", "reason": "A relative", "admitted": numbers, "keep_me": "on"},
    )
    assert answer.status_code == 422
    body = answer.content.decode()
    assert f"{low.collar_number}, {far.collar_number} cannot be admitted" in body
    with pytest.raises(Invalid) as caught:
        do(owner, "pole.nominal.restrict", record_id=made.pk, version=1, reason="x",
           admitted=list(Officer.objects.filter(pk=low.appointment_id)))  # fmt: skip
    assert low.collar_number in str(caught.value)
