"""The gazetteer: loaded once however often, refusals by row and field, found as one types."""

import gzip

import pytest
from django.db import ProgrammingError, connections

from peel.kernel.places import gazetteer
from peel.kernel.places.models import GazetteerAddress, GazetteerRefusal
from peel.migration.places import cli

HEAD = "UPRN,USRN,SAON,PAON,Street,Locality,Town,Administrative_Area,Postcode,Easting,Northing"
GOOD = [
    "100023336956,8400001,,10,High Street,,Camden,Greater London,NW1 8AB,528900,184000",
    "2,8400001,FLAT 2,2A,High Street,,Camden,Greater London,nw18ab,528910,184010",
    "3,8400001,,2,High Street,,Camden,Greater London,NW1 8AB,528920,184020",
    "4,8400002,,Rose Cottage,St James's Road,Norton,Otherton,,NW18 1AB,,",
    "5,8400003,,14-16,High Holborn,,London,,WC1V 6XX,530500,181500",
    "6,8400003,,14,Highbury Place,,London,,N5 1QP,531700,185000",
    "7,,,14,High Street,Kentish Town,London,,NW5 1AA,529000,185000",
]
BAD = {
    "x1,,,1,A Street,,,,NW1 8AB,,": ("uprn", "up to 12 digits"),
    "3,,,9,High Street,,,,NW1 8AB,,": ("uprn", "row 4 has this UPRN already"),
    "9,,,1,A Street,,,,NW1 888,,": ("postcode", "full postcode"),
    "10,123456789,,1,A Street,,,,NW1 8AB,,": ("usrn", "up to 8 digits"),
    "11,,,,A Street,,,,NW1 8AB,,": ("paon", "no house number"),
    "12,,,1,A Street,,,,NW1 8AB,north,184000": ("easting", "not a number"),
    "13,,,1,A Street,,,,NW1 8AB,528900,": ("northing", "not a number"),
    "14,,,1,A Street,,,,NW1 8AB,5,5": ("easting", "outside Great Britain"),
    "15,,,1": ("row", "4 cells, not 11"),
    f"16,,,1,{'A' * 101},,,,NW1 8AB,,": ("street", "more than 100"),
}


@pytest.fixture
def load(database, tmp_path):
    def done(*rows: str, head: str = HEAD, more: tuple[str, ...] = ()) -> int:
        path = tmp_path / "addresses.csv.gz"
        path.write_bytes(gzip.compress("\r\n".join((head, *rows, "")).encode("utf-8-sig")))
        return cli.load_gazetteer([str(path), *more])

    return done


def test_a_file_is_loaded_once_and_every_bad_row_is_accounted_for(load, capsys) -> None:
    assert load(*GOOD, *BAD) == 0
    said = capsys.readouterr().out
    assert "17 rows: 7 added, 0 changed, 0 the same, 10 refused." in said
    refused = GazetteerRefusal.objects.using("owner").order_by("line")
    for row, (line, (field, reason)) in zip(refused, enumerate(BAD.values(), 9), strict=True):
        assert (row.line, row.field) == (line, field)
        assert reason in row.reason
    assert load(*GOOD) == 0
    assert "7 rows: 0 added, 0 changed, 7 the same, 0 refused." in capsys.readouterr().out
    assert load(GOOD[0].replace(",10,", ",12,"), "20,,,1,B Street,,,,NW1 8AB,,") == 0
    assert "2 rows: 1 added, 1 changed, 0 the same" in capsys.readouterr().out
    place = GazetteerAddress.objects.get(pk=100023336956)
    assert (place.paon, place.number_key, place.easting) == ("12", "12", 528900)
    assert place.longitude == pytest.approx(-0.1436, abs=0.001)
    degrees = HEAD.replace("Easting,Northing", "longitude,latitude")
    assert load("21,,,1,C Street,,,,NW1 8AB,-0.1436,51.5402", head=degrees, more=("--whole",)) == 0
    assert "1 added, 0 changed, 0 the same, 0 refused; 8 withdrawn." in capsys.readouterr().out
    assert GazetteerAddress.objects.get().easting == pytest.approx(528900, abs=100)
    assert load("1,2", head="uprn,town") == 1
    assert "does not name paon, postcode, street" in capsys.readouterr().err
    for forbidden in ("delete from places_gazetteeraddress", "select * from places_gazetteerload"):
        with connections["default"].cursor() as cursor, pytest.raises(ProgrammingError):
            cursor.execute(forbidden)


def test_an_address_is_found_as_one_types_by_index(load) -> None:
    assert load(*GOOD) == 0
    cases = {
        "NW1 8AB": [3, 2, 100023336956], "nw18ab 10": [100023336956], "2 nw1 8ab": [2, 3],
        "flat 2 nw1 8ab": [2], "NW18": [3, 2, 100023336956, 4], "high st": [3, 2, 100023336956, 7],
        "high st camden": [3, 2, 100023336956], "10 HIGH str": [100023336956],
        "flat 2, 2a high street": [2], "14 high": [7, 6, 5], "14 high st london": [7],
        "rose cott": [4], "st jamess rd": [4], "St. James's Road, Norton": [4],
        "100023336956": [100023336956], "14": [], "": [], "%": [], "zz": [], "14 %": [],
    }  # fmt: skip
    for text, expected in cases.items():
        found = [row.pk for row in gazetteer.find(text)]
        assert sorted(found) == sorted(expected), text
    assert [row.pk for row in gazetteer.find("NW1 8AB")] == [3, 2, 100023336956]
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "insert into places_gazetteeraddress (uprn, usrn, saon, paon, street, locality, town,"
            " administrative_area, postcode, postcode_key, street_key, number_key, unit_key)"
            " select 1000 + n, '', '', n, '', '', '', '', '', 'ZZ' || n, 'STREET ' || n % 97, n, ''"
            " from generate_series(1, 20000) n"
        )
        cursor.execute("analyze places_gazetteeraddress")
        for asked in ("postcode_key like 'NW18%'", "number_key = '14' and street_key like 'HIGH%'",
                      "street_key like 'HIGH ST%'"):  # fmt: skip
            cursor.execute(f"explain select uprn from places_gazetteeraddress where {asked}")
            assert "places_gazetteer_" in " ".join(line for (line,) in cursor.fetchall()), asked
    assert len(gazetteer.find("street")) == gazetteer.MOST
