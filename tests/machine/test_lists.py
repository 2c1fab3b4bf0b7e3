"""Lists: columns, several sort keys, filters in groups, what is told, and what stays hidden."""

import datetime
import itertools
from dataclasses import replace

import pytest
from django.db import connection
from django.http import QueryDict

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.machine import registry
from peel.machine.commands import run
from peel.machine.commands.problems import Invalid, Refused
from peel.machine.commands.registry import commands
from peel.machine.pages.questions import as_query
from peel.machine.queries import filtering, listing
from peel.machine.queries.asking import Asked, columns_of, read_question
from peel.machine.queries.columns import Key, order_of, why_not
from peel.machine.queries.facets import count
from peel.machine.queries.listing import list_page
from tests.machine.test_main_job import make_crime
from tests.security.stage import do, restrict

LIST = "/investigation/crime/"
CATEGORIES = ("Burglary", "Robbery", "Drugs")
AT = datetime.datetime(2026, 3, 28, 12, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def sheet():
    return registry.sheet_of("investigation.crime")


@pytest.fixture
def who(database):
    return officer(permissions=["*"], clearance=3)


@pytest.fixture
def crimes(who):
    """Twelve crimes with many ties: three categories, two moments, three dates or none."""
    dates = ["1 March 2026", "28 March 2026", "March 2026", ""]
    return [
        run(
            commands["investigation.crime.create"],
            who,
            {"category": CATEGORIES[n % 3], "summary": f"number {n}", "committed_from": None}
            | ({"committed_from": dates[n % 4]} if dates[n % 4] else {}),
            at=AT + datetime.timedelta(days=n % 2),
        )
        for n in range(12)
    ]


def question(sheet, text, **more):
    return read_question(sheet, QueryDict(text), **more)


def page_at(sheet, who, asked, word):
    """Five rows of a list, from a place on."""
    at = as_query(asked)
    at["at"] = word
    place = read_question(sheet, at).place if word else None
    with speaking(who):
        return list_page(sheet, who, replace(asked, size=5, place=place))


def pages(sheet, who, asked, start="", way="next"):
    """The rows of every page from `start` on, and the last page."""
    found, word = [], start
    while word is not None:
        page = page_at(sheet, who, asked, word)
        found.append([row.pk for row in page.rows])
        word = getattr(page, way)
    return found, page


SORTS = [
    "",
    "sort=created_at",
    "sort=category",
    "sort=-category",
    "sort=category&sort=-created_at",
    "sort=-category,created_at",
    "sort=category&sort=created_at",
    "sort=-state,category,-created_at",
    "sort=category,committed_from",
    "sort=-created_at,-committed_from,category",
    "sort=last_outcome,-committed_from",
]


def test_every_row_comes_exactly_once_through_ties_there_and_back(sheet, who, crimes):
    for sort in SORTS:
        asked = question(sheet, sort)
        forth, last = pages(sheet, who, asked)
        rows = list(itertools.chain(*forth))
        assert sorted(rows) == sorted(crime.pk for crime in crimes), sort
        back, _ = pages(sheet, who, asked, last.previous, "previous")
        assert list(itertools.chain(*back[::-1])) == rows[:10], sort


def test_rows_stand_in_the_order_that_was_asked_for(sheet, who, crimes):
    with speaking(who):
        held = {c.pk: c for c in sheet.model.objects.filter(pk__in=[c.pk for c in crimes])}

    def value(row, key):
        found = getattr(row, key.field)
        return getattr(found, "stored", found) or ""

    for sort in SORTS:
        asked = question(sheet, sort)
        rows = [held[pk] for page in pages(sheet, who, asked)[0] for pk in page]
        for number, key in enumerate(asked.sorts):
            # Within each tie of the keys before, this key rises or falls.
            ties = itertools.groupby(rows, lambda r: [value(r, k) for k in asked.sorts[:number]])  # noqa: B023
            for _, tie in ties:
                values = [value(row, key) for row in tie]
                assert values == sorted(values, reverse=key.down), sort


def test_an_index_gives_the_rest_of_the_order(sheet):
    assert order_of(sheet, (Key("category"),))[1:] == (
        Key("carried_created_at", down=True),
        Key("record_ptr", down=True),
    )
    assert order_of(sheet, (Key("category", down=True),))[1] == Key("carried_created_at")
    mixed = (Key("category", down=True), Key("carried_created_at", down=True))
    assert order_of(sheet, mixed) == (*mixed, Key("record_ptr", down=True))
    assert why_not(sheet, "category") == ""
    assert "come second" in why_not(sheet, "committed_from")
    assert "own table" in why_not(sheet, "title")


FILTERS = {
    "where=1:category:is:burglary": lambda c, n: c == "Burglary",
    "where=1:category:is-not:Burglary": lambda c, n: c != "Burglary",
    "where=1:category:is:Burglary&where=1:category:is:Drugs": lambda c, n: c != "Robbery",
    "where=1:category:is:Burglary&where=2:summary:contains:NUMBER 3": (
        lambda c, n: c == "Burglary" and n == 3
    ),
    "join=or&where=1:category:is:Burglary&where=1:summary:is:number 3&where=2:category:is:Drugs": (
        lambda c, n: n == 3 or c == "Drugs"
    ),
    "where=1:summary:starts:number 1": lambda c, n: n in (1, 10, 11),
    "where=1:committed_from:during:between 2 March and 30 March 2026": lambda c, n: n % 4 in (1, 2),
    "where=1:committed_from:before:2 March 2026": lambda c, n: n % 4 == 0,
    "where=1:committed_from:after:1 March 2026": lambda c, n: n % 4 == 1,
    "where=1:committed_from:empty:": lambda c, n: n % 4 == 3,
    "where=1:committed_from:filled:": lambda c, n: n % 4 != 3,
    "where=1:created_at:during:28 March 2026": lambda c, n: n % 2 == 0,
    "where=1:created_at:after:28 March 2026": lambda c, n: n % 2 == 1,
    "recorded=29 March 2026": lambda c, n: n % 2 == 1,
    "recorded=since 29 March 2026&category=Drugs": lambda c, n: n % 2 == 1 and c == "Drugs",
    "where=1:state:is:Recorded": lambda c, n: True,
    "where=1:marking:is:OFFICIAL": lambda c, n: True,
    "where=1:owner_unit:is:response team a": lambda c, n: True,
    "where=1:owner_unit:is-not:response team a": lambda c, n: False,
    "where=1:location:empty:": lambda c, n: True,
    "where=1:title:contains:%": lambda c, n: False,
}


def test_filters_find_what_they_say_and_counts_agree(sheet, who, crimes):
    for text, fits in FILTERS.items():
        wanted = {c.pk for n, c in enumerate(crimes) if fits(CATEGORIES[n % 3], n)}
        asked = question(sheet, text.replace("%", "%25"))
        with speaking(who):
            found = {row.pk for row in list_page(sheet, who, asked).rows}
            counted = count(sheet, who, asked)
        assert found == wanted, text
        assert (counted.total, counted.more) == (len(wanted), False), text
        assert question(sheet, as_query(asked).urlencode()) == asked, text


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("where=1:category:is:Piracy", "Category: “Piracy” is not one of its values"),
        ("where=1:category:contains:x", "Category: this field can be compared by “is”"),
        ("where=1:committed_from:during:soon", "Committed: Enter dates such as"),
        ("where=1:colour:is:red", "The filter on “colour”"),
        ("where=x", "is not a filter"),
        ("recorded=31 April 2026", "Recorded: The date cannot be right: April 2026 has 30 days"),
        ("sort=location", "cannot be sorted by “location”"),
        ("sort=committed_from", "“Committed from” first: no index"),
        ("col=colour", "The column “colour”"),
        ("size=7", "Choose 25, 50, 100 as the size"),
        ("&".join(f"where={n}:title:is:x" for n in range(13)), "12 conditions at most"),
    ],
)
def test_what_is_wrong_is_named_on_the_page_and_by_the_api(who, text, named):
    client = signed_in_client(who)
    page = client.get(f"{LIST}?{text}")
    assert page.status_code == 422
    assert named in page.content.decode()
    assert "govuk-error-summary" in page.content.decode()
    sent = client.get(f"/api{LIST}?{text}")
    assert sent.status_code == 422
    assert named in str(sent.json()["errors"])


