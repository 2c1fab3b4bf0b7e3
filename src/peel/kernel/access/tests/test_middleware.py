"""The middleware under threads and under asyncio: who is answered, who is sent to sign in."""

import asyncio
import json
from types import SimpleNamespace

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import RequestFactory

from peel.kernel.access.identity import SignedOut, current_identity
from peel.kernel.access.middleware import IdentityMiddleware, to_sign_in
from peel.kernel.access.tests import factories

pytestmark = pytest.mark.usefixtures("database")


def request_of(identity=None, path="/x/", **headers):
    request = RequestFactory().get(path, headers=headers)
    request.session = SessionStore()
    if identity:
        request.COOKIES[settings.PEEL_IDENTITY_COOKIE] = identity.token
        request.session["_auth_user_id"] = str(identity.user_id)
    return request


def test_the_identity_is_known_while_the_request_is_answered():
    officer = factories.officer()
    seen = []

    def answer(request):
        seen.append((request.identity, current_identity()))
        return HttpResponse()

    response = IdentityMiddleware(answer)(request_of(officer))
    assert seen == [(officer, officer)]
    assert response["Cache-Control"] == "private, no-store"
    assert current_identity() is None


def test_the_same_under_asyncio_for_many_at_once():
    officers = [factories.officer() for _ in range(4)]

    async def answer(request):
        await asyncio.sleep(0.01)
        inside = await sync_to_async(current_identity)()
        return HttpResponse(json.dumps([str(request.identity.user_id), str(inside.user_id)]))

    async def all_at_once():
        middleware = IdentityMiddleware(answer)
        return await asyncio.gather(*(middleware(request_of(o)) for o in officers))

    answers = asyncio.run(all_at_once())
    assert [json.loads(a.content) for a in answers] == [[str(o.user_id)] * 2 for o in officers]


def test_nobody_is_sent_to_sign_in_unless_the_view_is_open():
    middleware = IdentityMiddleware(lambda request: HttpResponse())
    request = request_of(path="/x/?a=b&c=d")
    request.identity = None

    @login_not_required
    def opened(request):
        return HttpResponse()

    assert middleware.process_view(request, opened, (), {}) is None
    sent = middleware.process_view(request, lambda request: None, (), {})
    assert sent["Location"] == "/sign-in/?next=%2Fx%2F%3Fa%3Db%26c%3Dd"


def test_a_call_of_the_api_is_told_401_as_a_problem():
    request = request_of(path="/api/crimes/")
    request.identity_ended = True
    answer = to_sign_in(request)
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert json.loads(answer.content) == {
        "type": "/help/api/#sign-in", "title": "Sign in first", "status": 401,
        "detail": "You have been signed out. Sign in again to carry on.",
    }  # fmt: skip


def test_a_token_that_ends_while_the_request_runs_leads_to_sign_in():
    middleware = IdentityMiddleware(lambda request: HttpResponse())
    request = request_of()
    request.identity = None
    assert middleware.process_exception(request, ValueError()) is None
    sent = middleware.process_exception(request, SignedOut())
    assert sent["Location"] == "/sign-in/?next=%2Fx%2F&ended=1"


def test_a_cookie_of_nobody_is_taken_back():
    request = request_of(SimpleNamespace(token="a" * 43, user_id="x"))
    response = IdentityMiddleware(lambda request: HttpResponse())(request)
    assert request.identity is None
    assert response.cookies[settings.PEEL_IDENTITY_COOKIE]["max-age"] == 0
