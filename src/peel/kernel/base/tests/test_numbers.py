"""Numbers: what is well formed is kept in one form, what is misread is refused with the right
character shown. Worked examples are those of the sources named in each file.
"""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from peel.kernel.base.numbers import (
    account_number,
    asn,
    card,
    charity,
    company,
    cro,
    driver,
    email,
    iban,
    iccid,
    imei,
    imsi,
    mac_address,
    national_insurance,
    nhs,
    passport,
    phone,
    pnc,
    sort_code,
    vin,
    vrm,
)
from peel.kernel.base.numbers.checks import luhn_digit, police_letter
from peel.kernel.base.references import LETTERS

# The Ministry of Justice's test strings for PNC ID, CRO and ASN; the examples of the standards.
RIGHT = {
    pnc: {
        "81/34U": "1981/0000034U",
        "02/73319Z": "2002/0073319Z",
        "00/223R": "2000/0000223R",
        "79/163001B": "1979/0163001B",
        "0273319Z": "2002/0073319Z",
        "79163001B": "1979/0163001B",
        "033Y": "2003/0000003Y",
        "67/9893091D": "1967/9893091D",
        "20020073319Z": "2002/0073319Z",
        "1979/0163001b": "1979/0163001B",
        "1981/0154257C": "1981/0154257C",
        "2008/0056560Z": "2008/0056560Z",
        "2003/0062845E": "2003/0062845E",
        "2003/0011985X": "2003/0011985X",
        "1979/0026538X": "1979/0026538X",
        "2001/0171310W": "2001/0171310W",
        "2012/394773H": "2012/0394773H",
        " 80 / 123456 h ": "1980/0123456H",
    },
    cro: {
        "SF05/482703J": "SF05/482703J",
        "SF83/50058Z": "SF83/50058Z",
        "sf83/050058z": "SF83/50058Z",
        "265416/21G": "265416/21G",
        "65656/91H": "065656/91H",
        "85227/65L": "085227/65L",
        "51072/62R": "051072/62R",
        "86621/65B": "086621/65B",
        "29906/12J": "029906/12J",
    },
    asn: {
        "1101ZD0100000410836V": "1101ZD0100000410836V",
        "11/01ZD/01/00000410836V": "1101ZD0100000410836V",
        "11/01ZD/01/410836V": "1101ZD0100000410836V",
        "1101ZD01410836V": "1101ZD0100000410836V",
        "1101ZD0100000448754K": "1101ZD0100000448754K",
    },
    nhs: {"943 476 5919": "9434765919"},
    vin: {"1M8GDM9AXKP042788": "1M8GDM9AXKP042788", "wvw zzz 1jz 3w386752": "WVWZZZ1JZ3W386752"},
    imei: {
        "49-015420-323751-8": "490154203237518",
        "49015420323751": "490154203237518",
        "4901542032375102": "490154203237518",
    },
    iccid: {"89 91 10 1200 00 320451 4f": "8991101200003204514"},
    card: {"4111 1111 1111 1111": "4111111111111111", "378282246310005": "378282246310005"},
    iban: {
        "GB82 WEST 1234 5698 7654 32": "GB82WEST12345698765432",
        "de89370400440532013000": "DE89370400440532013000",
        "FR14 2004 1010 0505 0001 3M02 606": "FR1420041010050500013M02606",
    },
    driver: {
        "MORGA657054SM9IJ": "MORGA657054SM9IJ",
        "morga 657054 sm9ij 35": "MORGA657054SM9IJ",
        "12345678": "12345678",
    },
    national_insurance: {"ab 12 34 56 c": "AB123456C", "AB123456": "AB123456"},
    imsi: {"234 15 0999999999": "234150999999999"},
    phone: {
        "07700 900123": "+447700900123",
        "+44 (0)20 7946 0018": "+442079460018",
        "0033 1 23 45 67 89": "+33123456789",
    },
    sort_code: {"12-34-56": "123456"},
    account_number: {"12345678": "12345678", "123456": "00123456"},
    email: {" Jo.Bloggs@Example.COM ": "jo.bloggs@example.com"},
    passport: {"925 665 416": "925665416"},
    mac_address: {"00-1b-44-11-3a-b7": "00:1B:44:11:3A:B7"},
    company: {"445790": "00445790", "sc123456": "SC123456"},
    charity: {"SC 012345": "SC012345"},
}
WRONG = {
    pnc: {
        "20030011985Z": "X, not Z",
        "20120052494O": "not O",
        "20230583843N": "not N",
        "2001/0171310S": "W, not S",
        "80/123456Y": "The check letter of 80/123456 is H, not Y",
        "1923/1234567AA": "such as",
        "1X23/1234567A": "such as",
        "012345678": "such as",
        "": "such as",
        "2099/0000001A": "year",
    },
    cro: {"85227/65G": "is L, not G", "SF83/50058A": "is Z, not A", "A/12": "such as"},
    asn: {
        "1101ZD0100000448754J": "11/01ZD/01/00000448754 is K, not J",
        "1101ZD01410811A": "not A",
        "1101": "such as",
    },
    nhs: {"943 476 5918": "is 9, not 8", "943476": "10 digits"},
    vin: {
        "1M8GDM9A1KP042788": "is X, not 1",
        "1M8GDM9AXKPO42788": "no letter O. It may be the digit 0",
        "1M8GDM9AXKP04278": "this has 16",
    },
    imei: {"490154203237519": "is 8, not 9", "123": "15 digits"},
    iccid: {"8991101200003204511": "is 4, not 1", "12": "begins with 89"},
    card: {"4111 1111 1111 1112": "•••• 1112 is 1, not 2", "41x": "12 to 19"},
    iban: {
        "GB28 WEST 1234 5698 7654 32": "is 82, not 28",
        "GB82 WEST 1234 5698 7654 3": "has 22 characters; this has 21",
        "82": "such as",
    },
    driver: {"MORGA613054SM9IJ": "not a date", "MORG657054SM9IJ": "16"},
    national_insurance: {"GB123456A": "such as", "DA123456A": "such as"},
    imsi: {"134150999999999": "14 or 15"},
    phone: {"999": "such as", "not one": "such as", "07700 900123 ext 4": "such as"},
    sort_code: {"12345": "6 digits"},
    account_number: {"12345": "8 digits"},
    email: {"jo@": "such as", "jo bloggs@example.com": "such as"},
    passport: {"AB": "5 to 9"},
    mac_address: {"00:1B": "12 digits"},
    company: {"123456789": "8 characters"},
    charity: {"012345": "such as"},
}