def test_all_that_is_wrong_is_told_at_once(sheet):
    with pytest.raises(Invalid) as caught:
        question(sheet, "recorded=soon&col=colour&size=1")
    assert set(caught.value.errors) == {"recorded", "col", "size"}


def test_columns_are_those_chosen_in_their_order_and_the_reference_leads(sheet, who, crimes):
    asked = question(sheet, "col=summary&col=changed_at&col=owner_unit&col=summary&col=marking")
    fields = [column.field for column in columns_of(sheet, asked)]
    assert fields == ["reference", "summary", "changed_at", "owner_unit", "marking"]
    usual = [column.field for column in columns_of(sheet, Asked())]
    assert (usual[0], usual[-2:]) == ("reference", ["state", "created_at"])
    body = signed_in_client(who).get(f"{LIST}?{as_query(asked).urlencode()}").content.decode()
    for shown in ("number 3", "Owner unit", "Response Team A", "Changed", "OFFICIAL"):
        assert shown in body


def test_a_hidden_record_is_found_by_no_filter_sort_or_count(who, crimes):
    other = officer(permissions=["*"], clearance=3)
    client = signed_in_client(other)
    asked = [*FILTERS, *SORTS, "q=number", "where=1:reference:is:{}", "where=1:title:starts:R",
             "where=1:summary:contains:secret"]  # fmt: skip
    shared = do(who, "investigation.crime.create", category="Robbery", summary="secret number 3")
    hidden = restrict(who, shared)
    texts = [each.replace("%", "%25").format(shared.reference) for each in asked]
    after = [client.get(f"/api{LIST}?{text}").json() for text in texts]
    assert shared.reference not in str(after)
    assert all(answer["total"] == len(answer["items"]) <= 12 for answer in after)
    lists = [client.get(f"{LIST}?{text}").content.decode() for text in texts[::6]]
    assert all(str(shared.pk) not in page for page in lists)
    assert hidden is not None
    seen = signed_in_client(who).get(f"/api{LIST}?where=1:summary:contains:secret").json()
    assert seen["total"] == 1


