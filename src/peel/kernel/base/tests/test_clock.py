"""The clock is aware, can be held, and lets go again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from peel.kernel.base import clock

SUMMER_NIGHT = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)


def test_now_is_aware_and_real() -> None:
    assert clock.now().tzinfo is UTC
    assert abs(datetime.now(UTC) - clock.now()) < timedelta(seconds=5)


def test_the_clock_is_held_within_the_block_only() -> None:
    with clock.fixed(SUMMER_NIGHT):
        assert clock.now() == SUMMER_NIGHT
        with clock.fixed(SUMMER_NIGHT + timedelta(days=1)):
            assert clock.now() == SUMMER_NIGHT + timedelta(days=1)
        assert clock.now() == SUMMER_NIGHT
    assert clock.now() != SUMMER_NIGHT


def test_other_threads_keep_the_real_time() -> None:
    with clock.fixed(SUMMER_NIGHT), ThreadPoolExecutor(1) as pool:
        assert pool.submit(clock.now).result() != SUMMER_NIGHT


def test_today_is_the_london_day() -> None:
    with clock.fixed(SUMMER_NIGHT):
        assert clock.today() == date(2026, 7, 1)
        assert clock.london(clock.now()).hour == 0


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"), clock.fixed(datetime(2026, 1, 1)):
        pass
    with pytest.raises(ValueError, match="time zone"):
        clock.london(datetime(2026, 1, 1))