@pytest.mark.parametrize("kind", RIGHT)
def test_a_right_number_is_kept_in_one_form(kind) -> None:
    for text, kept in RIGHT[kind].items():
        assert kind.normal(text) == kept
        assert kind.normal(kept) == kept


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_number_is_refused_and_the_right_character_shown(kind) -> None:
    for text, said in WRONG[kind].items():
        with pytest.raises(ValidationError) as refused:
            kind.normal(text)
        assert said in refused.value.message


@time_machine.travel(datetime(2030, 1, 1, 0, 30, tzinfo=UTC), tick=False)
def test_a_year_in_two_digits_is_of_this_century_once_it_has_begun() -> None:
    assert pnc.normal(f"30/1{police_letter('300000001')}").startswith("2030/")
    assert pnc.normal(f"31/1{police_letter('310000001')}").startswith("1931/")


@given(st.text("0123456789", min_size=9, max_size=9), st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_or_letter_is_always_found_in_police_numbers(number, at, step) -> None:
    wrong = number[:at] + str((int(number[at]) + step) % 10) + number[at + 1 :]
    letter = police_letter(number)
    assert police_letter(wrong) != letter
    other = LETTERS[(LETTERS.index(letter) + step) % 23]
    for refused in (f"{wrong[:2]}/{wrong[2:]}{letter}", f"{number[:2]}/{number[2:]}{other}"):
        with pytest.raises(ValidationError):
            pnc.normal(refused)
    small = f"{number[3:]}/{number[:2]}"
    with pytest.raises(ValidationError):
        cro.normal(
            small + LETTERS[(LETTERS.index(police_letter(number[:2] + number[3:])) + step) % 23]
        )


@given(st.text("0123456789", min_size=14, max_size=14), st.integers(0, 14), st.integers(1, 9))
def test_one_wrong_digit_is_always_found_by_luhn(body, at, step) -> None:
    number = imei.normal(body)
    assert number == body + luhn_digit(body)
    wrong = number[:at] + str((int(number[at]) + step) % 10) + number[at + 1 :]
    for kind in (imei, card):
        with pytest.raises(ValidationError):
            kind.normal(wrong)


@given(st.text("0123456789", min_size=9, max_size=9), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_always_found_in_nhs_numbers(body, at, step) -> None:
    right = [body + d for d in "0123456789" if _passes(nhs, body + d)]
    assert len(right) <= 1
    for number in right:
        wrong = number[:at] + str((int(number[at]) + step) % 10) + number[at + 1 :]
        assert not _passes(nhs, wrong)


@given(
    st.text("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", min_size=15, max_size=15),
    st.integers(0, 13),
    st.integers(1, 9),
)
def test_one_wrong_digit_is_always_found_in_a_north_american_vin(rest, at, step) -> None:
    number = "1" + rest[:7] + "0" + rest[7:]
    number = number[:8] + vin.check_digit(number) + number[9:]
    assert vin.normal(number) == number
    place = [p for p in range(1, 17) if p != 8][at]
    if number[place].isdecimal():
        wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
        assert not _passes(vin, wrong)


@settings(max_examples=25)
@given(
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=18, max_size=18),
    st.integers(0, 17),
    st.integers(1, 35),
)
def test_one_wrong_character_is_always_found_in_an_iban(rest, at, step) -> None:
    right = [f"XX{d:02d}{rest}" for d in range(2, 99) if _passes(iban, f"XX{d:02d}{rest}")]
    assert len(right) == 1
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    other = alphabet[(alphabet.index(rest[at]) + step) % 36]
    if other.isdecimal() == rest[at].isdecimal():
        assert not _passes(iban, right[0][:4] + rest[:at] + other + rest[at + 1 :])


def _passes(kind, text: str) -> bool:
    try:
        kind.normal(text)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    ("typed", "kept", "shown", "form"),
    [
        ("ab12 cde", "AB12CDE", "AB12 CDE", "current"),
        ("ABI2 CDE", "AB12CDE", "AB12 CDE", "current"),
        ("A123BCD", "A123BCD", "A123 BCD", "prefix"),
        ("ABC 123D", "ABC123D", "ABC 123D", "suffix"),
        ("Q123 ABC", "Q123ABC", "Q123 ABC", "age not known"),
        ("AIZ 1234", "AIZ1234", "AIZ 1234", "Northern Ireland"),
        ("101 D 234", "101D234", "101 D234", "diplomatic"),
        ("12 AB 34", "12AB34", "12 AB34", "armed forces"),
        ("ABC 12", "ABC12", "ABC 12", "dateless"),
        ("1234 AB", "1234AB", "1234 AB", "dateless, reversed"),
        ("01234", "01234", "01234", "trade"),
    ],
)
def test_registration_marks_of_every_form(typed, kept, shown, form) -> None:
    assert vrm.normal(typed) == kept
    assert (vrm.shown(kept), vrm.form(kept)) == (shown, form)