def test_a_hidden_place_fills_nothing_in_and_names_nothing(who):
    place = do(who, "pole.location.create", street="Xanadu Crescent", postcode="E1W 3SG")
    crime = do(who, "investigation.crime.create", category="Burglary", location=place)
    restrict(who, place)
    mine, other = signed_in_client(who), signed_in_client(officer(permissions=["*"], clearance=3))
    for text, seen, unseen in (("filled:", 1, 0), ("empty:", 0, 1)):
        where = f"/api{LIST}?where=1:location:{text}"
        assert mine.get(where).json()["total"] == seen
        assert other.get(where).json()["total"] == unseen
    named = f"{LIST}?where=1:location:is:{place.reference}"
    assert crime.reference in mine.get(named).content.decode()
    absent = f"{LIST}?where=1:location:is:LO26-0000-0000-A"
    told = [other.get(where).status_code for where in (named, absent)]
    assert told == [422, 422]


def test_a_question_that_looks_too_long_is_refused_in_words(sheet, who, crimes):
    asked = question(sheet, "where=1:summary:contains:number")
    held = listing.LONGEST
    listing.LONGEST = "1ms"
    try:
        with (
            pytest.raises(Refused, match="too many records"),
            speaking(who),
            listing.bounded(asked),
        ):
            connection.cursor().execute("select pg_sleep(1)")
    finally:
        listing.LONGEST = held


def test_an_empty_list_says_what_was_asked_and_what_would_fit(who, crimes):
    text = "where=1:summary:is:number 3&category=Robbery&recorded=28 March 2026"
    body = signed_in_client(who).get(f"{LIST}?{text}").content.decode()
    assert "No crimes fit what is asked" in body
    for told in ("Summary is number 3", "Category: Robbery", "Recorded 28 March 2026"):
        assert f"Without “{told}”" in body
    assert body.count(": 2 crimes") == 1  # without the summary
    plain = signed_in_client(who).get("/pole/nominal/").content.decode()
    assert "No nominals that you can see are recorded yet" in plain


def test_a_row_changed_just_now_says_by_whom(who):
    client = signed_in_client(who)
    old = make_crime(who)
    body = client.get(LIST).content.decode()
    assert f"Recorded by PC {who.collar_number}" in body
    do(who, "investigation.crime.edit", record_id=old.pk, version=1, category="Drugs")
    body = client.get(LIST).content.decode()
    assert f"Changed by PC {who.collar_number}" in body
    assert "just now" in body


def test_density_is_remembered_for_the_session(who, crimes):
    client = signed_in_client(who)
    assert "peel-list__rows--comfortable" in client.get(LIST).content.decode()
    assert "peel-list__rows--compact" in client.get(f"{LIST}?density=compact").content.decode()
    assert "peel-list__rows--compact" in client.get("/pole/nominal/").content.decode()


def test_the_page_that_arranges_works_by_plain_forms(who, crimes):
    client = signed_in_client(who)
    page = client.get(f"{LIST}arrange/?where=1:category:is:Burglary&do=also:1")
    assert page.content.decode().count('name="f"') == 2
    assert '<option value="Burglary">' in page.content.decode()
    sent = {"join": "and", "g": ["1", "1", "2"], "f": ["category", "category", "summary"],
            "c": ["is", "is", "contains"], "v": ["Burglary", "Drugs", "number"],
            "sort": ["category", "-created_at", ""], "col": ["summary", "", "state"],
            "size": "50", "do": "show"}  # fmt: skip
    done = client.get(f"{LIST}arrange/", sent)
    assert done.status_code == 302
    body = client.get(done["Location"]).content.decode()
    assert "Category is Burglary" in body
    assert "8 crimes" in body
    wrong = client.get(f"{LIST}arrange/", sent | {"v": ["Piracy", "Drugs", "number"]})
    assert wrong.status_code == 200
    assert "Piracy” is not one of its values" in wrong.content.decode()
    moved = client.get(f"{LIST}arrange/", {"col": ["summary", "state"], "do": "up:1"})
    text = moved.content.decode()
    assert text.index('value="state" selected') < text.index('value="summary" selected')


def test_every_field_says_how_it_is_compared(sheet):
    fields = filtering.filterable(sheet)
    assert {"category", "location", "committed_from", "reference", "owner_unit"} <= set(fields)
    with pytest.raises(Invalid, match="compared by “is in”, “is before”, “is after”"):
        filtering.read(sheet, "1:changed_at:is:x")
