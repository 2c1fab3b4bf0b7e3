"""What is told when something cannot be done: plain, the same for hidden and absent, never half."""

import json
from types import SimpleNamespace

import pytest
from django.core.exceptions import RequestDataTooBig
from django.template.loader import render_to_string
from django.test import RequestFactory

from peel.site import errors

FACTORY = RequestFactory()


@pytest.mark.parametrize("status", sorted(errors.WORDS))
def test_each_status_has_a_page_in_plain_words(status: int) -> None:
    response = errors.answer(FACTORY.get("/crimes/"), status)
    text = response.content.decode()
    assert response.status_code == status
    assert errors.WORDS[status].title in text
    assert "Traceback" not in text


@pytest.mark.parametrize("status", sorted(errors.WORDS))
def test_programs_get_a_problem_document(status: int) -> None:
    response = errors.answer(FACTORY.get("/api/crimes"), status, fields={"state": ["Not known"]})
    assert response["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert body["status"] == status
    assert body["errors"] == {"state": ["Not known"]}


def test_what_the_exception_says_is_never_shown() -> None:
    response = errors.not_found(FACTORY.get("/x/"), LookupError("CR26-1234 is restricted"))
    assert "restricted" not in response.content.decode()


def test_fields_are_named_and_escaped() -> None:
    page = errors.answer(FACTORY.get("/x/"), 422, fields={"<b>": ["<script>"]})
    assert "<script>" not in page.content.decode().split("<main", 1)[1]
    assert "&lt;script&gt;" in page.content.decode()


def test_too_large_is_said_so() -> None:
    response = errors.bad_request(FACTORY.post("/x/"), RequestDataTooBig("big"))
    assert response.status_code == 413
    assert errors.TOO_LARGE.title in response.content.decode()


def test_a_page_left_open_says_what_to_do() -> None:
    response = errors.csrf_failure(FACTORY.post("/x/"), "token missing")
    assert response.status_code == 403
    assert "open for too long" in response.content.decode()


def test_the_number_of_the_request_can_be_quoted() -> None:
    request = FACTORY.get("/x/")
    request.request_id = "0190-abcd"  # type: ignore[attr-defined]
    assert "0190-abcd" in errors.server_error(request).content.decode()


def test_failure_pages_need_neither_session_nor_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request = FACTORY.get("/x/")
    request.identity = SimpleNamespace()  # type: ignore[attr-defined]
    for status in (500, 503):
        assert errors.answer(request, status).status_code == status
    assert "not available" in render_to_string("errors/503.html")
    assert errors.unavailable(request)["Retry-After"] == "30"