@pytest.mark.parametrize("typed", ["", "ABCDEFG", "AB12 CIE 9", "12345678", "QQ12 ABC"])
def test_what_is_no_registration_mark(typed) -> None:
    with pytest.raises(ValidationError, match="such as"):
        vrm.normal(typed)


def test_marks_of_other_countries_and_how_numbers_are_shown() -> None:
    assert vrm.foreign("b-ab 1234") == "BAB1234"
    assert not _passes(vrm, "B-AB 12345 XY")
    assert vrm.shown("BAB1234X") == "BAB1234X"
    assert card.masked("4111111111111111") == "•••• 1111"
    assert phone.shown("+447700900123") == "07700 900123"
    assert phone.shown("+33123456789") == "+33 1 23 45 67 89"
    assert asn.shown("1101ZD0100000410836V") == "11/01ZD/01/00000410836V"
    assert national_insurance.shown("AB123456C") == "AB 12 34 56 C"
    assert iban.shown("GB82WEST12345698765432") == "GB82 WEST 1234 5698 7654 32"
    assert (sort_code.shown("123456"), nhs.shown("9434765919")) == ("12-34-56", "943 476 5919")
    assert imei.of_call_record("490154203237510") == "490154203237518"
    assert imei.imeisv("49015420 3237 5102") == "4901542032375102"


def test_a_driver_number_is_compared_with_what_is_known() -> None:
    number = "MORGA657054SM9IJ"
    known = {"family_name": "Morgan", "date_of_birth": date(1964, 7, 5), "sex": "F"}
    assert driver.disagreements(number, **known) == []
    said = driver.disagreements(number, family_name="Hill", date_of_birth=date(1964, 7, 6), sex="M")
    assert len(said) == 3
    assert driver.disagreements("MCDON657054SM9IJ", family_name="MacDonald") == []
    assert driver.disagreements("12345678", **known) == []
