"""The page around every page: who acts, why, and the navigation that the role allows."""

import uuid
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from peel.kernel.audit import context as audit_context
from peel.machine.ui import navigation
from peel.site.context import shell


@pytest.fixture(autouse=True)
def _own_navigation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_items", {})
    navigation.register("Home", "home", order=1)
    navigation.register("Help", "help", "some.help", order=2)
    navigation.register("Nowhere", "no-such-page", order=3)


def page(path: str, *, may: bool = True, reason: str = "") -> str:
    request = RequestFactory().get(path)
    request.identity = SimpleNamespace(  # type: ignore[attr-defined]
        token="",
        name="Amara Okafor",
        caption="DC 12, Detective, North CID",
        organisation_name="Thamesmarch Police",
        may=lambda permission: may,
    )
    purpose = audit_context.Purpose("typed reason" if reason else "own caseload", reason)
    with audit_context.working(audit_context.Context(uuid.uuid4(), None, purpose)):
        return render_to_string("ui/layout.html", dict(shell(request)))


def test_appointment_and_purpose_always_show(database: object) -> None:
    text = page("/")
    assert "Amara Okafor" in text
    assert "DC 12, Detective, North CID" in text
    assert "Thamesmarch Police" in text
    assert "own caseload" in text


def test_a_long_reason_is_cut_and_escaped(database: object) -> None:
    text = page("/", reason="<script>" + "x" * 500)
    assert "<script>x" not in text
    assert "x" * 200 not in text


def test_navigation_shows_what_the_role_allows_and_where_one_is(database: object) -> None:
    allowed = page("/help/")
    assert 'href="/help/" aria-current="true"' in " ".join(allowed.split())
    assert "Nowhere" not in allowed
    assert page("/", may=False).count('href="/help/"') == 1  # the footer's alone


def test_nobody_signed_in_means_no_bar_no_search_no_navigation() -> None:
    text = render_to_string("ui/layout.html", dict(shell(RequestFactory().get("/"))))
    assert "Acting as" not in text
    assert "peel-search" not in text
    assert 'aria-label="Main"' not in text
