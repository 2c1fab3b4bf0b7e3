"""Raw SQL as the web role over a pooled connection: nothing of a restricted record in any table."""

import pytest
from django.db import DatabaseError, connections, transaction

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, signed_in_client
from tests.security.stage import build, readable, restrict, said

pytestmark = pytest.mark.usefixtures("pooled")


def ask(sql, *values):
    with connections["default"].cursor() as cursor:
        cursor.execute(sql, values or None)


OFFICERS = ["not admitted", "too low", "of another force"]


@pytest.fixture
def stage(pooled):
    return build()


def test_the_owner_reads_it_all(stage):
    with speaking(stage.owner):
        found = "\n".join(readable().values())
    assert set(said(stage, found)) == {*stage.words, *stage.ids}


@pytest.mark.parametrize("who", OFFICERS)
def test_no_table_says_anything_to_others(stage, who):
    with speaking(stage.others[who]):
        found = readable()
    assert {"public.records_record", "public.pole_link"} <= set(found)
    assert {table: out for table, text in found.items() if (out := said(stage, text))} == {}


def test_nobody_reads_no_record_at_all(stage):
    for table in (
        "records_record",
        "records_recordevent",
        "pole_nominal",
        "pole_nominalname",
        "pole_link",
        "investigation_crime",
        "investigation_crimeevent",
        "records_admission",
        "records_recent",
    ):
        with connections["default"].cursor() as cursor:
            cursor.execute(f"select count(*) from {table}")
            assert cursor.fetchone() == (0,), table


def test_what_was_opened_before_it_was_restricted_is_gone_with_its_traces(stage):
    page = f"/pole/nominal/{stage.visible['nominal'].reference}/"
    client = signed_in_client(stage.other)
    assert client.get(page).status_code == 200
    restrict(stage.owner, stage.visible["nominal"])
    with speaking(stage.other):
        found = "\n".join(readable().values())
    assert "Okafor" not in found
    assert str(stage.visible["nominal"].pk) not in found
    assert "Okafor" not in client.get("/").content.decode()


def test_an_officer_who_left_the_list_reads_no_trace_of_the_record(stage):
    record = stage.hidden["nominal"]
    with speaking(stage.owner), connections["default"].cursor() as cursor:
        cursor.execute(
            "select records.admit(gen_random_uuid(), %s, %s, now())",
            [record.pk, stage.other.user_id],
        )
    with speaking(stage.other):
        assert "Quillfeather" in readable()["public.records_record"] or (
            "QUILLFEATHER" in readable()["public.records_record"]
        )
    with speaking(stage.owner), connections["default"].cursor() as cursor:
        cursor.execute("select records.expel(%s, %s, now())", [record.pk, stage.other.user_id])
    with speaking(stage.other):
        found = readable()
    assert {table: out for table, text in found.items() if (out := said(stage, text))} == {}


FUNCTIONS = {
    "records.visible_now(%s)": (False,),
    "records.access_list(%s)": None,
    "records.may_see(%s, null, 1::smallint, false)": (False,),
}


def test_a_function_says_of_a_hidden_record_what_it_says_of_none(stage):
    with speaking(stage.other), connections["default"].cursor() as cursor:
        for call, answer in FUNCTIONS.items():
            for key in (stage.hidden["nominal"].pk, "00000000-0000-7000-8000-000000000000"):
                cursor.execute(f"select {call}", [key])
                assert cursor.fetchone() == answer


REFUSING = (
    "records.put_document(%s, 'x', 'x', '{}', 'x')",
    "records.set_visibility(%s, 3, false, null, null, null, now(), 'x')",
    "records.admit(gen_random_uuid(), %s, gen_random_uuid(), now())",
    "records.expel(%s, gen_random_uuid(), now())",
)


def test_a_function_refuses_a_hidden_record_as_it_refuses_none(stage):
    answers = set()
    for call in REFUSING:
        for key in (stage.hidden["nominal"].pk, "00000000-0000-7000-8000-000000000000"):
            with pytest.raises(DatabaseError) as caught, speaking(stage.other):
                ask(f"select {call}", key)
            answers.add((caught.value.__cause__.sqlstate, str(caught.value).splitlines()[0]))
    assert answers == {("P0002", "no such record")}


def test_search_places_and_counts_do_not_know_it(stage):
    asked = [
        ("select * from records.find('{}', 'quillfeather:*', 'quillfeather', null, 50)", []),
        (
            "select * from records.find(%s, '', '', null, 50)",
            [[stage.hidden["nominal"].reference.replace("-", "")]],
        ),
        ("select * from places.within(534978, 180446, 50000, 1000)", []),
        (
            "select value from records.facet_counts('pole.location', '[null,null]')"
            " where facet > 0",
            [],
        ),
        (
            "select n from records.facet_counts('investigation.incident', '[null, null]')"
            " where facet = 0 and n > 0",
            [],
        ),
    ]
    for query, values in asked:
        with speaking(stage.other), connections["default"].cursor() as cursor:
            cursor.execute(query, values)
            assert cursor.fetchall() == [], query
    with speaking(stage.owner), connections["default"].cursor() as cursor:
        cursor.execute("select count(*) from places.within(534978, 180446, 50000, 1000)")
        assert cursor.fetchone() == (1,)


