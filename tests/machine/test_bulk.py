"""One action on several records: previewed, done one by one and once, each accounted for."""

import csv
import io
import re
import threading

import pytest
from django.db import OperationalError, connections
from django.urls import reverse

from peel.kernel.access.identity import end, speaking
from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.machine import registry
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.modules.investigation.models import Crime
from peel.services.lists import commands as work
from peel.services.lists.models import Bulk, BulkRow
from tests.machine.test_main_job import lines, make_crime
from tests.security.stage import restrict

pytestmark = pytest.mark.usefixtures("database")
START = "/investigation/crime/bulk/"
CANCEL = {"reason": "C4", "explanation": "Recorded in error"}


@pytest.fixture
def who():
    return officer("supervisor")


@pytest.fixture
def client(who):
    return signed_in_client(who)


def chosen(client, records, action="cancel", **more):
    given = {"row": [record.reference for record in records], "action": action} | more
    return client.post(START, given)


def previewed(client, records, action="cancel", answers=CANCEL):
    """The page of an action, its answers given and every record checked."""
    made = chosen(client, records, action)
    assert made.status_code == 302, made.content.decode()[:3000]
    answer = client.post(made["Location"], answers)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return made["Location"]


def confirmed(client, where):
    answer = client.post(where, {"step": "confirm"})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return text(client.get(where))


def text(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def outcomes(who):
    with speaking(who):
        rows = BulkRow.objects.select_related("record").order_by("pk")
        return {row.record_id: (row.outcome, row.reason) for row in rows}


def state(who, crime):
    with speaking(who):
        return Crime.objects.get(pk=crime.pk).state


def filed(who):
    """A crime that can no longer be cancelled."""
    crime = make_crime(who)
    run(commands["investigation.crime.cancel"], who,
        {"record_id": crime.pk, "version": 1, **CANCEL})  # fmt: skip
    return crime


def test_half_that_cannot_be_done_is_named_and_the_others_are_done(client, who):
    good, bad = [make_crime(who) for _ in range(3)], [filed(who) for _ in range(3)]
    before = len(lines("investigation.crime.cancel"))
    where = previewed(client, good + bad)
    page = text(client.get(where))
    assert "3 will be done" in page
    assert "3 refused" in page
    assert "Cancel the crime is not possible while the record is “Cancelled”." in page
    assert {state(who, crime) for crime in good} == {"recorded"}
    assert len(lines("investigation.crime.cancel")) == before
    page = confirmed(client, where)
    assert "All 6 are through: 3 done, 3 refused." in page
    assert {state(who, crime) for crime in good} == {"cancelled"}
    written = lines("investigation.crime.cancel")[before:]
    assert written == [("done", [crime.pk], [2]) for crime in good]
    rows = list(
        csv.reader(io.StringIO(client.get(where + "result.csv").content.decode("utf-8-sig")))
    )
    assert [row[1] for row in rows[1:]] == ["Done"] * 3 + ["Refused"] * 3
    with speaking(who):
        assert Bulk.objects.get().answers == ""


def test_a_record_changed_since_the_preview_is_left_and_named(client, who):
    first, second = make_crime(who), make_crime(who)
    where = previewed(client, [first, second])
    run(commands["investigation.crime.edit"], who,
        {"record_id": first.pk, "version": 1, "summary": "Changed"})  # fmt: skip
    page = confirmed(client, where)
    assert "1 done, 1 changed meanwhile" in page
    assert "Someone else changed it after it was chosen" in page
    assert (state(who, first), state(who, second)) == ("recorded", "cancelled")


def test_sent_twice_at_once_it_is_done_once(client, who):
    crimes = [make_crime(who) for _ in range(4)]
    where = previewed(client, crimes)
    answers = []

    def send():
        answers.append(signed_in_client(who).post(where, {"step": "confirm"}).status_code)
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302, 302]
    client.post(where, {"step": "confirm"})
    assert {outcome for outcome, _ in outcomes(who).values()} == {"done"}
    done = [line for line in lines("investigation.crime.cancel") if line[0] == "done"]
    assert sorted(line[1][0] for line in done) == sorted(crime.pk for crime in crimes)


def test_a_crash_in_the_middle_loses_nothing_and_does_nothing_twice(client, who, monkeypatch):
    crimes = [make_crime(who) for _ in range(3)]
    where = previewed(client, crimes)
    made = work._Each._make
    calls = []

    def breaks(self, *args):
        calls.append(1)
        result = made(self, *args)
        if len(calls) == 2:
            raise OperationalError("the server was killed before the commit")
        return result

    monkeypatch.setattr(work._Each, "_make", breaks)
    with pytest.raises(OperationalError):
        client.post(where, {"step": "confirm"})
    assert [o for o, _ in outcomes(who).values()] == ["done", "ready", "ready"]
    assert sorted(state(who, each) for each in crimes) == ["cancelled", "recorded", "recorded"]
    assert "1 of 3 are through" in text(client.get(where))
    client.post(where, {"step": "carry-on"})
    assert "All 3 are through: 3 done." in text(client.get(where))
    done = [line for line in lines("investigation.crime.cancel") if line[0] == "done"]
    # Each once; lines stand in lanes, so their order is not that of the work.
    assert sorted(line[1] for line in done) == sorted([crime.pk] for crime in crimes)


