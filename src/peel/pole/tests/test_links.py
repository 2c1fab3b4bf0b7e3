"""The rules of links: whom one may join, when, how graded; circles; two at once; many of them."""

import html
import threading

import pytest
from django.db import connections
from django.urls import reverse
from tests.security.stage import do, restrict

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.machine.commands import Invalid, NotFound, Refused
from peel.pole.link_rules import NOT_NOW
from peel.pole.models import Link
from peel.pole.panels import links_body, links_page


@pytest.fixture
def who(database):
    return officer(role="supervisor", clearance=3)


def nominals(who, *names):
    made = [do(who, "pole.nominal.create", family_name=name) for name in names]
    return sorted(made, key=lambda record: record.pk)


def link(who, one, other, reading, **more):
    return do(who, "pole.link.create", record_id=one.pk, other=other, reading=reading, **more)


def last(who):
    with speaking(who):
        return Link.objects.latest("pk")


def panel(who, record):
    with speaking(who):
        return links_body(record, who)


def test_a_circle_of_parents_is_refused_with_the_chain(who):
    a, b, c = nominals(who, "Abel", "Berta", "Cain")
    link(who, a, b, "parent>")
    link(who, b, c, "parent>")
    with pytest.raises(Invalid) as refusal:
        link(who, a, c, "parent<")
    said = refusal.value.errors["reading"][0]
    assert f"{a.reference} ABEL is parent of {b.reference} BERTA" in said
    assert f"{b.reference} BERTA is parent of {c.reference} CAIN" in said
    with pytest.raises(Invalid, match="circle"):
        link(who, b, a, "parent>")
    restrict(who, b)
    other = officer(role="supervisor", clearance=3)
    with pytest.raises(Refused) as refusal:
        link(other, c, a, "parent>")
    assert str(refusal.value) == NOT_NOW
    # Two records of one person are one: her child is not her parent either.
    d = nominals(who, "Abel")[0]
    do(who, "pole.nominal.judge", record_id=a.pk, other=d, verdict="same", reason="A scar")
    with pytest.raises(Refused):
        link(who, c, d, "parent>")
    with pytest.raises(Invalid, match="judged to be the same"):
        link(who, a, d, "sibling>")
    with pytest.raises(Invalid) as refusal:
        link(who, a, a, "sibling>")
    assert "itself" in refusal.value.errors["other"][0]
    assert link(who, a, c, "parent>")


def test_dates_and_grading_name_the_field_that_is_wrong(who):
    a, b = nominals(who, "Abel", "Berta")
    client = signed_in_client(who)
    where = reverse("pole-nominal-command", args=[a.reference, "link-create"])
    asked = {"version": "1", "other": b.reference, "reading": "associate>", "marking": "1"}
    for wrong, words in (
        ({"starts": "June 2020", "ends": "May 2020"}, "cannot be before “from”"),
        ({"starts": "1 June 2090"}, "more than a year ahead"),
        ({"intelligence": "on", "source": "2"}, "information assessment"),
        ({"reading": "home>"}, "cannot join"),
        ({"other": a.reference}, "cannot be linked to itself"),
        ({"reading": ""}, "govuk-error-message"),
    ):
        answer = client.post(where, asked | wrong)
        assert answer.status_code == 422
        assert words.lower() in html.unescape(answer.content.decode()).lower(), wrong
    assert panel(who, a).count == 0
    graded = {"intelligence": "on", "source": "2", "assessment": "C", "handling": "P"}
    said = {"starts": "June 2020", "ends": "2020", "asserted_in": b.reference}
    assert client.post(where, asked | graded | said).status_code == 302
    held = last(who)
    assert (held.grading, str(held.starts)) == ("2CP", "June 2020")
    assert "graded 2CP" in panel(who, a).rows[0].cells[3]
    edit = reverse("pole-nominal-command", args=[a.reference, "link-edit"])
    form = client.get(edit, {"which": str(held.pk)}).content.decode()
    assert "June 2020" in form
    stood = form.split('name="stood" value="')[1].split('"')[0]
    changed = {"version": "1", "which": str(held.pk), "stood": stood, "marking": "1",
               "confirmed": "on", "starts": "2019"}  # fmt: skip
    assert client.post(edit, changed).status_code == 302
    again = client.post(edit, changed)
    assert again.status_code == 422
    assert "changed this link meanwhile" in again.content.decode()
    held = last(who)
    assert (held.confirmed, held.grading, str(held.starts)) == (True, "", "2019")
    told = client.get(reverse("pole-nominal-timeline", args=[a.reference])).content.decode()
    assert "Link changed" in told


