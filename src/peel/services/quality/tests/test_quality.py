"""Figures of data quality: what is found, for whom, and that what was mended goes."""

import csv
import datetime
import io

import pytest
from django.db import connections
from django.urls import reverse
from tests.security.stage import restrict

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer, signed_in_client, unit
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.services.quality import queries
from peel.services.quality.measures import MEASURES
from peel.services.quality.measuring import main, measure

pytestmark = pytest.mark.usefixtures("database")
GOOD = {"given_names": "Ada", "date_of_birth": "3 May 1980", "sex": "F"}


def do(who, name, **values):
    return run(commands[name], who, values)


def nominal(who, family_name, **fields):
    return do(who, "pole.nominal.create", **{"family_name": family_name, **GOOD, **fields})


def counts(who, of=None):
    measure("loader")
    with speaking(who):
        figures, _ = queries.figures(who, of)
    return {f.measure.name: f.count for f in figures if f.count}


@pytest.fixture
def who():
    return officer("data office")


def test_each_fault_is_found_where_it_is_and_nowhere_else(who):
    nominal(who, "Quist")
    do(who, "objects.vehicle.create", make="Vauxhall")
    do(who, "objects.phone.create", make="Nokia")
    do(who, "pole.location.create", category="address", paon="3", street="Gate Street",
       town="Thamesmarch")  # fmt: skip
    nominal(who, "Unknown", given_names="", date_of_birth="1 1 1970", sex="N")
    nominal(who, "Osric", date_of_birth="1 January 1985")
    nominal(who, "Wren07", date_of_birth="")
    nominal(who, "Elder", date_of_birth="1891")
    assert counts(who) == {
        "vehicle-no-number": 1, "phone-no-number": 1,
        "location-no-postcode": 1, "location-no-position": 1,
        "nominal-no-given-name": 1, "nominal-placeholder-name": 1,
        "nominal-placeholder-birth": 1, "nominal-no-sex": 1, "nominal-first-of-january": 1,
        "nominal-digits-in-name": 1, "nominal-no-date-of-birth": 1, "nominal-too-old": 1,
    }  # fmt: skip


def test_two_of_one_name_count_until_somebody_judges_and_one_that_is_mended_is_not_listed(who):
    first, second = nominal(who, "Marlowe"), nominal(who, "Marlowe")
    nominal(who, "Marlowe", date_of_birth="3 May 1981")
    assert counts(who) == {"nominal-twice": 2}
    twice = MEASURES["nominal-twice"]
    with speaking(who):
        assert queries.records_with(who, twice, None, None) == ([second.pk, first.pk], None)
    do(who, "pole.nominal.judge", record_id=first.pk, other=second, verdict="different",
       reason="Father and son")  # fmt: skip
    with speaking(who):
        assert queries.records_with(who, twice, None, None) == ([], None)
    assert counts(who) == {}


def test_a_record_that_may_not_be_seen_is_in_no_figure_and_makes_no_fault_of_another(who):
    hers, hidden = nominal(who, "Tallow"), nominal(who, "Tallow", sex="N")
    owner, other = officer("detective"), officer("data office")
    secret = nominal(owner, "Tallow", sex="N")
    restrict(owner, secret)
    restrict(owner, hidden)
    assert counts(other) == {}
    with speaking(other):
        assert queries.records_with(other, MEASURES["nominal-no-sex"], None, None) == ([], None)
    assert counts(owner)["nominal-no-sex"] == 2
    assert hers.pk


def test_figures_by_unit_the_change_and_the_pages(who):
    elsewhere = officer("response officer", of=unit("Harbour Team"))
    nominal(who, "Pell", sex="N")
    lost = nominal(elsewhere, "Quill", sex="N")
    assert counts(who, elsewhere.unit_id) == {"nominal-no-sex": 1}
    with connections["owner"].cursor() as cursor:
        cursor.execute("update quality_tally set day = %s, count = 5",
                       [datetime.date.today() - datetime.timedelta(days=20)])  # fmt: skip
    assert counts(who) == {"nominal-no-sex": 2}
    client = signed_in_client(who)
    page = client.get(reverse("quality")).content.decode()
    assert "Sex not stated" in page
    assert "Harbour Team" in page
    assert "-8" in page
    table = client.get(reverse("quality-csv"), {"unit": str(elsewhere.unit_id)}).content
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    assert [r["Records"] for r in rows if r["Fault"] == "Sex not stated"] == ["1"]
    where = reverse("quality-records", args=["nominal-no-sex"])
    page = client.get(where, {"unit": str(elsewhere.unit_id)}).content.decode()
    assert lost.reference in page
    assert "PELL" not in page
    assert client.get(reverse("quality"), {"unit": "x"}).status_code == 404
    assert client.get(where, {"from": "x"}).status_code == 404
    assert client.get(reverse("quality-records", args=["no-such"])).status_code == 404


def test_who_runs_peel_counts_by_command(who, capsys):
    nominal(who, "Brae", sex="N")
    assert main(["measure"]) == 0
    assert "Counted: 1 fault," in capsys.readouterr().out
    assert main([]) == 2
