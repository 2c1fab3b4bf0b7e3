"""Plans by property: no *different* is crossed, people's word stands, changes tell the truth."""

import itertools

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from peel.services.resolution.engine import guards, planning
from peel.services.resolution.engine.changes import changes, counted
from peel.services.resolution.engine.clustering import components

KEYS = range(1, 8)
PAIRS = list(itertools.combinations(KEYS, 2))
SOME = st.lists(st.sampled_from(PAIRS), max_size=5, unique=True)
WEIGHTS = st.dictionaries(st.sampled_from(PAIRS), st.sampled_from([-9.0, 3.0, 12.0, 25.0]))
NUMBERS = st.lists(st.sampled_from(["", "", "1", "2"]), min_size=len(KEYS), max_size=len(KEYS))


def groups(pairs):
    return {frozenset(group) for group in components(((*pair, 0.0) for pair in pairs), 0.0)}


@settings(deadline=None, derandomize=True, max_examples=200)
@given(WEIGHTS, SOME, SOME, SOME, NUMBERS, st.sampled_from([0.0, -10.0]))
def test_no_plan_crosses_what_people_said(weights, same, ours, different, numbers, base):
    ours = [pair for pair in ours if pair not in same]
    assume(not any(set(pair) <= group for pair in different for group in groups([*same, *ours])))
    edges = [(*pair, weight) for pair, weight in sorted(weights.items())]
    facts = {key: guards.Facts(None, None, (frozenset(filter(None, [number])),))
             for key, number in zip(KEYS, numbers, strict=True)}  # fmt: skip
    held = planning.Held(same=same, ours=ours, different=frozenset(different))
    made = planning.plan(
        edges, guards.Guards(facts, different, ["numbers"]), held,
        join=20, review=8, least=-2 if base == 0 else 0.01, base=base,
    )  # fmt: skip
    ends = [edge[:2] for edge in made.ends]
    kept = [pair for pair in ours if pair not in ends]
    joins = [edge[:2] for edge in made.joins]
    after = [*same, *kept, *joins]
    assert set(ends) <= set(ours)
    assert all(weights.get(pair, -99) >= 20 for pair in [*kept, *joins])
    assert not set(joins) & {*same, *ours}
    assert not any(set(pair) <= group for pair in different for group in groups(after))
    by_machine = groups([*kept, *joins]) if not same else set()
    for group in by_machine:
        assert len({numbers[key - 1] for key in group} - {""}) < 2
    assert counted(made.changes) == {k: made.counts[k] for k in counted([])}
    if groups([*same, *ours]) == groups(after):
        assert not made.changes


@settings(deadline=None, derandomize=True, max_examples=200)
@given(SOME, SOME)
def test_changes_name_each_group_that_is_not_as_it_was_and_no_other(before, after):
    was, becomes = groups(before), groups(after)
    found = changes(before, after, set(KEYS))
    told = {frozenset(key for part in each.parts for key in part) for each in found}
    named = set().union(*told)
    for group in becomes - was:
        assert group & named
    for group in was - becomes:
        assert group & named
    for group in was & becomes:
        assert not group & named
    assert not counted(changes(before, before, set(KEYS)))["new"]
    for each in found:
        parts = [frozenset(part) for part in each.parts]
        assert all(parts)
        assert sum(map(len, parts)) == len(frozenset().union(*parts))


def test_each_sort_of_change_has_its_parts():
    def told(before, after):
        return [(each.sort, each.parts) for each in changes(before, after, set(KEYS))]

    assert told([], [(1, 2)]) == [("new", ((1, 2),))]
    assert told([(1, 2)], [(1, 2), (2, 3)]) == [("joined", ((1, 2), (3,)))]
    assert told([(1, 2), (3, 4)], [(1, 2), (2, 3), (3, 4)]) == [("merged", ((1, 2), (3, 4)))]
    assert told([(1, 2), (2, 3)], [(1, 2)]) == [("split", ((1, 2), (3,)))]
    assert told([(1, 2), (2, 3), (4, 5)], [(1, 2), (3, 4), (4, 5)]) == [
        ("moved", ((3,), (1, 2), (4, 5)))
    ]  # fmt: skip
