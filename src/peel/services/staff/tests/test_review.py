"""What a role may do, two roles side by side, the access review, and the page of who can see."""

import csv
import io

import pytest
from asgiref.sync import async_to_sync
from tests.machine.test_main_job import make_nominal
from tests.security.stage import restrict

from peel.kernel.access.tests.factories import (
    end_appointment,
    officer,
    organisation,
    signed_in_client,
    unit,
)
from peel.services.oversight.tests.scenes import rows, text_of

pytestmark = pytest.mark.usefixtures("database")


def taken(client, where="/staff/review.csv"):
    """The file as rows, and its text."""
    answer = client.get(where)
    assert answer.status_code == 200, answer.content

    async def read():
        return b"".join([piece async for piece in answer.streaming_content])

    text = async_to_sync(read)().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text.split("\r\n\r\n")[0]))), text


def test_a_role_tells_yes_and_no_and_who_holds_it():
    officer("detective", name="Tom Birch")
    client = signed_in_client(officer("administrator"))
    page = text_of(client.get("/staff/roles/detective/?all=1"))
    for said in ("Create a user", "Record a crime", "Tom Birch", "Posts that hold it"):
        assert said in page, said
    answer = client.get("/staff/roles/detective/?all=1")
    told = dict(words for _, things in answer.context["groups"] for words in things)
    assert told["Record a crime"] is True
    assert told["Create a user"] is False


def test_two_roles_stand_side_by_side():
    client = signed_in_client(officer("administrator"))
    page = text_of(client.get("/staff/compare-roles/?one=detective&two=analyst"))
    assert "Crimes: Record a crime" in page
    assert "Crimes: See " not in page
    every = text_of(client.get("/staff/compare-roles/?one=detective&two=analyst&all=1"))
    assert "Crimes: See" in every
    assert "Both may do the same" in text_of(
        client.get("/staff/compare-roles/?one=analyst&two=analyst")
    )
    assert client.get("/staff/compare-roles/?one=pirate&two=analyst").status_code == 404


def test_the_review_holds_every_post_within_reach_and_nothing_that_runs():
    officer("detective", name='=HYPERLINK("http://x")', collar_number="+44")
    gone = officer("analyst", name="Gone Away")
    end_appointment(gone)
    officer("detective", of=unit("Far", of=organisation("Elsewhere")), name="Foreign Jones")
    local = officer(permissions=["staff.review.export"], name="Local Reviewer")
    found, text = taken(signed_in_client(local))
    names = {row["Name"]: row for row in found}
    assert set(names) == {'\'=HYPERLINK("http://x")', "Gone Away", "Local Reviewer"}
    assert names["Gone Away"]["State"] == "Ended"
    assert names["Local Reviewer"]["State"] == "Held now"
    assert names["Local Reviewer"]["Last used"] != ""
    told = names['\'=HYPERLINK("http://x")']
    assert "Crimes: " in told["What it allows"]
    assert told["Clearance"] == "OFFICIAL-SENSITIVE"
    assert "Whole,Yes" in text.replace("# ", "")
    wide, _ = taken(signed_in_client(officer("administrator")))
    assert "Foreign Jones" in {row["Name"] for row in wide}


def test_access_lists_are_named_only_where_the_reviewer_sees_them():
    owner = officer("supervisor", 3, name="List Holder")
    record = make_nominal(owner)
    restrict(owner, record)
    outside, _ = taken(signed_in_client(officer("administrator")))
    row = next(row for row in outside if row["Name"] == "List Holder")
    assert (row["On access lists"], row["Those that you may see"]) == ("1", "")
    inside, _ = taken(signed_in_client(_same_person(owner)))
    row = next(row for row in inside if row["Name"] == "List Holder")
    assert row["Those that you may see"] == record.reference


def _same_person(who):
    """Another post of the same person, who may see records and take the review."""
    from peel.kernel.access.models import Unit, User
    from peel.kernel.access.tests.factories import appointment, role, signed_in

    role("reviewing detective", "staff.review.export", "pole.*.view")
    holder = User.objects.using("owner").get(pk=who.user_id)
    place = Unit.objects.using("owner").get(pk=who.unit_id)
    return signed_in(appointment(holder, "reviewing detective", clearance=3, of=place))


def test_every_chunk_of_the_review_has_its_line():
    who = officer("administrator")
    other = officer("detective")
    taken(signed_in_client(who))
    lines = rows(
        "select act, outcome, subjects from audit_line where name = 'staff.review.export'"
        " and user_id = %s order by id", [who.user_id]
    )  # fmt: skip
    disclosed = [line for line in lines if line[0] == "disclosure"]
    assert len(disclosed) == 2
    assert {who.user_id, other.user_id} <= set(disclosed[0][2])
    assert signed_in_client(officer("supervisor")).get("/staff/review.csv").status_code == 403


def test_who_can_see_is_told_to_those_who_may_ask_and_no_foreign_name():
    owner = officer("supervisor", 2, name="Own Supervisor", collar_number="OWN1")
    officer("response officer", 1, name="Own Constable", collar_number="OWN2")
    officer("detective", 3, of=unit("Far", of=organisation("Elsewhere")), name="Foreign Jones",
            collar_number="FOR1")  # fmt: skip
    record = make_nominal(owner, marking=2)
    where = f"/pole/nominal/{record.reference}/access/"
    client = signed_in_client(owner)
    page = text_of(client.get(where))
    assert "Own Supervisor" in page
    assert "Own Constable" not in page
    told = text_of(client.get(f"{where}?officer=own2"))
    assert "cannot see it" in told
    assert "The record is OFFICIAL-SENSITIVE; the post is cleared to OFFICIAL." in told
    foreign, absent = (text_of(client.get(f"{where}?officer={n}")) for n in ("FOR1", "NONE"))
    assert foreign.replace("FOR1", "") == absent.replace("NONE", "")
    assert "Foreign Jones" not in foreign
    assert signed_in_client(officer("detective", 3)).get(where).status_code == 403
    assert client.get(f"{where}?after=nonsense").status_code == 422
