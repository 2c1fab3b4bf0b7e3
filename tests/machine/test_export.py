"""Lists taken away as files: what is seen and no more, each chunk accounted for first."""

import csv
import io
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlparse

import pytest
from django.conf import settings
from django.db import connections, transaction
from openpyxl import load_workbook

from peel.kernel.access.identity import end
from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.services.lists import files as pages
from peel.services.lists import rows as reading
from peel.services.oversight.tests import scenes
from tests.machine.test_main_job import make_crime
from tests.security.stage import restrict

pytestmark = pytest.mark.usefixtures("database")
WHERE = "/investigation/crime/export.{}"
MANY = ["investigation.crime.*", "pole.location.view"]


def lines(who):
    return [
        (outcome, json.loads(detail), subjects)
        for outcome, detail, subjects in scenes.rows(
            "select outcome, detail, subjects from audit_line where user_id = %s"
            " and name = 'investigation.crime.export' and act = 'disclosure' order by id",
            [who.user_id],
        )
    ]


def table(body):
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def gathered(answer, each=lambda: None):
    """A streamed answer, in a thread of its own: a browser's loop may be running in this one."""

    def gather():
        try:
            return scenes.taken(answer, each)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(gather).result()


def taken(client, form="csv", query=""):
    answer = client.get(WHERE.format(form) + query)
    assert answer.status_code == 200, answer.content[:2000]
    return gathered(answer)[0], answer


def test_a_list_as_csv_is_what_was_asked_for():
    who = officer(permissions=MANY)
    kept = make_crime(who, summary="=cmd|' /C calc'!A0")
    make_crime(who, category="Robbery")
    query = "?category=Burglary&col=category&col=summary&sort=created_at"
    body, answer = taken(signed_in_client(who), query=query)
    assert body.startswith(b"\xef\xbb\xbf")
    read = table(body)
    assert read[0] == ["Reference", "Category", "Summary", "Restricted"]
    assert read[1] == [kept.reference, "Burglary", "'=cmd|' /C calc'!A0", ""]
    remarks = dict(line[:2] for line in read if line and line[0].startswith("# "))
    assert remarks["# Rows"] == "1"
    assert remarks["# Highest marking"] == "OFFICIAL"
    assert "category: Burglary" in remarks["# Asked for"]
    assert who.name in remarks["# Exported by"]
    assert "# Whole" in remarks
    assert answer["Content-Disposition"].endswith('-official.csv"')


def test_a_list_as_a_workbook_opens_with_its_types():
    who = officer(permissions=MANY, clearance=3)
    made = make_crime(who, summary="+44", marking=2)
    body, answer = taken(signed_in_client(who), "xlsx", "?col=summary&col=marking&col=created_at")
    book = load_workbook(io.BytesIO(body))
    headings, row = list(book["Crimes"].values)
    assert headings == ("Reference", "Summary", "Marking", "Recorded (London time)", "Restricted")
    assert row[:3] == (made.reference, "+44", "OFFICIAL-SENSITIVE")
    assert row[3].year == made.created_at.year
    about = dict(list(book["About this export"].values)[1:])
    assert about["Highest marking"] == "OFFICIAL-SENSITIVE"
    assert answer["Content-Disposition"].endswith('-official-sensitive.xlsx"')


def test_every_row_leaves_once_in_order_in_chunks_that_are_accounted_for_first(monkeypatch):
    monkeypatch.setattr(reading, "CHUNK", 3)
    who = officer(permissions=MANY)
    made = [make_crime(who) for _ in range(7)]
    answer = signed_in_client(who).get(WHERE.format("csv"))
    assert lines(who) == []
    body, seen = gathered(answer, lambda: len(lines(who)))
    # The headings, three chunks each behind its line, and the end behind the closing one.
    assert seen == [0, 1, 2, 3, 4]
    given = [row[0] for row in table(body)[1:8]]
    assert given == [record.reference for record in reversed(made)]
    held = lines(who)
    assert [len(subjects) for _, _, subjects in held] == [3, 3, 1, 0]
    assert {pk for *_, subjects in held for pk in subjects} == {record.pk for record in made}
    assert held[-1][1]["closing"] is True
    assert held[-1][1]["rows"] == 7


@pytest.mark.parametrize("sort", ["-created_at", "category,-created_at", "category,state"])
def test_other_orders_lose_no_row(monkeypatch, sort):
    monkeypatch.setattr(reading, "CHUNK", 2)
    who = officer(permissions=MANY)
    made = [make_crime(who, category=c) for c in ("Burglary", "Robbery", "Burglary", "Drugs")]
    body, _ = taken(signed_in_client(who), query=f"?sort={sort}")
    given = [row[0] for row in table(body)[1:5]]
    assert sorted(given) == sorted(record.reference for record in made)


