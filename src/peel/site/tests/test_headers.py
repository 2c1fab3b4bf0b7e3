"""The headers of every answer, and the pages that stand still."""

import asyncio

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from peel.site.middleware import HEADERS, ContentSecurityMiddleware

STANDING = ("/help/", "/accessibility/", "/cookies/", "/licences/")


@pytest.mark.parametrize("address", STANDING)
def test_standing_pages_answer_anyone_with_every_header(address: str) -> None:
    response = Client().get(address)
    assert response.status_code == 200
    for name, value in HEADERS.items():
        assert response[name] == value
    assert response["X-Frame-Options"] == "DENY"
    assert Client().post(address).status_code in (403, 405)


def test_nothing_inline_and_nothing_from_elsewhere_may_run() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert policy.startswith("default-src 'none'")


def test_a_header_that_the_view_set_stands() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Cache-Control": "max-age=60"})

    response = ContentSecurityMiddleware(view)(RequestFactory().get("/"))
    assert response["Cache-Control"] == "max-age=60"  # type: ignore[index]


def test_async_views_are_answered_in_kind() -> None:
    async def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    found = ContentSecurityMiddleware(view)(RequestFactory().get("/"))
    response = asyncio.run(found)  # type: ignore[arg-type]
    assert response["Cache-Control"] == "no-store"


def test_style_guide_does_not_exist_in_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PEEL_STYLEGUIDE", raising=False)
    assert Client().get("/styleguide/").status_code == 404
    monkeypatch.setenv("PEEL_STYLEGUIDE", "1")
    assert Client().get("/styleguide/").status_code == 200
