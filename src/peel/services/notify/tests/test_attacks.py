"""Raw SQL as the web role: nobody admits himself, stretches his time or reads others' notices."""

import pytest
from django.db import DatabaseError, connections, transaction

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer
from peel.services.notify import telling
from peel.services.notify.tests.scenes import (
    REASON,
    carry,
    do,
    restricted_nominal,
    run_out,
    under_the_worker,
)

GLASS = "select * from records.break_glass(gen_random_uuid(), gen_random_uuid(), %s, 'life', %s)"


@pytest.fixture
def owner(database):
    return officer(role="supervisor", clearance=3)


@pytest.fixture
def nominal(owner):
    return restricted_nominal(owner)


@pytest.fixture
def constable(database):
    return officer(role="response officer", clearance=3)


@pytest.fixture
def act(nominal, constable):
    values = {"reference": nominal.reference, "category": "life", "reason": REASON}
    return do(constable, "records.break_glass", **values)


def ask(sql, *values):
    with connections["default"].cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def refused(who, sql, *values):
    """The SQLSTATE with which a statement is refused."""
    block = speaking(who) if who else transaction.atomic()
    with pytest.raises(DatabaseError) as caught, block:
        ask(sql, *values)
    return caught.value.__cause__.sqlstate


SEEN = "select count(*) from records_record where id = %s"


def test_nobody_opens_anything_without_the_permission_or_a_reason(nominal, constable):
    analyst = officer(role="analyst", clearance=3)
    assert refused(analyst, GLASS, nominal.reference, REASON) == "42501"
    assert refused(None, GLASS, nominal.reference, REASON) == "42501"
    assert refused(constable, GLASS, nominal.reference, "x" + " " * 40) == "23514"


def test_the_web_role_writes_no_admission_act_or_judgement(nominal, constable, act):
    post = constable.appointment_id
    for statement in (
        "update records_admission set until = null",
        "update records_admission set until = now() + interval '1 year'",
        "update records_admission set ended_at = null",
        "delete from records_admission",
        "update records_breakglass set until = now() + interval '1 year'",
        "update records_breakglass set concerned = '{}'",
        "delete from records_breakglass",
        "insert into records_judgement (id, break_glass_id, verdict, words, at, by_id) values"
        f" (gen_random_uuid(), '{act.pk}', 'justified', 'x', now(), '{post}')",
        "insert into records_admission (id, record_id, user_id, admitted_at, admitted_by_id) values"
        f" (gen_random_uuid(), '{nominal.pk}', '{constable.user_id}', now(), '{post}')",
        f"select records.guardians('{nominal.pk}')",
        f"select records.seers('{nominal.pk}', array['{constable.user_id}'::uuid])",
        f"select records.reach('{nominal.pk}', array['{constable.user_id}'::uuid])",
        "select records.role_may('supervisor', 'x')",
    ):
        assert refused(constable, statement) == "42501", statement


def test_a_supervisor_who_broke_it_does_not_make_himself_at_home(nominal, owner):
    boss = officer(role="supervisor", clearance=3)
    values = {"reference": nominal.reference, "category": "life", "reason": REASON}
    do(boss, "records.break_glass", **values)
    for statement in (
        f"select records.admit(gen_random_uuid(), '{nominal.pk}', '{boss.user_id}', now())",
        f"select records.expel('{nominal.pk}', '{owner.user_id}', now())",
        f"select records.set_visibility('{nominal.pk}', 2, false, null, null, null, now(), 'x')",
    ):
        assert refused(boss, statement) == "42501", statement


def test_a_transaction_held_open_stretches_nothing(nominal, constable, act):
    with speaking(constable):
        assert ask(SEEN, nominal.pk) == [(1,)]
        run_out(act)
        assert ask(SEEN, nominal.pk) == [(0,)]
        assert ask("select records.visible_now(%s)", nominal.pk) == [(False,)]
        assert ask("select records.visible_among(array[%s])", nominal.pk) == []
        assert ask("select count(*) from pole_nominal") == [(0,)]
        assert ask("select count(*) from records_recordevent") == [(0,)]
        found = "select count(*) from records.find('{}', 'quillfeather:*', 'quillfeather', null, 9)"
        assert ask(found) == [(0,)]
        assert ask("select count(*) from records_admission") == [(0,)]


