"""Partial dates: what officers write is read, kept, sorted and written again without loss."""

import contextlib
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from peel.kernel.base.dates import Kind, PartialDate
from peel.kernel.base.dates.partial import age_on

TODAY = date(2026, 11, 21)
DAYS = st.dates(date(1850, 1, 1), date(2150, 12, 31))
KNOWN = st.one_of(
    DAYS.map(PartialDate.day),
    DAYS.map(lambda d: PartialDate.month(d.year, d.month)),
    DAYS.map(lambda d: PartialDate.year(d.year)),
)
AGES = st.integers(0, 110)
DATES = st.one_of(
    KNOWN,
    KNOWN.map(PartialDate.about),
    KNOWN.map(PartialDate.before),
    KNOWN.map(PartialDate.after),
    DAYS.map(lambda d: PartialDate.decade(d.year // 10 * 10)),
    st.tuples(KNOWN, KNOWN).map(lambda pair: PartialDate.between(min(pair), max(pair))),
    st.tuples(AGES, DAYS).map(lambda pair: PartialDate.about_age(*pair)),
    st.tuples(AGES, st.integers(0, 20), DAYS).map(
        lambda said: PartialDate.aged(said[0], said[0] + said[1], said[2])
    ),
    st.just(PartialDate.unknown()),
)


@given(DATES)
def test_what_is_written_is_read_again_as_the_same(value: PartialDate) -> None:
    assert PartialDate.parse(str(value), as_at=TODAY) == value
    assert PartialDate.parse(str(value).upper(), as_at=TODAY) == value


@given(DATES)
def test_what_is_stored_is_restored(value: PartialDate) -> None:
    assert PartialDate.restore(value.stored) == value
    assert PartialDate.parse(value.stored) == value
    assert hash(PartialDate.restore(value.stored)) == hash(value)


@given(DATES, DATES)
def test_stored_text_sorts_by_earliest_then_latest(a: PartialDate, b: PartialDate) -> None:
    if (a.earliest, a.latest) != (b.earliest, b.latest):
        assert (a.stored < b.stored) == ((a.earliest, a.latest) < (b.earliest, b.latest))
    assert (a < b) == (a.stored < b.stored)


@given(DATES, DATES, DAYS)
def test_overlap_and_within_agree_with_the_days(a, b, day) -> None:
    one = PartialDate.day(day)
    assert a.overlaps(b) == b.overlaps(a)
    assert one.overlaps(a) == one.within(a) == (a.earliest <= day <= a.latest)
    if a.within(b):
        assert a.overlaps(b)


@given(DAYS, DAYS)
def test_the_births_of_an_age_are_exactly_those_of_that_age(born: date, day: date) -> None:
    if born <= day:
        age = age_on(born, day)
        if age <= 110:
            births = PartialDate.aged(age, age, day)
            assert births.earliest <= born <= births.latest
            assert births.age_at(day) == (age, age)
            assert age_on(births.earliest - timedelta(days=1), day) == age + 1


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "kind"),
    [
        ("14/6/80", "1980-06-14", "1980-06-14", Kind.DAY),
        ("14.06.1980", "1980-06-14", "1980-06-14", Kind.DAY),
        ("14 6 1980", "1980-06-14", "1980-06-14", Kind.DAY),
        ("14 June 1980", "1980-06-14", "1980-06-14", Kind.DAY),
        ("14th of June, 1980", "1980-06-14", "1980-06-14", Kind.DAY),
        ("June 14th, 1980", "1980-06-14", "1980-06-14", Kind.DAY),
        ("14JUN80", "1980-06-14", "1980-06-14", Kind.DAY),
        ("14 Sept. 1980", "1980-09-14", "1980-09-14", Kind.DAY),
        ("1980-06-14", "1980-06-14", "1980-06-14", Kind.DAY),
        ("29 February 2000", "2000-02-29", "2000-02-29", Kind.DAY),
        ("1/1/26", "2026-01-01", "2026-01-01", Kind.DAY),
        ("1/1/27", "1927-01-01", "1927-01-01", Kind.DAY),
        ("June 1980", "1980-06-01", "1980-06-30", Kind.MONTH),
        ("jun 80", "1980-06-01", "1980-06-30", Kind.MONTH),
        ("06/1980", "1980-06-01", "1980-06-30", Kind.MONTH),
        ("1980-06", "1980-06-01", "1980-06-30", Kind.MONTH),
        ("1980", "1980-01-01", "1980-12-31", Kind.YEAR),
        ("the 1980s", "1980-01-01", "1989-12-31", Kind.DECADE),
        ("about 1980", "1978-01-01", "1982-12-31", Kind.ABOUT_YEAR),
        ("c. 1980", "1978-01-01", "1982-12-31", Kind.ABOUT_YEAR),
        ("circa June 1980", "1980-05-01", "1980-07-31", Kind.ABOUT_MONTH),
        ("approx. 14 June 1980", "1980-06-07", "1980-06-21", Kind.ABOUT_DAY),
        ("about 30", "1992-11-22", "1999-11-21", Kind.ABOUT_AGE),
        ("30-35", "1990-11-22", "1996-11-21", Kind.AGE),
        ("30 – 35", "1990-11-22", "1996-11-21", Kind.AGE),
        ("aged 30 to 35", "1990-11-22", "1996-11-21", Kind.AGE),
        ("30 years old", "1995-11-22", "1996-11-21", Kind.AGE),
        ("aged 30 on 1 March 2020", "1989-03-02", "1990-03-01", Kind.AGE),
        ("between 1978 and June 1982", "1978-01-01", "1982-06-30", Kind.BETWEEN),
        ("from June to July", None, None, None),
        ("June 1980 to July 1980", "1980-06-01", "1980-07-31", Kind.BETWEEN),
        ("1978-1982", "1978-01-01", "1982-12-31", Kind.BETWEEN),
        ("1980-06/1980-08", "1980-06-01", "1980-08-31", Kind.BETWEEN),
        ("before 1980", "0001-01-01", "1979-12-31", Kind.BEFORE),
        ("after 14/6/1980", "1980-06-15", "9999-12-31", Kind.AFTER),
        ("not known", "0001-01-01", "9999-12-31", Kind.UNKNOWN),
    ],
)
def test_what_officers_write_is_read(text, earliest, latest, kind) -> None:
    if kind is None:
        with pytest.raises(ValidationError, match="Enter a date such as"):
            PartialDate.parse(text, as_at=TODAY)
        return
    value = PartialDate.parse(text, as_at=TODAY)
    assert (value.earliest.isoformat(), value.latest.isoformat(), value.kind) == (
        earliest, latest, kind,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Enter a date such as"),
        ("yesterday week", "Enter a date such as"),
        ("6/14/80", "there is no month 14"),
        ("0/6/80", "June 1980 has 30 days"),
        ("31 June 1980", "June 1980 has 30 days"),
        ("29/2/1981", "February 1981 has 28 days"),
        ("30", "could be an age or a year"),
        ("about 200", "nobody is 200 years old"),
        ("35-30", "the lower one first"),
        ("between 1990 and 1980", "1990 comes after 1980"),
        ("about the 1980s", "uncertain already"),
        ("1080", "the year must be between 1800 and 2199"),
        ("14 June 0980", "the year must be between 1800 and 2199"),
        ("1980-01-01/1990-12-31 day", "Enter a date such as"),
        ("1" * 10_000, "100 characters or fewer"),
        ("14 Juin 1980", "Enter a date such as"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(text: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message) as caught:
        PartialDate.parse(text, as_at=TODAY)
    assert len(caught.value.messages) == 1


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_cleanly(text: str) -> None:
    with contextlib.suppress(ValidationError):
        assert PartialDate.parse(text, as_at=TODAY).stored


def test_ages() -> None:
    assert PartialDate.day(date(2008, 2, 29)).age_at(date(2026, 2, 28)) == (17, 17)
    assert PartialDate.day(date(2008, 2, 29)).age_at(date(2026, 3, 1)) == (18, 18)
    assert PartialDate.month(1980, 6).age_at(date(2026, 6, 14)) == (45, 46)
    assert PartialDate.parse("before 1980").age_at(TODAY) == (46, None)
    assert PartialDate.unknown().age_at(TODAY) == (0, None)
    assert PartialDate.day(TODAY).exact
    assert not PartialDate.year(1980).exact


def test_parts_that_contradict_one_another_are_refused() -> None:
    with pytest.raises(ValueError, match="comes after"):
        PartialDate(date(1981, 1, 1), date(1980, 1, 1), Kind.BETWEEN)
    with pytest.raises(ValueError, match="An age needs"):
        PartialDate(date(1980, 1, 1), date(1980, 1, 1), Kind.AGE)
    with pytest.raises(ValueError, match="No decade"):
        PartialDate.decade(1983)
    for text in ("1980", "", "1980-06-14/1980-06-14 nonsense", "1980-06-14/1980-06-14"):
        with pytest.raises(ValueError):
            PartialDate.restore(text)
