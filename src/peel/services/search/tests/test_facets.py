"""What was found is narrowed and taken away: counts and rows are of what the caller may see."""

import csv
import io
import re

import pytest
from django.db import connections
from openpyxl import load_workbook
from tests.machine.test_export import gathered
from tests.security.stage import restrict

from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.services.notify.tests.scenes import do
from peel.services.oversight.tests.scenes import rows


@pytest.fixture
def who(database):
    return officer(permissions=["*"], clearance=3)


@pytest.fixture
def places(who):
    """Four places in Acre Lanes: one of them of last year, one in another town."""
    made = [
        do(who, "pole.location.create", paon=str(number), street="Acre Lane", town=town)
        for number, town in enumerate(("Brixton", "Brixton", "Brixton", "Wapping"), start=1)
    ]
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "update records_record set created_at = '2025-08-09 12:00+00' where id = %s",
            [made[0].pk],
        )
    return made


def options(page):
    """The facets of a page: (label, count) by what they narrow by."""
    found = re.findall(
        r'href="([^"]*)"[^>]*><span class="peel-facets__words">(?:<span[^>]*>[^<]*</span>)?([^<]*)'
        r'</span> <span class="peel-facets__count">([\d,]+)', page
    )  # fmt: skip
    return {label: (count, href.replace("&amp;", "&")) for href, label, count in found}


def hits(page):
    return page.count('class="peel-hit__title"')


def file(client, query, form="csv"):
    answer = client.get(f"/search/results.{form}", query)
    assert answer.status_code == 200, answer.content[:500]
    return gathered(answer)[0]


def test_facets_narrow_and_count_what_fits_the_others(who, places):
    client = signed_in_client(who)
    page = client.get("/search/", {"q": "acre lane"}).content.decode()
    offered = options(page)
    assert {k: v[0] for k, v in offered.items()} == {
        "Brixton": "3", "Wapping": "1", "2026": "3", "2025": "1",
    }  # fmt: skip
    page = client.get(offered["Brixton"][1]).content.decode()
    assert hits(page) == 3
    assert {k: v[0] for k, v in options(page).items()} == {
        "Brixton": "3", "Wapping": "1", "2026": "2", "2025": "1",
    }  # fmt: skip
    page = client.get(options(page)["2025"][1]).content.decode()
    assert hits(page) == 1
    assert options(page)["July to September 2025"][0] == "1"
    assert places[0].reference in page
    kind = client.get("/search/", {"q": "acre lane", "kind": "pole.location", "town": "Wapping"})
    assert hits(kind.content.decode()) == 1
    assert places[3].reference in kind.content.decode()
    none = client.get("/search/", {"q": "acre lane", "town": "<b>Ely", "recorded": "x"}).content
    assert b"Nothing fits these filters" in none
    assert b"<b>Ely" not in none
    assert hits(client.get(options(page)["Brixton"][1]).content.decode()) == 1


def test_what_is_listed_is_taken_away_and_accounted_for(who, places):
    client = signed_in_client(who)
    body = file(client, {"q": "acre lane", "town": "Brixton"}).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(body, newline="")))
    assert read[0][:3] == ["Reference", "Kind", "Title"]
    assert {row[0] for row in read[1:4]} == {place.reference for place in places[:3]}
    remarks = dict(line[:2] for line in read if line and line[0].startswith("# "))
    assert remarks["# Searched for"] == "acre lane"
    assert remarks["# Narrowed to"] == "town: Brixton"
    assert remarks["# Listed"] == "All that fit"
    lines = rows("select subjects from audit_line where name = 'search.export'"
                 " and act = 'disclosure' order by id")  # fmt: skip
    assert [set(subjects) for (subjects,) in lines] == [{p.pk for p in places[:3]}, set()]
    book = load_workbook(io.BytesIO(file(client, {"q": "acre lane"}, "xlsx")))
    assert len(list(book["Search results"].values)) == 5
    some = officer(permissions=["search.export", "pole.*.view", "objects.*"])
    body = file(signed_in_client(some), {"q": "acre lane"}).decode()
    assert "Brixton" not in body
    assert "Not searched" in body
    none = signed_in_client(officer(permissions=["pole.*"]))
    assert none.get("/search/results.csv", {"q": "acre lane"}).status_code == 403


def test_a_hidden_record_changes_no_byte(who, places):
    other = signed_in_client(officer(permissions=["*"], clearance=3))
    restrict(who, places[3])

    def seen():
        page = other.get("/search/", {"q": "acre lane"}).content.decode()
        found = page[page.index('<nav class="peel-hits__kinds"') :]
        taken = file(other, {"q": "acre lane"}).decode().splitlines()
        return found, [line for line in taken if "# Exported at" not in line]

    before = seen()
    assert "Wapping" not in before[0]
    with connections["owner"].cursor() as cursor:
        cursor.execute("delete from search_number where record_id = %s", [places[3].pk])
        cursor.execute("delete from records_document where record_id = %s", [places[3].pk])
    assert seen() == before
