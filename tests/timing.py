"""Whether two questions take as long as each other, however busy the machine is.

Pairs are asked in turn and the median of their differences is taken, which other work on the
machine widens and does not move. So it is asked until the median of all pairs is within a
millisecond; a difference of ours stays, and is named as soon as chance cannot explain it.
PEEL_TIMING_PAIRS=1000 asks, on a quiet machine, for the pairs by which the figure is stated.
"""

import math
import os
import statistics
import time

STATED = int(os.environ.get("PEEL_TIMING_PAIRS", "0"))
FEWEST, MOST_PAIRS = 60, 900
MOST = 0.001
SURE = 4.0  # standard deviations of the sign test: one in thirty thousand by chance


def difference(ask, first, second, turn):
    """Seconds that `first` takes longer than `second`; who comes first changes in turn."""
    taken = {}
    for typed in (first, second) if turn % 2 else (second, first):
        began = time.perf_counter()
        ask(typed)
        taken[typed] = time.perf_counter() - began
    return taken[first] - taken[second]


def beyond(found):
    """Whether more differences lie beyond the bound, on either side, than chance explains."""
    most = len(found) / 2 + SURE * math.sqrt(len(found)) / 2
    return any(sum(sign * each > MOST for each in found) > most for sign in (1, -1))


def assert_alike(ask, hidden, absent):
    """Ask of `hidden` and of `absent` until it is certain whether their medians are alike."""
    for turn in range(6):
        difference(ask, hidden, absent, turn)
    found = []
    while len(found) < (STATED or MOST_PAIRS):
        found.append(difference(ask, hidden, absent, len(found)))
        if STATED or len(found) % FEWEST:
            continue
        if abs(statistics.median(found)) < MOST or beyond(found):
            break
    median = statistics.median(found)
    print(len(found), "pairs:", f"{1000 * median:+.3f} ms")
    assert abs(median) < MOST if STATED else not beyond(found), f"{1000 * median:+.3f} ms"
