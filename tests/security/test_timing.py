"""How long an answer takes does not tell a hidden record from none: see tests/timing.py."""

import time

import pytest

from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.kernel.base import references
from tests.timing import assert_alike


@pytest.mark.timeout(900)
def test_hidden_and_absent_take_as_long(stage):
    client = signed_in_client(officer(role="supervisor", clearance=3))
    hidden, absent = stage.hidden["nominal"].reference, references.draw("NM")
    for where in ("/pole/nominal/{}/", "/api/pole/nominal/{}", "/search/?q={}"):
        assert_alike(lambda typed, where=where: client.get(where.format(typed)), hidden, absent)


@pytest.mark.parametrize("which", ["hidden", "absent"])
def test_two_milliseconds_are_found(which):
    with pytest.raises(AssertionError, match="ms"):
        assert_alike(lambda typed: time.sleep(0.004 * (typed == which)), "hidden", "absent")
