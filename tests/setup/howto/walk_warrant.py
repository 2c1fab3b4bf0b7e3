"""The warrant of the how-to, used as people use a record. Run where the page was followed."""

import csv
import io
import random

from django.db import connections
from django.test import Client

from peel.kernel.access.identity import speaking
from peel.kernel.access.models import Officer
from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.machine import registry
from peel.machine.scenes import Cast

LIST = "/warrants/warrant/"


def text_of(client: Client, address: str, **asked: str) -> str:
    answer = client.get(address, asked)
    assert answer.status_code == 200, (address, answer.status_code)
    return b"".join(answer).decode() if answer.streaming else answer.content.decode()


def lines() -> set[str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("select name from audit_line")
        return {name for (name,) in cursor.fetchall()}


def test_a_warrant_is_a_record_like_any_other(database):
    who, other = officer("supervisor", clearance=3), officer()
    client, reader = signed_in_client(who), signed_in_client(other)
    with speaking(who):
        allocated = Officer.objects.get(pk=who.appointment_id)
    from peel.modules.warrants import demo

    demo.scene(Cast(random.Random(1), officer(), officer("detective"), who, allocated))
    made = client.post(f"{LIST}new/", {"court": "Quayside", "given": "3 March 2026",
                                       "grounds": "A weighbridge"})  # fmt: skip
    page = made["Location"]
    reference = page.rstrip("/").split("/")[-1]
    assert reference.startswith("WR")
    # Listed, edited, moved.
    assert "Quayside" in text_of(client, LIST)
    edited = {
        "court": "Quayside",
        "given": "3 March 2026",
        "grounds": "A lighthouse",
        "version": "1",
    }
    assert client.post(f"{page}edit/", edited).status_code == 302
    assert client.post(f"{page}execute/", {"version": "2"}).status_code == 302
    assert "Executed" in text_of(client, page)
    # Searched, exported, printed, served by the API, with its timeline.
    assert reference in text_of(reader, "/search/", q="lighthouse")
    rows = list(csv.reader(io.StringIO(text_of(client, f"{LIST}export.csv"))))
    assert any(reference in row for row in rows)
    assert "A lighthouse" in text_of(client, f"{page}print/")
    assert "A weighbridge" in text_of(client, f"{page}timeline/")
    served = client.get(f"/api/warrants/warrant/{reference}").json()
    assert (served["state"], served["version"]) == ("executed", 3)
    # Restricted: whoever is not on the list finds nothing.
    restricted = {"version": "3", "reason": "A test", "keep_me": "on"}
    assert client.post(f"{page}restrict/", restricted).status_code == 302
    assert reader.get(page).status_code == 404
    assert reference not in text_of(reader, LIST)
    assert reference in text_of(client, LIST)
    # Audited: each look and write has its line.
    names = {
        f"warrants.warrant.{verb}" for verb in ("create", "edit", "execute", "restrict", "view")
    }
    assert names <= lines()
    assert registry.sheet_of("warrants.warrant").flow is not None
