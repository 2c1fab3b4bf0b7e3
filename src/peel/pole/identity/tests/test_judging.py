"""Judging: merge, split, undo, must-not-link, two at once; and what nobody may learn by it."""

import hashlib
import threading

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.security.stage import restrict

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, organisation, unit
from peel.machine.commands import Invalid, NotFound, Refused, run
from peel.machine.commands.registry import commands
from peel.pole.identity import api
from peel.pole.identity.clusters import Said, clusters
from peel.pole.identity.commands import NOT_NOW
from peel.pole.identity.models import Judgement


def do(who, name, **values):
    return run(commands[name], who, values)


def nominals(who, *names, **fields):
    made = [do(who, "pole.nominal.create", family_name=name, **fields) for name in names]
    return sorted(made, key=lambda record: record.pk)


def judge(who, one, other, verdict="same", **more):
    return do(who, "pole.nominal.judge", record_id=one.pk, other=other, verdict=verdict,
              reason="The same tattoo", **more)  # fmt: skip


def members(who, record):
    with speaking(who):
        return api.members(record.pk)


def ids(*records):
    return tuple(record.pk for record in records)


def last(who):
    with speaking(who):
        return Judgement.objects.order_by("-pk").first()


def rows(sql, *arguments):
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql, arguments)
        return cursor.fetchall()


def said():
    return [
        Said(*row)
        for row in rows("select first_id, second_id, verdict, asserted_at, ended_at"
                        " from identity_judgement order by random()")
    ]  # fmt: skip


def held_clusters():
    """The clusters as the table has them, in the form of the pure function."""
    groups = {}
    for record, cluster in rows("select record_id, cluster from identity_membership"
                                " where until is null order by record_id"):  # fmt: skip
        groups.setdefault(cluster, []).append(record)
    assert all(cluster == min(group) for cluster, group in groups.items())
    return {key: tuple(group) for group in groups.values() for key in group}


CONTENT = ("pole_nominal", "pole_nominalname", "pole_nominaldateofbirth",
           "pole_nominalidentifier", "pole_link", "records_record")  # fmt: skip


def content_hash(tables=CONTENT):
    """Over every byte of the source records, their facts and links."""
    found = hashlib.sha256()
    for table in tables:
        for (row,) in rows(f"select t::text from {table} t order by 1"):
            found.update(row.encode())
    return found.hexdigest()


@pytest.fixture
def who(database):
    return officer(role="supervisor", clearance=3)


def test_merging_splitting_and_undoing_touch_no_byte_of_the_source_records(who):
    a, b, c = nominals(who, "Okafor", "Okafar", "Okaforr")
    before = content_hash()
    judge(who, a, b)
    judge(who, c, b, verdict="unsure")
    judge(who, c, b)
    assert members(who, c) == ids(a, b, c)
    with pytest.raises(Refused, match="Split one off first"):
        judge(who, a, c, verdict="different")
    with pytest.raises(Invalid, match="judged so already"):
        judge(who, b, a)
    with pytest.raises(Invalid, match="the same record"):
        judge(who, b, b)
    do(who, "pole.nominal.split", record_id=b.pk, reason="Another tattoo")
    assert [members(who, each) for each in (a, b, c)] == [ids(a), ids(b), ids(c)]
    with pytest.raises(Refused, match=r"are judged different: Another tattoo End that first"):
        judge(who, b, c)
    parted = last(who)
    do(who, "pole.nominal.end_judgement", record_id=b.pk, which=parted.pk, reason="A slip",
       whole=True)  # fmt: skip
    assert members(who, b) == ids(a, b, c)
    assert held_clusters() == clusters(said())
    with pytest.raises(Refused, match="ended this judgement meanwhile: A slip"):
        do(who, "pole.nominal.end_judgement", record_id=b.pk, which=parted.pk, reason="Me too")
    assert content_hash() == before
    with speaking(who):
        moments = list(Judgement.objects.order_by("asserted_at").values_list("asserted_at"))
    for (at,) in moments:
        with speaking(who):
            assert api.seen_clusters(ids(a, b, c), at) == clusters(said(), at)


def test_must_not_link_holds_anywhere_in_what_would_be_joined(who):
    a, b, c, d = nominals(who, "A", "B", "C", "D")
    judge(who, a, b)
    judge(who, c, d)
    judge(who, a, d, verdict="different")
    with pytest.raises(Refused, match=f"{a.reference} and {d.reference} are judged different"):
        judge(who, b, c)
    with pytest.raises(NotFound):
        do(who, "pole.nominal.end_judgement", record_id=c.pk, which=c.pk, reason="No such")
    place = do(who, "pole.location.create", street="Lanyard Street", paon="1", town="Wapping")
    with pytest.raises(Invalid, match="is not a person"):
        judge(who, a, place)
    assert held_clusters() == clusters(said())


