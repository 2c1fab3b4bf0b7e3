"""The derived pages, asked for as a browser would."""

import pytest

from peel.kernel.access.tests.factories import officer, signed_in_client
from tests.machine.test_main_job import make_crime, make_nominal


@pytest.fixture
def sergeant(database):
    return officer(role="supervisor")


def test_list_page_create_and_edit(sergeant):
    client = signed_in_client(sergeant)
    page = client.get("/pole/nominal/new/")
    assert page.status_code == 200, page.content.decode()[:2000]
    made = client.post(
        "/pole/nominal/new/",
        {"family_name": "Okafor", "given_names": "Daniel", "name_kind": "current", "sex": "M",
         "date_of_birth": "about 30"},
    )  # fmt: skip
    assert made.status_code == 302, made.content.decode()[:3000]
    page = client.get(made["Location"])
    assert page.status_code == 200
    assert "OKAFOR, Daniel" in page.content.decode()
    listed = client.get("/pole/nominal/")
    assert listed.status_code == 200
    assert "Okafor" in listed.content.decode()
    edit = client.get(made["Location"] + "edit/")
    assert edit.status_code == 200
    saved = client.post(
        made["Location"] + "edit/", {"version": "1", "sex": "M", "description": "Tall"}
    )
    assert saved.status_code == 302, saved.content.decode()[:3000]
    stale = client.post(
        made["Location"] + "edit/", {"version": "1", "sex": "M", "description": "Short"}
    )
    assert stale.status_code == 409
    assert "Tall" in stale.content.decode()
    assert "Short" in stale.content.decode()


def test_link_by_search_without_javascript(sergeant):
    client = signed_in_client(sergeant)
    nominal, crime = make_nominal(sergeant), make_crime(sergeant)
    where = f"/pole/nominal/{nominal.reference}/link-create/"
    assert client.get(where).status_code == 200
    done = client.post(where, {"version": "1", "other": crime.reference, "reading": "suspect>"})
    assert done.status_code == 302, done.content.decode()[:3000]
    page = client.get(f"/investigation/crime/{crime.reference}/")
    assert page.status_code == 200
    assert "has suspect" in page.content.decode()
    home = client.get("/")
    assert home.status_code == 200
    assert crime.reference in home.content.decode()
    found = client.get("/search/?q=okafor")
    assert nominal.reference in found.content.decode()
    straight = client.get(f"/search/?q={nominal.reference}")
    assert straight["Location"] == f"/pole/nominal/{nominal.reference}/"


def test_api_has_the_same(sergeant):
    client = signed_in_client(sergeant)
    crime = make_crime(sergeant)
    listed = client.get("/api/investigation/crime/").json()
    assert listed["total"] == 1
    assert listed["items"][0]["reference"] == crime.reference
    one = client.get(f"/api/investigation/crime/{crime.reference}").json()
    assert one["fields"]["category"] == "Burglary"
    wrong = client.post(
        f"/api/investigation/crime/{crime.reference}/edit",
        {"version": 1, "category": "Piracy"},
        content_type="application/json",
    )
    assert wrong.status_code == 422, wrong.content
    assert "category" in wrong.json()["errors"]
    hidden = client.get("/api/investigation/crime/CR26-1234-5678-K")
    assert hidden.status_code == 404
