"""Clusters follow from judgements alone, in any order, in Python and in the database alike."""

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peel.kernel.access.identity import speaking
from peel.kernel.access.tests.factories import officer
from peel.kernel.base import clock
from peel.kernel.base.ids import uuid7
from peel.machine.commands import run
from peel.machine.commands.registry import commands
from peel.pole.identity import api
from peel.pole.identity.clusters import Said, clusters
from peel.pole.identity.models import Judgement

KEYS = [uuid7() for _ in range(6)]
PAIRS = list(itertools.combinations(KEYS, 2))
SAID = st.lists(
    st.builds(
        lambda pair, verdict: Said(*pair, verdict),
        st.sampled_from(PAIRS),
        st.sampled_from(["same", "different", "unsure"]),
    ),
    max_size=12,
)


@settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(SAID, st.integers(0, 11))
def test_judgements_alone_rebuild_the_same_clusters_in_any_order(said, turn):
    found = clusters(said)
    turned = [Said(s.second, s.first, s.verdict) for s in said[turn:] + said[:turn]]
    assert clusters(turned) == clusters(reversed(turned)) == found
    for key, group in found.items():
        assert len(group) > 1
        assert key in group
        assert list(group) == sorted(group)
        assert all(found[other] == group for other in group)
    reached = {frozenset((s.first, s.second)) for s in said if s.verdict == "same"}
    assert all(set(pair) <= set(found[min(pair)]) for pair in reached)


def test_members_are_those_that_judgements_join_now_and_then(database):
    who = officer(permissions=["*"], clearance=3)
    create = commands["pole.nominal.create"]
    a, b, c = sorted(run(create, who, {"family_name": name}).pk for name in "ABC")
    said = {"verdict": "same", "reason": "A test", "asserted_by_id": who.appointment_id}
    with speaking(who):
        assert api.members(a) == (a,)
        Judgement.objects.create(first_id=a, second_id=c, **said)
        Judgement.objects.create(first_id=b, second_id=c, **said)
    then = clock.now()
    with speaking(who):
        assert api.members(c) == api.members(c, then) == (a, b, c)
        ended = {"ended_at": clock.now(), "ended_by_id": who.appointment_id}
        Judgement.objects.filter(first_id=a).update(**ended)
    with speaking(who):
        assert (api.members(c), api.members(a)) == ((b, c), (a,))
        assert api.members(a, then) == (a, b, c)
        assert api.members_of([a, b, c]) == {a: a, b: b, c: b}