def test_of_two_who_end_a_link_at_once_the_second_is_told(who):
    a, b = nominals(who, "Abel", "Berta")
    link(who, a, b, "associate>")
    held, gate, found = last(who), threading.Barrier(2), []

    def end(officer_):
        try:
            gate.wait(20)
            do(officer_, "pole.link.end", record_id=b.pk, which=held.pk, reason="Fell out")
            found.append("done")
        except Refused as problem:
            found.append((problem.status, str(problem)))
        finally:
            connections.close_all()

    both = [threading.Thread(target=end, args=[each]) for each in
            (who, officer(role="supervisor", clearance=3))]  # fmt: skip
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(60)
    told = next(each for each in found if each != "done")
    assert "done" in found
    assert told[0] == 409
    assert "ended this link meanwhile: Fell out" in told[1]
    with pytest.raises(NotFound):
        do(who, "pole.link.end", record_id=b.pk, which=a.pk, reason="No such link")


def test_the_panel_shows_the_links_of_all_that_are_the_same_and_of_nobody_hidden(who):
    a, b, c, d = nominals(who, "Abel", "Abel", "Cain", "Dinah")
    link(who, b, c, "associate>")
    link(who, a, d, "parent>")
    do(who, "pole.nominal.judge", record_id=a.pk, other=b, verdict="same", reason="A scar")
    body = panel(who, a)
    assert body.count == 2
    told = {row.cells[0]: row.cells[1] for row in body.rows}
    assert told[f"{c.reference} CAIN"] == f"associate of, as {b.reference}"
    assert told[f"{d.reference} DINAH"] == "parent of"
    which = next(link for link in body.rows if "CAIN" in link.cells[0])
    key = dict(which.actions)["End"].split("which=")[1]
    do(who, "pole.link.end", record_id=a.pk, which=key, reason="A slip")
    assert panel(who, a).count == 1
    restrict(who, d)
    plain = officer(role="supervisor", clearance=3)
    assert panel(plain, a).count == 0
    with speaking(plain), connections["default"].cursor() as cursor:
        cursor.execute("select pole.count_links(%s, %s)", [[a.pk], ["pole.nominal"]])
        assert cursor.fetchone() == (0,)
    for number in range(5):
        link(who, a, nominals(who, f"N{number}")[0], "friend>" if number < 0 else "associate>")
    with speaking(who):
        first = links_page(a, who, "", 4)
        rest = links_page(a, who, first.next, 4)
    assert (first.count, len(first.rows), len(rest.rows), rest.next) == (6, 4, 2, "")
    assert not {row.cells[0] for row in first.rows} & {row.cells[0] for row in rest.rows}


def test_a_suspect_not_known_before_is_recorded_and_linked_in_one_step(who):
    crime = do(who, "investigation.crime.create", category="Burglary")
    client = signed_in_client(who)
    page = reverse("investigation-crime-page", args=[crime.reference])
    where = reverse("investigation-crime-command", args=[crime.reference, "link-record"])
    assert where in client.get(page).content.decode()
    form = client.get(where).content.decode()
    assert 'value="suspect&lt;" data-peel-fits=' in form or "suspect&lt;" in form
    empty = client.post(where, {"version": "1", "what": "pole.nominal", "reading": "suspect<"})
    assert empty.status_code == 422
    with speaking(who):
        assert not Link.objects.exists()
    asked = {"version": "1", "what": "pole.nominal", "reading": "suspect<",
             "new_family_name": "Okonjo", "new_given_names": "Ada", "new_phone": "07700 900123",
             "new_vehicle": "AB12 CDE"}  # fmt: skip
    assert client.post(where, asked).status_code == 302
    with speaking(who):
        rows = {(link.type_id, link.to_record.kind): link for link in
                Link.objects.select_related("to_record", "from_record")}  # fmt: skip
        assert set(rows) == {("suspect", "investigation.crime"), ("uses", "objects.vehicle"),
                             ("uses", "objects.phone")}  # fmt: skip
        person = rows["suspect", "investigation.crime"].from_record
        assert {link.from_record_id for link in rows.values()} == {person.pk}
        assert {link.asserted_in_id for link in rows.values()} == {crime.pk}
        assert person.as_nominal.names.get().asserted_in_id == crime.pk
    assert "OKONJO, Ada" in client.get(page).content.decode()
    # Her brother uses the same phone: it is linked, and not made again.
    brother = asked | {"new_given_names": "Ben", "new_phone": "+44 7700 900123", "new_vehicle": ""}
    assert client.post(where, brother).status_code == 302
    with speaking(who):
        phones = Link.objects.filter(to_record__kind="objects.phone").values_list("to_record")
        assert len(phones) == 2
        assert len(set(phones)) == 1
    wrong = client.post(where, asked | {"new_phone": "12"})
    assert wrong.status_code == 422
    assert 'href="#id_new_phone"' in wrong.content.decode()
    narrow = officer(permissions=["investigation.crime.view", "pole.link.create"], clearance=3)
    with pytest.raises(Invalid, match="Your role does not allow"):
        do(narrow, "pole.link.record", record_id=crime.pk, what="pole.nominal",
           reading="suspect<", new_family_name="Nobody")  # fmt: skip