def test_others_neither_read_nor_answer_an_act(nominal, constable, act):
    carry()
    outsider = officer(role="supervisor", clearance=3)
    with speaking(outsider):
        for table in ("records_breakglass", "records_judgement", "notify_notice"):
            assert ask(f"select count(*) from {table}") == [(0,)], table
    for call in (
        f"select records.end_break_glass('{act.pk}')",
        f"select records.judge_break_glass(gen_random_uuid(), '{act.pk}', 'justified', 'x')",
        "select records.end_break_glass('00000000-0000-7000-8000-000000000000')",
    ):
        assert refused(outsider, call) == "P0002"
    judging = f"select records.judge_break_glass(gen_random_uuid(), '{act.pk}', 'justified', 'x')"
    assert refused(constable, judging) == "P0002"


def test_whoever_broke_it_reads_no_judgement(owner, nominal, constable, act):
    do(owner, "records.judge_break_glass", act_id=act.pk, verdict="open", words="Odd")
    with speaking(constable):
        assert ask("select count(*) from records_breakglass") == [(1,)]
        assert ask("select count(*) from records_judgement") == [(0,)]
    with speaking(owner):
        assert ask("select words from records_judgement") == [("Odd",)]


def test_notices_watches_and_mutes_are_each_ones_own(owner, nominal, constable):
    with under_the_worker():
        telling.tell([owner.user_id], "account", "For the owner alone")
    do(owner, "notify.watch", record_id=nominal.pk)
    with speaking(owner):
        ask("insert into notify_mute (id, user_id, reason, since)"
            " values (gen_random_uuid(), %s, 'unit', now())", owner.user_id)  # fmt: skip
    with speaking(constable):
        for table in ("notify_notice", "notify_watch", "notify_mute"):
            assert ask(f"select count(*) from {table}") == [(0,)], table
        assert ask("update notify_notice set read_at = now()") == 0
        assert ask("delete from notify_watch") == 0
        assert ask("select waiting from notify.unread(%s, '{}')", owner.token) == [(0,)]
    me, record = constable.user_id, nominal.pk
    for statement in (
        "update notify_notice set text = 'x'",
        "delete from notify_notice",
        f"insert into notify_notice (id, user_id, reason, text, events, count, at) values"
        f" (gen_random_uuid(), '{me}', 'account', 'x', '{{}}', 1, now())",
        f"insert into notify_watch (id, user_id, record_id, since) values"
        f" (gen_random_uuid(), '{me}', '{record}', now())",
        f"insert into notify_watch (id, user_id, record_id, since) values"
        f" (gen_random_uuid(), '{owner.user_id}', '{record}', now())",
        f"select notify.waiting(array['{owner.user_id}'::uuid])",
        "select notify.ring_again(now())",
        f"select notify.tell(array[gen_random_uuid()], array['{me}'::uuid], 'account', 'x', null,"
        " null, null, gen_random_uuid(), now(), interval '1 minute')",
    ):
        assert refused(constable, statement) == "42501", statement
    with speaking(owner):
        muted = "insert into notify_mute (id, user_id, reason, since) values"
        with pytest.raises(DatabaseError), transaction.atomic():
            ask(f"{muted} (gen_random_uuid(), %s, 'break_glass', now())", owner.user_id)


def test_a_count_does_not_betray_what_is_hidden(owner, constable):
    from tests.machine.test_main_job import make_nominal

    from peel.services.notify.queries import waiting

    open_one = make_nominal(owner)
    with under_the_worker():
        telling.tell([constable.user_id], "watch", "Edit", open_one.pk)
    assert waiting(constable).count == 1
    values = {"record_id": open_one.pk, "version": 1, "reason": "x", "admitted": []}
    do(owner, "pole.nominal.restrict", **values)
    assert waiting(constable).count == 0
    with speaking(constable):
        assert waiting(constable).count == 0
        assert ask("select count(*) from notify_notice") == [(0,)]
