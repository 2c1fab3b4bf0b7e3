"""The middleware: every look has its line before the first byte, whatever becomes of it."""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.test import AsyncClient, RequestFactory

from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.kernel.audit import context, ledger, looks, middleware
from peel.kernel.audit.tests import pages_urls
from peel.kernel.audit.tests.ledgers import rows
from peel.kernel.base.ids import uuid7

pytestmark = [
    pytest.mark.usefixtures("database"),
    pytest.mark.urls("peel.kernel.audit.tests.pages_urls"),
]
COLUMNS = "act, name, outcome, subjects, user_id, purpose_kind, source"


@pytest.fixture
def who():
    return officer()


@pytest.fixture
def browser(who):
    client = signed_in_client(who, REMOTE_ADDR="203.0.113.7")
    client.raise_request_exception = False
    return client


@pytest.fixture(autouse=True)
def shown():
    pages_urls.SHOWN[:] = [uuid7() for _ in range(3)]
    return list(pages_urls.SHOWN)


def lines(columns: str = COLUMNS) -> Any:
    return rows(f"select {columns} from audit_line where act = 'consultation' order by id")


def test_a_page_leaves_one_line(browser, who, shown):
    assert browser.get("/shows/").status_code == 200
    assert lines() == [
        ("consultation", "test.shows", "done", shown, who.user_id, "own caseload", "203.0.113.7")
    ]


def test_nothing_noted_leaves_no_line(browser):
    browser.get("/plain/")
    assert lines() == []


def test_a_search_leaves_a_line_though_it_found_nothing(browser):
    browser.get("/searches/?q=smith")
    assert lines("name, outcome, subjects") == [("test.search", "done", [])]
    assert rows("select kind, text from audit_text") == [("query", "smith")]


def test_a_view_that_raises_after_it_has_read_still_leaves_its_line(browser, shown, who):
    assert browser.get("/raises/").status_code == 500
    assert lines("name, outcome, subjects, user_id") == [
        ("test.raises", "failed", shown, who.user_id)
    ]


@pytest.mark.parametrize("kind", ["403", "404", "409", "422"])
def test_a_refusal_leaves_a_line(browser, shown, kind):
    assert browser.get(f"/refuses/?kind={kind}").status_code == int(kind)
    assert lines("name, outcome, subjects") == [("test.refuses", "refused", shown)]


def test_nobody_in_particular_has_a_line_too(client, shown):
    assert client.get("/open/").status_code == 200
    assert lines("subjects, user_id, purpose_kind") == [(shown, None, None)]


def test_every_chunk_of_a_stream_has_its_line_first(browser, shown):
    response = browser.get("/streams/")
    assert lines() == []
    parts: Iterable[bytes] = iter(response.streaming_content)
    assert next(parts) == b"begin"
    assert lines() == []
    for count, record in enumerate(shown, 1):
        assert next(parts) == str(record).encode()
        assert [found for (found,) in lines("subjects")] == [[r] for r in shown[:count]]
    assert list(parts) == []
    assert len(lines()) == 3
    assert {name for (name,) in lines("name")} == {"test.streams"}


def test_an_async_page_and_stream_leave_lines(who, shown, settings, browser):
    async def visit() -> None:
        client = AsyncClient()
        client.cookies = browser.cookies
        response = await client.get("/shows-async/")
        assert response.status_code == 200
        streamed = await client.get("/streams-async/")
        assert [part async for part in streamed.streaming_content] == [
            str(record).encode() for record in shown
        ]

    asyncio.run(visit())
    assert lines("name, subjects, user_id") == [
        ("test.shows_async", shown, who.user_id),
        *[("test.streams_async", [record], who.user_id) for record in shown],
    ]


def test_an_async_failure_leaves_its_line(shown):
    async def raising(request: Any) -> HttpResponse:
        looks.note(shown)
        raise ZeroDivisionError

    async def visit() -> None:
        with pytest.raises(ZeroDivisionError):
            await middleware.LookMiddleware(raising)(RequestFactory().get("/"))

    asyncio.run(visit())
    assert lines("outcome, subjects") == [("failed", shown)]


def test_a_failure_outside_any_view_leaves_its_line(shown):
    def raising(request: Any) -> HttpResponse:
        looks.note(shown)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        middleware.LookMiddleware(raising)(RequestFactory().get("/"))
    assert lines("outcome, subjects") == [("failed", shown)]


def test_without_a_line_nothing_leaves(browser, database):
    rows("revoke execute on all functions in schema audit from peel_web")
    try:
        response = browser.get("/shows/")
        assert response.status_code == 503
        assert b"shown" not in response.content
        assert browser.get("/plain/").status_code == 200
        with pytest.raises(ledger.LedgerUnavailable):
            list(browser.get("/streams/").streaming_content)
    finally:
        database.clone()


def test_every_request_has_an_id_of_its_own(browser):
    browser.get("/shows/")
    browser.get("/shows/")
    assert len({request for (request,) in lines("request_id")}) == 2


def test_the_purpose_is_set_once_and_kept(browser, who):
    browser.get("/purpose/")
    browser.get("/shows/")
    found = rows("select name, act, purpose_kind, user_id from audit_line order by id")
    assert found[-2:] == [
        ("access.purpose", "access", "typed reason", who.user_id),
        ("test.shows", "consultation", "typed reason", who.user_id),
    ]
    texts = rows("select text from audit_text where kind = 'purpose'")
    assert texts == [("Missing person enquiry",)] * 2


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("kind", ("because", "x", None)),
        ("text", ("typed reason", "  ", None)),
        ("text", ("typed reason", "x" * 1001, None)),
        ("record", ("record", "", None)),
    ],
)
def test_a_purpose_that_is_none_is_refused_by_field(field, given):
    with pytest.raises(ValidationError) as refused:
        context.set_purpose(RequestFactory().get("/"), *given)
    assert list(refused.value.message_dict) == [field]


@pytest.mark.parametrize("kept", [None, 3, [], {}, {"kind": None}, {"kind": "x", "record": "?"}])
def test_nonsense_in_a_session_is_no_purpose(kept):
    assert context.Purpose.from_session(kept).record is None


def test_a_note_outside_a_request_is_nothing():
    looks.note([uuid7()])
    looks.describe(name="nothing")