LEAKS = {
    "a cast that fails on a hidden title": "select * from records_record where title::int = 1",
    "a division that fails on a hidden version": (
        "select * from records_record where restricted and 1 / (version - version) = 1"
    ),
    "a function of one's own that tells what it sees": (
        "select * from pole_nominal where pg_temp.tell(family_name)"
    ),
    "an operator that is not leakproof": (
        "select * from pole_nominal where family_name ~ '(Quillfeather' "
    ),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_a_cheap_condition_never_meets_a_hidden_row(stage, leak):
    notices: list[str] = []
    with pytest.MonkeyPatch.context(), speaking(stage.other):
        connection = connections["default"]
        with connection.cursor() as cursor:
            cursor.connection.add_notice_handler(lambda said: notices.append(said.message_primary))
            cursor.execute(
                "create function pg_temp.tell(text) returns boolean cost 0.0000001 language plpgsql"
                " as $$ begin raise notice 'seen: %', $1; return true; end $$"
            )
            try:
                with transaction.atomic():
                    cursor.execute(LEAKS[leak])
                    answer = repr(cursor.fetchall())
            except DatabaseError as error:
                answer = repr(error)
    assert said(stage, answer + repr(notices)) == []
    if "function" in leak:
        assert notices == ["seen: Okafor"]


def test_nobody_may_call_a_function_leakproof(pooled):
    with pytest.raises(DatabaseError), connections["default"].cursor() as cursor:
        cursor.execute(
            "create function pg_temp.quiet(text) returns boolean language sql leakproof"
            " as 'select true'"
        )


def test_statistics_and_estimates_say_nothing(stage, database):
    """EXPLAIN ANALYZE, which counts the rows that a policy takes away, is PostgreSQL's own limit:
    it tells that a reference is taken to who can run any SQL and guesses it, and nothing else."""
    database.connection.execute("analyze")
    with speaking(stage.other), connections["default"].cursor() as cursor:
        for source in ("pg_stats", "pg_stats_ext", "pg_stats_ext_exprs"):
            cursor.execute(f"select t::text from {source} t where schemaname = 'public'")
            assert said(stage, "\n".join(row[0] for row in cursor.fetchall())) == []
        plans = set()
        for reference in (stage.hidden["nominal"].reference, "NM26-0000-0000-A"):
            query = f"select * from records_record where reference = '{reference}'"
            cursor.execute(f"explain (format json) {query}")
            plans.add(str(cursor.fetchone()[0]).replace(reference, ""))
        assert len(plans) == 1


CLOSED = [
    "select * from pg_statistic",
    "select * from pg_authid",
    "select last_value from records_recordevent_pgh_id_seq",
    "select last_value from records_tally_id_seq",
    "select nextval('records_tally_id_seq')",
    "select * from records_document",
    "select * from records_tally",
    "select * from places_point",
    "select * from audit_line",
    "select * from audit_text",
    "select * from base_delivery",
    "select * from access_secret",
    "select * from access_sessiontoken",
    "select password from access_user",
    "select * from django_session",
    "select pg_read_file('/etc/passwd')",
    "select * from pg_ls_dir('.')",
    "copy records_record to program 'cat'",
    "select * from police_uk_sourcerow",
]


def test_the_web_role_may_not_read(pooled):
    who = officer(role="supervisor", clearance=3)
    for statement in CLOSED:
        with pytest.raises(DatabaseError) as caught, speaking(who):
            ask(statement)
        assert caught.value.__cause__.sqlstate in ("42501", "0LP01"), statement


def test_no_sequence_shows_how_many_there_are(stage):
    with speaking(stage.owner), connections["default"].cursor() as cursor:
        cursor.execute("select sequencename, last_value from pg_sequences where last_value > 0")
        assert cursor.fetchall() == []


def test_the_statements_of_others_hold_no_words_and_no_tokens(stage, database):
    """Sessions of one role see each other's statements, so none may have values written in."""
    from threading import Event, Thread

    held, done = Event(), Event()

    def another():
        from peel.kernel.access.identity import identify

        identify(stage.owner.token)
        held.set()
        done.wait(60)
        connections.close_all()

    seen = []
    thread = Thread(target=another)
    # A thread has connections of its own: plain ones, of the same role.
    thread.start()
    held.wait(60)
    with connections["default"].cursor() as cursor:
        cursor.execute("select query from pg_stat_activity where pid <> pg_backend_pid()")
        seen = [row[0] for row in cursor.fetchall()]
    done.set()
    thread.join()
    assert any("access.who" in query for query in seen)
    assert not any(stage.owner.token in query for query in seen)