def test_what_is_hidden_is_not_in_it_and_a_hidden_place_reads_as_none():
    owner = officer(permissions=["*"], clearance=3)
    from tests.security.stage import do

    place = do(owner, "pole.location.create", street="Xanadu Crescent", town="Wapping")
    open_ = make_crime(owner, location=place)
    hidden = make_crime(owner)
    restrict(owner, hidden)
    restrict(owner, place)
    who = officer(permissions=MANY, clearance=3)
    body, _ = taken(signed_in_client(who), query="?col=location")
    assert [row[:2] for row in table(body)[1:2]] == [[open_.reference, ""]]
    assert hidden.reference.encode() not in body
    assert b"Xanadu" not in body
    named = {pk for *_, subjects in lines(who) for pk in subjects}
    assert named == {open_.pk}
    mine, _ = taken(signed_in_client(owner), query="?col=location")
    assert b"Xanadu" in mine
    assert ["Yes"] in [row[2:3] for row in table(mine)]


def test_the_session_that_ends_ends_the_export(monkeypatch):
    monkeypatch.setattr(reading, "CHUNK", 2)
    who = officer(permissions=MANY)
    for _ in range(5):
        make_crime(who)
    client = signed_in_client(who)
    answer = client.get(WHERE.format("csv"))
    got = []

    def leave():
        got.append(1)
        if len(got) == 2:
            end(who.token)

    with pytest.raises(Exception, match="signed out"):
        gathered(answer, leave)
    assert [(o, d["rows"]) for o, d, _ in lines(who)] == [("done", 2)]
    last = scenes.rows(
        "select outcome, user_id, detail from audit_line"
        " where name = 'investigation.crime.export' order by id desc limit 1"
    )[0]
    assert last[:2] == ("failed", None)
    assert json.loads(last[2])["reason"] == "SignedOut"
    assert json.loads(last[2])["rows"] == 2


def test_who_may_not_take_it_away_is_refused_and_that_is_on_record():
    for permissions, status in (
        (["investigation.crime.view"], 403),
        (["investigation.crime.export"], 403),
        (MANY, 200),
    ):
        who = officer(permissions=permissions)
        for form in ("csv", "xlsx"):
            assert signed_in_client(who).get(WHERE.format(form)).status_code == status
    assert signed_in_client(who).get(WHERE.format("csv") + "?sort=nonsense").status_code == 422
    assert signed_in_client(who).post(WHERE.format("csv")).status_code == 405
    assert signed_in_client(who).head(WHERE.format("csv")).status_code == 405


def test_much_at_once_asks_for_a_fresh_proof(monkeypatch):
    from peel.kernel.access.tests.factories import unproved

    monkeypatch.setattr(pages, "LARGE", 1)
    who = officer(permissions=MANY)
    make_crime(who)
    client = signed_in_client(unproved(who))
    assert client.get(WHERE.format("csv")).status_code == 200
    make_crime(who)
    assert "confirm" in client.get(WHERE.format("csv"))["Location"]


def test_a_dropped_connection_ends_the_work_and_says_how_far_it_went(database, live_server_url):
    who = officer(permissions=MANY)
    make_crime(who)
    # Three chunks of 5,000 rows, each more than the system's buffers take: the connection may be
    # dropped before the first has left, and the second is then already being made.
    _multiply(12_000)
    client = signed_in_client(who)
    names = (settings.SESSION_COOKIE_NAME, settings.PEEL_IDENTITY_COOKIE)
    cookies = "; ".join(f"{name}={client.cookies[name].value}" for name in names)
    host = urlparse(live_server_url)
    with socket.create_connection((host.hostname, host.port)) as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        asked = f"GET {WHERE.format('csv')}?col=summary HTTP/1.1\r\nHost: {host.netloc}"
        wire.sendall(f"{asked}\r\nCookie: {cookies}\r\n\r\n".encode())
        assert b"200 OK" in wire.recv(4096)
        while not lines(who):
            time.sleep(0.05)
    until = time.monotonic() + 120
    failed = []
    while not failed and time.monotonic() < until:
        # Two lines of one millisecond stand in any order.
        failed = [detail for outcome, detail, _ in lines(who) if outcome == "failed"]
        time.sleep(0.1)
    (detail,) = failed
    assert detail["reason"] == "The connection was dropped"
    assert detail["rows"] <= 10_000


def _multiply(number):
    """Copy the one crime, with the triggers off."""
    tables = ("records_record", "investigation_crime")
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for name in tables:
            cursor.execute(f"alter table {name} disable trigger user")
        cursor.execute(
            "create temp table more on commit drop as select gen_random_uuid() as id, n"
            " from generate_series(1, %s) n",
            [number],
        )
        for name, key in zip(tables, ("id", "record_ptr_id"), strict=True):
            cursor.execute(
                "select string_agg(quote_ident(column_name), ', '), string_agg(case column_name"
                " when %s then 'm.id' when 'reference' then '''CR'' || m.n' when 'summary' then"
                " 'repeat(''x'', 9000)' else 't.' || quote_ident(column_name) end, ', ')"
                " from information_schema.columns where table_name = %s"
                " and is_generated = 'NEVER'",
                [key, name],
            )
            columns, values = cursor.fetchone()
            cursor.execute(f"insert into {name} ({columns}) select {values} from {name} t, more m")
        cursor.execute("set constraints all immediate")
        for name in tables:
            cursor.execute(f"alter table {name} enable trigger user")
