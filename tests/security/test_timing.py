"""How long an answer takes does not tell a hidden record from none.

Paired requests, hidden and absent in turn, medians within a millisecond. 200 pairs in the suite;
PEEL_TIMING_PAIRS=1000 asks for the thousand by which the figure is stated.
"""

import os
import statistics
import time

import pytest

from peel.kernel.access.tests.factories import officer, signed_in_client
from peel.kernel.base import references
from tests.security.stage import build

PAIRS = int(os.environ.get("PEEL_TIMING_PAIRS", "200"))
MOST = 0.001


@pytest.fixture
def stage(database):
    return build()


def paired(ask, hidden, absent, pairs):
    """The median of the differences within a pair, in seconds; who comes first changes in turn."""
    differences = []
    for turn in range(pairs + 10):
        taken = {}
        for typed in (hidden, absent) if turn % 2 else (absent, hidden):
            began = time.perf_counter()
            ask(typed)
            taken[typed] = time.perf_counter() - began
        differences.append(taken[hidden] - taken[absent])
    return statistics.median(differences[10:])


@pytest.mark.timeout(900)
@pytest.mark.parametrize("where", ["/pole/nominal/{}/", "/api/pole/nominal/{}", "/search/?q={}"])
def test_hidden_and_absent_take_as_long(stage, where):
    client = signed_in_client(officer(role="supervisor", clearance=3))
    hidden, absent = stage.hidden["nominal"].reference, references.draw("NM")
    found = []
    # Other work on the machine may disturb a round; a difference of ours would stand in each.
    while len(found) < 3 and not (found and abs(found[-1]) < MOST):
        found.append(paired(lambda typed: client.get(where.format(typed)), hidden, absent, PAIRS))
    print(where, PAIRS, "pairs:", [f"{1000 * each:+.3f} ms" for each in found])
    assert abs(found[-1]) < MOST
