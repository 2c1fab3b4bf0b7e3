"""What officers are told, by whom, once, and no longer than they may see it."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connections
from tests.machine.test_main_job import make_crime, make_nominal

from peel.kernel.access.models import Officer
from peel.kernel.access.tests.factories import end_appointment, officer, signed_in_client, unit
from peel.kernel.base import clock
from peel.services.notify import telling
from peel.services.notify.commands import forget_read
from peel.services.notify.models import Mute, Notice
from peel.services.notify.queries import Waiting, waiting
from peel.services.notify.tests.scenes import carry, do, notices_of, under_the_worker


@pytest.fixture
def sergeant(database):
    return officer(role="supervisor", name="Ingrid Vale")


@pytest.fixture
def watcher(sergeant):
    return officer(role="detective")


def edit(who, record, version, text="Grey coat"):
    values = {"sex": "M", "description": text, "record_id": record.pk, "version": version}
    return do(who, "pole.nominal.edit", **values)


def watched(sergeant, watcher):
    nominal = make_nominal(sergeant)
    do(watcher, "notify.watch", record_id=nominal.pk)
    return nominal


def test_a_watcher_is_told_by_whom_and_what_and_nothing_of_the_content(sergeant, watcher):
    nominal = watched(sergeant, watcher)
    edit(sergeant, nominal, 1, "A viridian waistcoat")
    carry()
    (notice,) = notices_of(watcher)
    assert (notice.reason, notice.record_id) == ("watch", nominal.pk)
    assert "Edit" in notice.text
    assert "Ingrid Vale" in notice.text
    assert "viridian" not in notice.text
    page = signed_in_client(watcher).get("/notices/").content.decode()
    assert nominal.reference in page
    assert "You watch it" in page
    assert 'data-count="notices">1<' in page


def test_changes_by_one_person_within_minutes_are_one_notice(sergeant, watcher):
    nominal = watched(sergeant, watcher)
    for version in (1, 2, 3):
        edit(sergeant, nominal, version, f"Coat {version}")
    carry()
    assert [notice.count for notice in notices_of(watcher)] == [3]
    other = officer(role="detective")
    edit(other, nominal, 4, "Another's")
    carry()
    assert sorted(notice.count for notice in notices_of(watcher)) == [1, 3]


def test_nobody_is_told_of_his_own_acts(sergeant):
    nominal = watched(sergeant, sergeant)
    edit(sergeant, nominal, 1)
    carry()
    assert notices_of(sergeant) == []


def test_an_event_is_told_once_however_often_it_is_delivered(sergeant, watcher):
    nominal = watched(sergeant, watcher)
    edit(sergeant, nominal, 1)
    carry()
    with connections["owner"].cursor() as cursor:
        cursor.execute("delete from base_delivery")
    carry(again=True)
    assert [notice.count for notice in notices_of(watcher)] == [1]


def test_a_notice_goes_with_the_sight_of_its_record(sergeant, watcher):
    nominal = watched(sergeant, watcher)
    edit(sergeant, nominal, 1)
    carry()
    client = signed_in_client(watcher)
    assert nominal.reference in client.get("/notices/").content.decode()
    do(sergeant, "pole.nominal.restrict", record_id=nominal.pk, version=2, reason="x", admitted=[])
    page = client.get("/notices/").content.decode()
    assert nominal.reference not in page
    assert 'data-count="notices">0<' in page
    assert nominal.reference not in client.get("/notices/watching/").content.decode()
    edit(sergeant, nominal, 3)
    carry()
    assert len(notices_of(watcher)) == 1, "told of a record that he may not see"


def test_the_role_must_allow_the_kind_too(sergeant, database):
    blind = officer(permissions=["notify.watch", "investigation.*"])
    nominal = make_nominal(sergeant)
    with under_the_worker():
        assert telling.tell([blind.user_id], "watch", "Edit", nominal.pk) == []


def test_muting_by_reason_and_by_record(sergeant, watcher):
    nominal = watched(sergeant, watcher)
    client = signed_in_client(watcher)
    client.post("/notices/mutes/", {"reason": "watch"})
    edit(sergeant, nominal, 1)
    carry()
    assert notices_of(watcher) == []
    mute = Mute.objects.using("owner").get()
    assert "You watch it" in client.get("/notices/mutes/").content.decode()
    client.post("/notices/mutes/", {"unmute": str(mute.pk)})
    edit(sergeant, nominal, 2)
    carry()
    assert len(notices_of(watcher)) == 1
    client.post("/notices/mark/", {"mute": str(nominal.pk)})
    assert nominal.reference in client.get("/notices/mutes/").content.decode()
    client.post("/notices/mark/", {"all": "1"})
    edit(sergeant, nominal, 3)
    carry()
    assert len(notices_of(watcher)) == 1


def test_alarms_cannot_be_muted_and_it_says_so(watcher):
    client = signed_in_client(watcher)
    assert "cannot be muted" in client.get("/notices/mutes/").content.decode()
    refused = client.post("/notices/mutes/", {"reason": "break_glass"})
    assert refused.status_code == 422
    assert Mute.objects.using("owner").count() == 0


def test_read_unread_and_all(sergeant, watcher):
    first, second = watched(sergeant, watcher), watched(sergeant, watcher)
    edit(sergeant, first, 1)
    edit(sergeant, second, 1)
    carry()
    client = signed_in_client(watcher)
    one = notices_of(watcher)[0]
    client.post("/notices/mark/", {"read": str(one.pk)})
    assert 'data-count="notices">1<' in client.get("/notices/").content.decode()
    assert client.get("/notices/?unread=1").content.decode().count('<li class="peel-notice') == 1
    client.post("/notices/mark/", {"unread": str(one.pk)})
    assert 'data-count="notices">2<' in client.get("/notices/").content.decode()
    opened = client.get(f"/notices/{one.pk}/")
    assert opened.status_code == 302
    assert opened["Location"].startswith("/pole/nominal/")
    client.post("/notices/mark/", {"all": "1"})
    page = client.get("/notices/").content.decode()
    assert 'data-count="notices">0<' in page
    assert "Mark all as read" not in page
    assert "No notice fits" in client.get("/notices/?unread=1").content.decode()


def test_an_inbox_is_paged_by_place(watcher):
    with under_the_worker():
        for number in range(60):
            telling.tell([watcher.user_id], "account", f"Notice number {number:02}")
    client = signed_in_client(watcher)
    seen, where = [], "/notices/"
    while where:
        page = client.get(where).content.decode()
        seen += re.findall(r"Notice number (\d\d)</p>|Notice number (\d\d) ?<", page)
        after = re.search(r'rel="next" href="([^"]+)"', page)
        where = f"/notices/{after[1]}".replace("&amp;", "&") if after else ""
    numbers = [int(a or b) for a, b in seen]
    assert list(dict.fromkeys(numbers)) == list(range(59, -1, -1))
    back = re.search(r'rel="prev" href="([^"]+)"', page)
    assert "Notice number 34" in client.get(f"/notices/{back[1]}").content.decode()


def test_the_officer_in_case_is_told_that_it_was_given_to_him_and_of_changes(sergeant, watcher):
    crime = make_crime(sergeant)
    chosen = Officer.objects.get(pk=watcher.appointment_id)
    values = {"record_id": crime.pk, "version": crime.version, "officer_in_case": chosen}
    do(sergeant, "investigation.crime.allocate", **values)
    carry()
    (notice,) = notices_of(watcher)
    assert notice.reason == "officer"
    page = signed_in_client(watcher).get("/notices/").content.decode()
    assert "You are the officer in case" in page
    assert crime.reference in page


def test_the_supervisors_of_the_owner_unit_are_told_of_a_restriction(sergeant):
    team = unit("Team Nine")
    head = officer(role="supervisor", of=team)
    detective = officer(role="detective", of=team)
    nominal = make_nominal(detective)
    admitted = list(Officer.objects.filter(pk=head.appointment_id))
    do(detective, "pole.nominal.restrict", record_id=nominal.pk, version=1, reason="x",
       admitted=admitted)  # fmt: skip
    carry()
    assert [n.reason for n in notices_of(head)] == ["unit"]
    assert notices_of(sergeant) == []


def test_what_was_read_ninety_days_ago_goes(watcher):
    with under_the_worker():
        for text in ("Old", "New", "Unread"):
            telling.tell([watcher.user_id], "account", text)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "update notify_notice set read_at = case text"
            " when 'Old' then now() - interval '91 days' when 'New' then now() end"
        )
    with under_the_worker():
        assert forget_read(clock.now() - timedelta(days=90)) == 1
    assert {n.text for n in notices_of(watcher)} == {"New", "Unread"}


def test_watching_asks_for_the_permission_and_offers_the_way_back(sergeant, watcher):
    nominal = make_nominal(sergeant)
    client = signed_in_client(watcher)
    page = f"/pole/nominal/{nominal.reference}/"
    assert f"{page}watch/" in client.get(page).content.decode()
    assert client.post(f"{page}watch/", {"version": "1"}).status_code == 302
    shown = client.get(page).content.decode()
    assert f"{page}unwatch/" in shown
    assert f"{page}watch/" not in shown
    assert nominal.reference in client.get("/notices/watching/").content.decode()
    client.post("/notices/watching/", {"record": str(nominal.pk)})
    assert "You watch nothing" in client.get("/notices/watching/").content.decode()


def test_a_count_is_sent_to_the_open_pages_of_whoever_was_told(sergeant, watcher):
    nominal = watched(sergeant, watcher)
    edit(sergeant, nominal, 1)
    carry()
    signed_in_client(watcher).post("/notices/mark/", {"all": "1"})
    with connections["owner"].cursor() as cursor:
        cursor.execute("select payload from base_event where name = 'person.counted' order by id")
        sent = [json.loads(row[0]) for row in cursor.fetchall()]
    assert [(one["user_id"], one["name"], one["count"]) for one in sent] == [
        (str(watcher.user_id), "notices", 1), (str(watcher.user_id), "notices", 0),
    ]  # fmt: skip


def test_whoever_was_signed_out_gets_a_page_with_no_count(watcher):
    assert waiting(None) == Waiting(0, 0)
    end_appointment(watcher)
    assert waiting(watcher) == Waiting(0, 0)


def test_a_reason_that_is_none_is_refused(watcher):
    with pytest.raises(ValueError), under_the_worker():
        telling.tell([watcher.user_id], "gossip", "x")
    assert Notice.objects.using("owner").count() == 0
