"""Phrases for spans of time, in London, across both changes of the clocks."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from peel.kernel.base import clock
from peel.kernel.base.dates.phrases import midnight, span

NOW = datetime(2026, 11, 21, 13, 2, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2037, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)

MEANT = {
    "today": "21 November 2026",
    "Yesterday": "20 November 2026",
    "last 7 days": "15 November 2026 to 21 November 2026",
    "in the last two weeks": "8 November 2026 to 21 November 2026",
    "past 3 months": "22 August 2026 to 21 November 2026",
    "this week": "16 November 2026 to 21 November 2026",
    "this month": "1 November 2026 to 21 November 2026",
    "last week": "9 November 2026 to 15 November 2026",
    "last month": "1 October 2026 to 31 October 2026",
    "last year": "1 January 2025 to 31 December 2025",
    "since Monday": "from 16 November 2026",
    "since last month": "from 1 October 2026",
    "last Saturday": "14 November 2026",
    "on Saturday": "21 November 2026",
    "March 2026": "1 March 2026 to 31 March 2026",
    "march": "1 March 2026 to 31 March 2026",
    "December": "1 December 2025 to 31 December 2025",
    "2025": "1 January 2025 to 31 December 2025",
    "3/3/26": "3 March 2026",
    "3/3": "3 March 2026",
    "2026-03-01": "1 March 2026",
    "29 February": "29 February 2024",
    "between 1 March and 9 March": "1 March 2026 to 9 March 2026",
    "between 1 and 9 March": "1 March 2026 to 9 March 2026",
    "between 20 December and 5 January": "20 December 2025 to 5 January 2026",
    "from 1 March to 9 March 2025": "1 March 2025 to 9 March 2025",
    "1 March - yesterday": "1 March 2026 to 20 November 2026",
    "before 3 March": "up to 2 March 2026",
    "until Friday": "up to 20 November 2026",
    "after 2025": "from 1 January 2026",
    "in the last 3 hours": "10:02 GMT on 21 November 2026 to 13:02 GMT on 21 November 2026",
    "last hour": "12:02 GMT on 21 November 2026 to 13:02 GMT on 21 November 2026",
}


@pytest.mark.parametrize("phrase", MEANT)
def test_a_phrase_is_read_as_meant_and_says_its_dates(phrase):
    assert str(span(phrase, now=NOW)) == MEANT[phrase]


@pytest.mark.parametrize(
    ("phrase", "wrong"),
    [
        ("", "Enter dates such as"),
        ("soon", "Enter dates such as"),
        ("about 1980", "Enter dates such as"),
        ("aged 30", "Enter dates such as"),
        ("last 0 days", "between 1 and 36,500 days"),
        ("31 April 2026", "April 2026 has 30 days"),
        ("between 9 March 2026 and 1 March 2026", "comes after"),
        ("1 January 0999", "the year must be"),
        ("x" * 200, "100 characters"),
    ],
)
def test_what_cannot_be_read_is_told_plainly(phrase, wrong):
    with pytest.raises(ValidationError, match=wrong):
        span(phrase, now=NOW)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)]
)
def test_a_day_is_as_long_as_it_was(day, hours):
    found = span(f"{day:%d/%m/%Y}", now=NOW)
    assert found.end - found.start == timedelta(hours=hours)
    assert clock.london(found.start).hour == clock.london(found.end).hour == 0


def test_hours_are_counted_as_they_pass_when_the_clocks_change():
    forward = span("last 3 hours", now=datetime(2026, 3, 29, 2, 30, tzinfo=UTC))
    assert str(forward) == "23:30 GMT on 28 March 2026 to 03:30 BST on 29 March 2026"
    back = span("in the last 3 hours", now=datetime(2026, 10, 25, 2, 30, tzinfo=UTC))
    assert str(back) == "00:30 BST on 25 October 2026 to 02:30 GMT on 25 October 2026"
    assert forward.end - forward.start == back.end - back.start == timedelta(hours=3)


def test_today_is_londons():
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert str(span("today", now=late)) == "1 July 2026"
    assert str(span("last month", now=late)) == "1 June 2026 to 30 June 2026"


@given(MOMENTS, st.integers(1, 400))
def test_the_last_days_end_with_today_and_are_so_many(now, count):
    found = span(f"last {count} days", now=now)
    assert found.start <= now < found.end
    assert (found.days.last - found.days.first).days == count - 1
    assert found.start == midnight(found.days.first)


@given(MOMENTS, st.sampled_from(["week", "month", "year"]))
def test_the_last_period_ends_where_this_one_begins(now, unit):
    last, this = span(f"last {unit}", now=now), span(f"this {unit}", now=now)
    assert last.end == this.start <= now < this.end


@given(MOMENTS, st.sampled_from(sorted(MEANT)))
def test_the_dates_that_are_told_mean_the_same(now, phrase):
    found = span(phrase, now=now)
    if found.whole:
        again = span(str(found), now=now)
        assert (again.start, again.end) == (found.start, found.end)


@given(MOMENTS, st.text(max_size=30))
def test_anything_else_is_read_or_refused(now, text):
    try:
        found = span(text, now=now)
    except ValidationError:
        return
    assert found.start is None or found.end is None or found.start <= found.end
