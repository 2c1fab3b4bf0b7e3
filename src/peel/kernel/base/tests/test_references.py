"""References: what is misread is found, what is well read is understood."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from peel.kernel.base import references

NEW_YEARS_EVE = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
PREFIXES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=3)
DIGITS = st.text("0123456789", min_size=10, max_size=10)


def written(prefix: str, digits: str, letter: str | None = None) -> str:
    letter = letter or references.check_letter(prefix, digits)
    return f"{prefix}{digits[:2]}-{digits[2:6]}-{digits[6:]}-{letter}"


def test_the_letters_are_those_of_the_police_national_computer() -> None:
    assert len(set(references.LETTERS)) == 23
    assert not set("IOS") & set(references.LETTERS)
    assert references.check(references.EXAMPLE) == references.EXAMPLE


@given(PREFIXES, DIGITS, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(prefix: str, digits: str, at: int, step: int) -> None:
    wrong = digits[:at] + str((int(digits[at]) + step) % 10) + digits[at + 1 :]
    with pytest.raises(ValidationError):
        references.check(written(prefix, wrong, references.check_letter(prefix, digits)))


@given(PREFIXES, DIGITS, st.integers(0, 8))
def test_two_neighbours_exchanged_are_always_found(prefix: str, digits: str, at: int) -> None:
    swapped = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    letter = references.check_letter(prefix, digits)
    assert (references.check_letter(prefix, swapped) == letter) == (swapped == digits)


@given(DIGITS)
def test_a_reference_of_another_kind_is_found(digits: str) -> None:
    assert references.check_letter("CR", digits) != references.check_letter("CU", digits)


@given(PREFIXES, DIGITS, st.randoms(use_true_random=False))
def test_a_reference_is_understood_however_it_is_typed(prefix, digits, random) -> None:
    reference = written(prefix, digits)
    typed = ""
    for letter in reference.replace("-", ""):
        typed += letter.lower() if random.random() < 0.5 else letter
        typed += random.choice(["", "", " ", "-", "–", ".", "/", "  "])
    assert references.check(f" {typed}\t") == reference
    assert references.normalise(reference) == reference


def test_letters_and_digits_that_look_alike_are_read_as_what_they_must_be() -> None:
    reference = written("IO", "2601100110")
    assert references.check("102601IoolIO" + reference[-1]) == reference
    assert references.looks_like("102601IoolIO" + reference[-1])


def test_the_message_names_the_right_letter_and_nothing_else() -> None:
    with pytest.raises(ValidationError) as caught:
        references.check("cr26 1234 5678 k")
    (message,) = caught.value.messages
    assert "CR26-1234-5678-K" in message
    assert "would be D, not K" in message
    assert "exist" not in message


@pytest.mark.parametrize(
    "text",
    ["", "CR", "CR26-1234-567-K", "C26-1234-5678-K", "CRIM26-1234-5678-K", "CR26-1234-5678-7",
     "CR२६-1234-5678-K", "'; drop table", "CR26-12345-5678-K", "x" * 10_000],
)  # fmt: skip
def test_what_cannot_be_a_reference_is_refused_plainly(text: str) -> None:
    with pytest.raises(ValidationError, match="Enter a reference such as"):
        references.check(text)
    assert not references.looks_like(text)


def test_a_drawn_reference_carries_the_london_year_and_checks() -> None:
    drawn = references.draw("CR", moment=NEW_YEARS_EVE)
    assert drawn.startswith("CR26-")
    assert references.check(drawn) == drawn
    assert references.draw("NOM", moment=datetime(2026, 6, 30, tzinfo=UTC)).startswith("NOM26-")


def test_many_are_all_different_and_none_is_taken() -> None:
    assert len(set(references.draw_many("CR", 20_000))) == 20_000
    refused: list[str] = []

    def taken(drawn):
        if not refused:
            refused.extend(list(drawn)[:3])
            return refused
        return []

    got = references.draw_many("CR", 10, taken=taken)
    assert len(set(got)) == 10
    assert not set(refused) & set(got)


def test_digits_are_spread_evenly() -> None:
    first = [reference[5] for reference in references.draw_many("CR", 20_000)]
    assert all(1_750 < first.count(digit) < 2_250 for digit in "0123456789")


@pytest.mark.parametrize("prefix", ["", "C", "cr", "CRIM", "C1"])
def test_a_bad_prefix_is_a_mistake_of_the_programmer(prefix: str) -> None:
    with pytest.raises(ValueError, match="capital letters"):
        references.draw(prefix)