def test_a_hidden_member_joins_nothing_and_is_not_told_of(who):
    """Whoever does not see a member sees no count and no judgement, and no name in a refusal."""
    a, b, c, d = nominals(who, "Abel", "Hidden", "Cain", "Dinah")
    judge(who, a, b)
    judge(who, b, c)
    judge(who, b, d, verdict="different")
    restrict(who, b)
    foreign = unit("Elsewhere", of=organisation("Northmarch Constabulary"))
    callers = [
        officer(role="supervisor", clearance=3),
        officer(role="supervisor", clearance=1),
        officer(role="response officer", clearance=3),
    ]
    for other in callers:
        for record in (a, c, d):
            assert members(other, record) == ids(record)
        with speaking(other):
            assert not Judgement.objects.exists()
            assert api.members_of(ids(a, c)) == {a.pk: a.pk, c.pk: c.pk}
            assert api.members(b.pk) == ids(b)
            with connections["default"].cursor() as cursor:
                cursor.execute("select * from identity.bonds(%s, null)", [list(ids(a, b, c, d))])
                assert cursor.fetchall() == []
    with speaking(officer(role="supervisor", clearance=3, of=foreign)):
        assert api.members(a.pk) == ids(a)
    assert members(who, c) == ids(a, b, c)
    plain = callers[0]
    with pytest.raises(Refused) as refusal:
        judge(plain, a, d)
    assert str(refusal.value) == NOT_NOW
    with pytest.raises(Refused) as refusal:
        judge(plain, a, c, verdict="different")
    assert str(refusal.value) == NOT_NOW
    with pytest.raises(Refused, match="not joined to any other"):
        do(plain, "pole.nominal.split", record_id=a.pk, reason="Why not")
    with pytest.raises(NotFound):
        judge(plain, a, b)
    # What he may judge joins the two for him, and stays when the hidden one is split off.
    judge(plain, a, c)
    assert members(plain, c) == ids(a, c)
    do(who, "pole.nominal.split", record_id=b.pk, reason="Another man")
    assert members(who, c) == members(plain, a) == ids(a, c)


@pytest.mark.parametrize("table", ["identity_judgement", "identity_membership"])
def test_raw_reading_shows_no_row_about_a_hidden_member(who, table):
    a, b = nominals(who, "Abel", "Hidden")
    judge(who, a, b)
    restrict(who, b)
    with (
        speaking(officer(role="supervisor", clearance=3)),
        connections["default"].cursor() as cursor,
    ):
        if table == "identity_judgement":
            cursor.execute("select count(*) from identity_judgement")
            assert cursor.fetchone() == (0,)
        else:
            cursor.execute("select has_table_privilege(%s, 'select')", [table])
            assert cursor.fetchone() == (False,)


def test_clusters_merged_by_two_at_once_end_in_one_right_state(who):
    records = nominals(who, *(f"N{number}" for number in range(6)))
    officers = [officer(role="supervisor", clearance=3) for _ in range(3)]
    jobs = [[(0, 1), (2, 3), (4, 1)], [(1, 2), (3, 4), (0, 3)], [(5, 4), (5, 0), (2, 5)]]
    gate, trouble = threading.Barrier(len(jobs)), []

    def play(officer, pairs):
        try:
            gate.wait(20)
            for one, other in pairs:
                judge(officer, records[one], records[other])
        except Exception as problem:
            trouble.append(problem)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=play, args=each) for each in zip(officers, jobs, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert trouble == []
    assert held_clusters() == clusters(said())
    assert members(who, records[5]) == ids(*records)


FACTS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["alias", "nickname"]), st.sampled_from("PQR")),
    max_size=4,
)


@settings(max_examples=3, deadline=None, derandomize=True,
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(FACTS, st.integers(0, 2))
def test_facts_added_while_merged_stay_with_their_source(who, facts, gone):
    """Merge, add facts, split: the same content as adding the facts to records never merged."""

    def play(*, merged):
        three = nominals(who, "A", "A", "A")
        if merged:
            judge(who, three[0], three[1])
            judge(who, three[1], three[2])
        for index, kind, name in facts:
            do(who, "pole.nominal.add_name", record_id=three[index].pk, kind=kind,
               family_name=name)  # fmt: skip
        if merged:
            do(who, "pole.nominal.split", record_id=three[gone].pk, reason="Not the same")
        return [
            rows("select n.family_name, n.given_names, n.carried_version,"
                 " array(select (f.kind, f.family_name, f.asserted_by_id, f.ended_at)::text"
                 " from pole_nominalname f where f.nominal_id = n.record_ptr_id order by 1),"
                 " (select count(*) from pole_nominalevent e where e.pgh_obj_id = n.record_ptr_id)"
                 " from pole_nominal n where n.record_ptr_id = %s", record.pk)
            for record in three
        ]  # fmt: skip

    assert play(merged=True) == play(merged=False)
    assert held_clusters() == clusters(said())


@pytest.mark.parametrize(
    ("kind", "first", "added"),
    [
        ("objects.vehicle", {"make": "Ford"}, {"make": "Ford", "notes": "Dented on the left"}),
        ("investigation.incident", {"category": "Anti-social behaviour"},
         {"category": "Anti-social behaviour", "summary": "Shouting"}),
    ],
)  # fmt: skip
def test_records_of_any_kind_are_merged_added_to_and_parted_without_a_trace(
    who, kind, first, added
):
    table = kind.replace(".", "_")
    contents = (table, "records_record", "pole_link")
    two = sorted((do(who, f"{kind}.create", **first) for _ in range(2)), key=lambda r: r.pk)
    third = do(who, "pole.nominal.create", family_name="Vane")
    said_so = {"record_id": two[0].pk, "other": two[1], "verdict": "same", "reason": "One mark"}

    before = content_hash(contents)
    do(who, f"{kind}.judge", **said_so)
    assert members(who, two[1]) == ids(*two)
    with pytest.raises(Invalid, match="is not a"):
        do(who, f"{kind}.judge", **said_so | {"other": third})
    assert content_hash(contents) == before
    do(who, f"{kind}.edit", record_id=two[1].pk, version=two[1].version, **added)
    after = content_hash(contents)
    do(who, f"{kind}.split", record_id=two[1].pk, reason="Two marks")
    assert content_hash(contents) == after
    assert members(who, two[1]) == ids(two[1])
    assert held_clusters() == clusters(said())
    with pytest.raises(Refused, match="are judged different"):
        do(who, f"{kind}.judge", **said_so)
