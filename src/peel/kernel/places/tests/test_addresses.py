"""Addresses: postcodes and numbers by their rules, and one line that reads well."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from peel.kernel.places import addresses


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("m11ae", "M1 1AE"),
        ("B33 8TH", "B33 8TH"),
        ("cr2  6xh", "CR2 6XH"),
        ("DN55-1PT", "DN55 1PT"),
        ("w1a 0ax", "W1A 0AX"),
        ("EC1A1BB", "EC1A 1BB"),
        (" sw1a 1aa ", "SW1A 1AA"),
        ("SE1 OAA", "SE1 0AA"),
        ("gir0aa", "GIR 0AA"),
    ],
)
def test_each_form_of_postcode_is_read(typed: str, written: str) -> None:
    assert addresses.postcode(typed) == written


@pytest.mark.parametrize(
    "typed",
    ["", "SW1A", "SW1A 1A", "QQ1 1AA", "SW1A 1CA", "1AA 1AA", "AI1 1AA", "GIR 1AA", "A1I 1AA",
     "SW1A 1AA 1AA", "x" * 1000, "Ｍ1 1AE"],
)  # fmt: skip
def test_what_is_no_postcode_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError, match="Enter a full postcode"):
        addresses.postcode(typed)


@given(st.text(max_size=12))
def test_a_postcode_once_read_reads_the_same(text: str) -> None:
    try:
        once = addresses.postcode(text)
    except ValidationError:
        return
    assert addresses.postcode(once) == once
    assert addresses.postcode_start(once[:-2]) == once[:-2]


def test_the_beginning_of_a_postcode() -> None:
    assert addresses.postcode_start("sw1a") == "SW1A"
    assert addresses.postcode_start("sw1a 1") == "SW1A 1"
    assert addresses.postcode_start("SW11") == "SW11"
    assert addresses.postcode_start("SW1 1") == "SW1 1"
    for text in ("", "S", "SW1A 1AA", "1", "SW1A X"):
        with pytest.raises(ValidationError, match="beginning of a postcode"):
            addresses.postcode_start(text)


def test_property_and_street_numbers() -> None:
    assert addresses.uprn(" 0100 0231 23456") == "100023123456"
    assert addresses.usrn("00012345678") == "12345678"
    for text in ("", "12a", "1234567890123", "0", "१"):
        with pytest.raises(ValidationError, match="UPRN"):
            addresses.uprn(text)
    with pytest.raises(ValidationError, match="up to 8 digits"):
        addresses.usrn("123456789")


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        ({}, ""),
        ({"paon": "14", "street": "High Street"}, "14 High Street"),
        ({"saon": "Flat 2", "paon": "14-16", "street": "High Street", "town": "London",
          "administrative_area": "LONDON", "postcode": "NW1 8AB"},
         "Flat 2, 14-16 High Street, London, NW1 8AB"),
        ({"saon": "3", "paon": "Rose House", "street": " Mill   Lane ", "locality": "Overton"},
         "3 Rose House, Mill Lane, Overton"),
    ],
)  # fmt: skip
def test_an_address_in_one_line(parts: dict[str, str], line: str) -> None:
    assert addresses.one_line(**parts) == line
