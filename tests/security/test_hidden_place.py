"""A crime that may be seen, at a place that may not: it reads as at no place, and keeps it."""

import pytest

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.modules.investigation.models import Crime
from tests.security.stage import do, restrict


@pytest.fixture
def scene(database):
    """A crime at a place that is restricted after, one at a place that was restricted before."""
    owner, other = (officer(role="supervisor", clearance=3) for _ in range(2))
    place = do(owner, "pole.location.create", street="Xanadu Crescent", postcode="E1W 3SG")
    restrict(owner, place)
    with speaking(owner):
        place = type(place).objects.get(pk=place.pk)
    crime = do(owner, "investigation.crime.create", category="Burglary", location=place)
    return owner, other, place, crime


def test_it_reads_as_at_no_place(scene):
    _, other, place, crime = scene
    client = signed_in_client(other)
    stem = f"/investigation/crime/{crime.reference}/"
    for where in (
        stem,
        f"{stem}edit/",
        "/investigation/crime/",
        "/search/?q=E1W+3SG",
        f"/api{stem[:-1]}",
        f"/api{stem}history",
        "/api/investigation/crime/",
    ):
        page = client.get(where)
        assert page.status_code == 200, where
        text = page.content.decode()
        assert "Xanadu" not in text, where
        assert place.reference not in text
        assert "visible" not in text.replace("govuk-visually", ""), where
    assert crime.reference not in client.get("/search/?q=E1W+3SG").content.decode()


def test_an_edit_by_who_cannot_see_the_place_leaves_it(scene):
    owner, other, place, crime = scene
    client = signed_in_client(other)
    stem = f"/investigation/crime/{crime.reference}/"
    saved = client.post(f"{stem}edit/", {"version": "1", "category": "Robbery", "location": ""})
    assert saved.status_code == 302, saved.content.decode()[:2000]
    stale = client.post(f"{stem}edit/", {"version": "1", "category": "Drugs", "location": ""})
    assert stale.status_code == 409
    assert "Xanadu" not in stale.content.decode()
    sent = client.post(
        f"/api{stem}edit",
        {"version": 2, "category": "Robbery", "summary": "Now"},
        content_type="application/json",
    )
    assert sent.status_code == 200, sent.content
    with speaking(owner):
        kept = Crime.objects.get(pk=crime.pk)
        assert (kept.location_id, kept.version, kept.summary) == (place.pk, 3, "Now")
    moved = client.post(f"{stem}cancel/", {"version": "3", "reason": "C4", "explanation": "x"})
    assert moved.status_code == 302


def test_who_sees_the_place_may_empty_it(scene):
    owner, _, _, crime = scene
    do(
        owner,
        "investigation.crime.edit",
        record_id=crime.pk,
        version=1,
        category="Burglary",
        location=None,
    )
    with speaking(owner):
        assert Crime.objects.get(pk=crime.pk).location_id is None
