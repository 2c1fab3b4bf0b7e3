"""Events become JSON and come back as what they were."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peel.kernel.base import plain
from peel.kernel.base.dates import PartialDate


class Colour(StrEnum):
    BLUE = "blue"


@dataclass(frozen=True)
class Everything:
    record_id: UUID
    text: str
    number: int
    yes: bool
    share: float
    amount: Decimal
    moment: datetime
    day: date
    born: PartialDate | None
    colour: Colour
    others: tuple[UUID, ...]
    added_later: str = "none"


@given(
    st.builds(
        Everything,
        record_id=st.uuids(),
        text=st.text(),
        number=st.integers(),
        yes=st.booleans(),
        share=st.floats(allow_nan=False),
        amount=st.decimals(allow_nan=False),
        moment=st.datetimes(timezones=st.just(UTC)),
        day=st.dates(),
        born=st.none() | st.dates().map(PartialDate.day),
        colour=st.just(Colour.BLUE),
        others=st.lists(st.uuids()).map(tuple),
        added_later=st.text(),
    )
)
def test_what_goes_in_comes_out(value: Everything) -> None:
    payload = {name: plain.plain(getattr(value, name)) for name in value.__dataclass_fields__}
    assert plain.restore(Everything, json.loads(json.dumps(payload))) == value


def test_an_event_of_yesterday_is_read_by_the_code_of_today() -> None:
    @dataclass(frozen=True)
    class Small:
        number: int
        note: str = "none"

    plain.check(Small)
    assert plain.restore(Small, {"number": 1, "gone": True}) == Small(1)
    with pytest.raises(KeyError, match="number"):
        plain.restore(Small, {})


def test_a_moment_needs_its_zone() -> None:
    with pytest.raises(TypeError, match="time zone"):
        plain.plain(datetime(2026, 1, 1))


@pytest.mark.parametrize("hint", [dict, list[str], object, tuple[int, str], int | str])
def test_only_plain_values_may_be_declared(hint: type) -> None:
    declared = dataclass(frozen=True)(type("Wrong", (), {"__annotations__": {"field": hint}}))
    with pytest.raises(TypeError, match=r"Wrong\.field"):
        plain.check(declared)
