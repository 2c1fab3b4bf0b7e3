"""A kind that is a sheet and a model alone: recorded, listed, found, changed and read by API.

Which kinds these are: `families.py`. The rest of what the machine makes of them is tested on the
one kind of their app that runs every test, for it is the same code.
"""

import pytest
from django.urls import reverse

from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.machine.tests.samples import sample_of
from tests.machine.families import like_another
from tests.machine.test_every_sheet import api_of, command_of, made, page_of

KINDS = like_another()


@pytest.mark.parametrize("sheet", KINDS, ids=[sheet.kind for sheet in KINDS])
def test_a_plain_kind_is_recorded_listed_found_changed_and_read(sheet, database):
    who = officer(permissions=["*"], clearance=3)
    client, sample = signed_in_client(who), sample_of(sheet)
    empty = client.post(reverse(f"{sheet.url_name}-create"), {})
    assert empty.status_code == 422
    assert "govuk-error-summary" in empty.content.decode()
    record = made(sheet, client, who)
    listed = client.get(reverse(f"{sheet.url_name}-list")).content.decode()
    assert record.reference in listed
    assert sheet.title_plural in listed
    found = client.get("/search/", {"q": sample.word}, follow=True).content.decode()
    assert record.reference in found
    values = {"version": "1", **dict(sample.edit)}
    assert client.post(command_of(sheet, record, "edit"), values).status_code == 302
    page = client.get(page_of(sheet, record)).content.decode()
    assert sample.changed in page
    assert sample.word.upper() in page.upper()
    assert all(section.title in page for section in sheet.sections)
    told = client.get(api_of(sheet, record)).json()
    assert (told["version"], set(told["fields"])) == (2, set(sheet.fields))
    nobody = signed_in_client(officer(permissions=[]))
    assert nobody.get(page_of(sheet, record)).status_code == 403
