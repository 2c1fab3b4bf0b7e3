"""The pages about staff against four callers, and what they show."""

import re

import pytest
from django.test import Client

from peel.kernel.access.tests.factories import (
    appointment,
    end_appointment,
    officer,
    organisation,
    signed_in_client,
    unit,
    user,
)
from peel.services.oversight.tests.scenes import rows, text_of
from peel.services.staff import queries

pytestmark = pytest.mark.usefixtures("database")
KEY = "01a1fd04-2f04-749c-a3ee-57a340abbdd7"
READS = ("/staff/", f"/staff/people/{KEY}/", "/staff/units/", "/staff/roles/",
         "/staff/roles/detective/")  # fmt: skip
WRITES = (
    "/staff/new/", f"/staff/people/{KEY}/appoint/", f"/staff/people/{KEY}/edit/",
    f"/staff/posts/{KEY}/end/", "/staff/units/new/", f"/staff/units/{KEY}/rename/",
    "/staff/organisations/new/", f"/staff/organisations/{KEY}/rename/",
)  # fmt: skip


@pytest.mark.parametrize("page", READS + WRITES)
def test_nobody_is_sent_to_sign_in(page):
    for answer in (Client().get(page), Client().post(page)):
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in/")


def test_an_officer_is_refused_everywhere_and_each_refusal_is_a_line():
    who = officer("response officer")
    client = signed_in_client(who)
    for page in READS + WRITES:
        assert client.get(page).status_code in (403, 404), page
    assert [client.get(page).status_code for page in READS] == [403] * len(READS)
    done = rows("select distinct outcome from audit_line where user_id = %s", [who.user_id])
    assert done == [("refused",)]


def test_a_supervisor_sees_the_list_and_nothing_to_sign_in_with():
    other = officer("detective", name="Tom Birch", username="tbirch")
    client = signed_in_client(officer("supervisor"))
    assert "Tom Birch" in text_of(client.get("/staff/?q=birch"))
    page = client.get(f"/staff/people/{other.user_id}/")
    assert "Tom Birch" in text_of(page)
    for hidden in ("tbirch", "Last sign-in", "Locked out", "Appoint", "Deactivate"):
        assert hidden not in text_of(page), hidden
    assert "Tom Birch" not in text_of(client.get("/staff/?q=tbirch"))
    for page in (*READS[2:], *WRITES):
        assert client.get(page).status_code in (403, 404), page


def test_an_administrator_gets_every_page_and_each_is_a_line():
    who = officer("administrator")
    client = signed_in_client(who)
    for page in ("/staff/", "/staff/new/", "/staff/units/", "/staff/roles/", "/staff/units/new/",
                 "/staff/roles/custody sergeant/", f"/staff/people/{who.user_id}/",
                 f"/staff/people/{who.user_id}/edit/"):  # fmt: skip
        assert client.get(page).status_code == 200, page
    for page in (f"/staff/people/{KEY}/", f"/staff/people/{who.user_id}/promote/",
                 "/staff/roles/pirate/", "/staff/roles/%00/",
                 f"/staff/posts/{KEY}/end/"):  # fmt: skip
        assert client.get(page).status_code == 404, page
    seen = {name for (name,) in rows("select name from audit_line where user_id = %s",
                                     [who.user_id])}  # fmt: skip
    assert {"staff.user.list", "staff.user.view", "staff.unit.list", "staff.role.view"} <= seen
    own = text_of(client.get(f"/staff/people/{who.user_id}/"))
    assert "Deactivate" not in own
    assert "Set a new password" not in own


def test_the_list_filters():
    place = unit("Custody Suite")
    officer("custody sergeant", name="Petra Osei", of=place, collar_number="PS9")
    user(None, name="Nova Postless")
    gone = user(None, name="Gil Gone", is_active=False)
    appointment(gone, "detective")
    client = signed_in_client(officer("administrator", name="Ada Admin"))

    def shown(query):
        page = text_of(client.get(f"/staff/?{query}"))
        return {n for n in ("Petra Osei", "Nova Postless", "Gil Gone", "Ada Admin") if n in
                page.split("Acting as")[-1].split("Find", 1)[-1]}  # fmt: skip

    assert shown("") == {"Petra Osei", "Nova Postless", "Gil Gone", "Ada Admin"}
    assert shown("q=ps9") == {"Petra Osei"}
    assert shown(f"unit={place.pk}") == {"Petra Osei"}
    assert shown("role=custody+sergeant") == {"Petra Osei"}
    assert shown("state=no-post") == {"Nova Postless", "Gil Gone"}
    assert shown("state=inactive") == {"Gil Gone"}
    assert shown("state=in-post") == {"Petra Osei", "Ada Admin"}
    assert "Nobody fits" in text_of(client.get("/staff/?q=zzz"))
    for wrong in ("state=x", "unit=x", "after=x", "after=%F0"):
        assert client.get(f"/staff/?{wrong}").status_code == 422, wrong


def test_the_list_goes_on_by_name(monkeypatch):
    monkeypatch.setattr(queries.staff, "__defaults__", (3,))
    for letter in "gfedcba":
        user(None, name=f"Same {letter}" if letter > "c" else "Same")
    client = signed_in_client(officer("administrator", name="Zed"))
    seen, where = [], "/staff/"
    while where:
        page = client.get(where).content.decode()
        seen += re.findall(r'<th scope="row".*?>(Same[ a-z]*|Zed)</a>', page, re.S)
        onwards = re.search(r'rel="next" href="([^"]+)"', page)
        where = f"/staff/{onwards[1]}" if onwards else ""
    assert seen == ["Same"] * 3 + ["Same d", "Same e", "Same f", "Same g", "Zed"]


def test_an_administrator_of_one_force_sees_no_other():
    other = unit("Harbour Team", of=organisation("Estuary Police"))
    theirs = officer("detective", of=other, name="Elsewhere Jones")
    local = signed_in_client(officer(permissions=("staff.user.*", "staff.unit.*")))
    assert "Elsewhere Jones" not in text_of(local.get("/staff/"))
    assert local.get(f"/staff/people/{theirs.user_id}/").status_code == 404
    assert "Harbour Team" not in text_of(local.get("/staff/units/"))
    assert local.get(f"/staff/units/{other.pk}/rename/").status_code == 404
    everywhere = signed_in_client(officer("administrator"))
    assert "Elsewhere Jones" in text_of(everywhere.get("/staff/"))


def test_what_a_role_may_do_is_told_in_words():
    client = signed_in_client(officer("administrator"))
    page = text_of(client.get("/staff/roles/response officer/"))
    for said in (
        "Record a nominal",
        "Record a crime",
        "investigation.*.view",
        "Reviewed on",
    ):
        assert said in page, said
    assert "Create a user" not in page
    auditor = text_of(client.get("/staff/roles/auditor/"))
    assert "Read the ledger: who looked at what, when and why" in auditor
    assert "Record a nominal" not in auditor
    assert "for programs" in text_of(client.get("/staff/roles/loader/"))


def test_posts_show_whether_they_are_held():
    who = officer("detective", name="Tom Birch")
    end_appointment(who)
    client = signed_in_client(officer("administrator"))
    page = text_of(client.get(f"/staff/people/{who.user_id}/"))
    assert "Ended" in page
    assert "OFFICIAL-SENSITIVE" in page