def test_long_work_goes_on_bit_by_bit(client, who, monkeypatch):
    monkeypatch.setattr(work, "SECONDS", 0)
    crimes = [make_crime(who) for _ in range(2)]
    where = previewed(client, crimes)
    assert "Checked 1 of 2" in text(client.get(where))
    early = client.post(where, {"step": "confirm"})
    assert early.status_code == 422
    client.post(where, {"step": "carry-on"})
    assert "1 of 2 are through" in confirmed(client, where)
    client.post(where, {"step": "carry-on"})
    assert "All 2 are through: 2 done." in text(client.get(where))


def test_a_session_that_ends_leaves_the_rest_to_be_resumed(client, who):
    crimes = [make_crime(who) for _ in range(2)]
    where = previewed(client, crimes)
    end(who.token)
    assert client.post(where, {"step": "confirm"}).status_code == 302
    assert {o for (o,) in outcomes_kept()} == {"ready"}


def outcomes_kept():
    with connections["owner"].cursor() as cursor:
        cursor.execute("select outcome from lists_bulkrow")
        return cursor.fetchall()


def test_what_is_hidden_is_neither_done_nor_named(client, who):
    owner = officer("supervisor")
    open_, hidden, later = make_crime(owner), make_crime(owner), make_crime(owner)
    restrict(owner, hidden)
    where = previewed(client, [open_, hidden, later])
    assert "2 crimes" in text(client.get(where))
    restrict(owner, later)
    page = client.get(where).content.decode()
    assert hidden.reference not in page
    assert later.reference not in page
    assert "no record there that you can see" in page
    confirmed(client, where)
    assert state(owner, later) == "recorded"
    none = [chosen(client, [hidden]), chosen(client, [], row=["CR26-1234-5678-K"])]
    assert {answer.status_code for answer in none} == {422}
    assert text(none[0]) == text(none[1])


def test_all_that_fit_the_question_up_to_a_limit(client, who, monkeypatch):
    fit = [make_crime(who, category="Robbery") for _ in range(3)]
    make_crime(who)
    made = client.post(START + "?category=Robbery", {"rows": "all", "action": "edit.summary"})
    assert client.post(made["Location"], {"summary": "Same for all"}).status_code == 302
    confirmed(client, made["Location"])
    with speaking(who):
        seen = Crime.objects.filter(summary="Same for all")
        assert {crime.pk for crime in seen} == {crime.pk for crime in fit}
        assert {crime.category for crime in seen} == {"Robbery"}
    monkeypatch.setattr(work, "MOST", 2)
    over = client.post(START, {"rows": "all", "action": "cancel"})
    assert over.status_code == 422
    assert "2 records or fewer" in text(over)


def test_wrong_answers_are_asked_again_and_nothing_is_done(client, who):
    made = chosen(client, [make_crime(who)])
    answer = client.post(made["Location"], {"reason": "C9"})
    assert answer.status_code == 422
    assert "Preview" in text(answer)
    assert outcomes(who).popitem()[1][0] == "unchecked"


@pytest.mark.parametrize("sheet", registry.sheets(), ids=lambda sheet: sheet.kind)
def test_four_callers(sheet):
    owner = officer(permissions=["*"], clearance=3)
    from tests.machine.test_every_sheet import made

    record = made(sheet, signed_in_client(owner), owner)
    action = next(iter(work.actions(sheet, owner)))
    start = reverse(f"{sheet.url_name}-start-bulk")
    given = {"row": record.reference, "action": action}
    where = signed_in_client(owner).post(start, given)["Location"]
    other = officer(permissions=["*"], clearance=3)
    nobody, powerless = signed_in_client(owner).__class__(), officer(permissions=[])
    for client, page, started in (
        (nobody, 302, 302),
        (signed_in_client(powerless), 403, 403),
        (signed_in_client(other), 404, 302),
        (signed_in_client(owner), 200, 302),
    ):
        assert client.get(where).status_code == page
        assert client.get(where + "result.csv").status_code == page
        assert client.post(start, given).status_code == started
        assert client.get(start).status_code in (302, 405)


def test_only_what_takes_one_answer_for_all_is_offered(who):
    offered = work.actions(registry.sheet_of("pole.nominal"), officer(permissions=["*"]))
    assert "link-end" not in offered
    assert "create" not in offered
    assert {name for name in offered if name.startswith("edit.")} >= {"edit.sex"}
    assert work.actions(registry.sheet_of("pole.nominal"), officer(permissions=[])) == {}
