"""The Merkle tree against an independent one (pymerkle), and proofs exchanged with it."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import (
    ConsistencyProof,
    InclusionProof,
    InmemoryTree,
    verify_consistency,
    verify_inclusion,
)

from peel.kernel.audit import merkle

CONTENTS = st.lists(st.binary(max_size=40), min_size=1, max_size=70)


def grown(contents: list[bytes]) -> tuple[merkle.Frontier, merkle.Node, InmemoryTree]:
    tree, nodes, peer = merkle.Frontier(), {}, InmemoryTree(algorithm="sha256")
    for index, content in enumerate(contents):
        leaf = merkle.leaf_hash(content)
        nodes[0, index] = leaf
        nodes |= {(level, place): value for level, place, value in tree.append(leaf)}
        peer.append_entry(content)
    return tree, lambda level, index: nodes[level, index], peer


def rule_of(index: int, size: int) -> list[int]:
    """On which side each sibling stands: pymerkle wants to be told."""
    rule, last = [], size - 1
    while last:
        if index & 1 or index == last:
            if index & 1:
                rule.append(1)
            else:
                while not index & 1 and index:
                    index, last = index >> 1, last >> 1
                rule.append(1)
        else:
            rule.append(0)
        index, last = index >> 1, last >> 1
    return [*rule, 0]


@given(CONTENTS)
def test_roots_are_those_of_pymerkle(contents):
    tree, node, peer = grown(contents)
    assert tree.root() == peer.get_root() == merkle.span(node, 0, len(contents))
    assert merkle.Frontier.load(len(contents), node).peaks == tree.peaks


def test_the_empty_tree_has_the_hash_of_nothing():
    assert merkle.Frontier().root() == sha256(b"").digest() == merkle.span(None, 0, 0)


@given(CONTENTS, st.data())
def test_inclusion_proofs_are_exchanged(contents, data):
    _, node, peer = grown(contents)
    size = data.draw(st.integers(1, len(contents)))
    index = data.draw(st.integers(0, size - 1))
    leaf, root = merkle.leaf_hash(contents[index]), merkle.span(node, 0, size)
    path = merkle.inclusion(node, index, size)
    ours = InclusionProof("sha256", True, size, index + 1, rule_of(index, size), [leaf, *path])
    verify_inclusion(leaf, root, ours)
    theirs = peer.prove_inclusion(index + 1, size)
    found = merkle.root_from_inclusion(leaf, index, size, theirs.path[1:])
    assert found == peer.get_root(size) == root


@given(CONTENTS, st.data())
def test_consistency_holds_and_nothing_else_does(contents, data):
    _, node, peer = grown(contents)
    second = data.draw(st.integers(1, len(contents)))
    first = data.draw(st.integers(1, second))
    path = merkle.consistency(node, first, second)
    roots = peer.get_root(first), peer.get_root(second)
    assert merkle.consistent(first, second, *roots, path)
    assert not merkle.consistent(first, second, bytes(32), roots[1], path)
    assert not merkle.consistent(first, second, roots[0], bytes(32), path)
    assert not merkle.consistent(first, second, *roots, [*path, bytes(32)])
    theirs = peer.prove_consistency(first, second)
    assert isinstance(theirs, ConsistencyProof)
    verify_consistency(*roots, theirs)


@settings(max_examples=50)
@given(CONTENTS, st.data())
def test_a_changed_path_leads_elsewhere(contents, data):
    _, node, _ = grown(contents)
    size = len(contents)
    index = data.draw(st.integers(0, size - 1))
    leaf, path = merkle.leaf_hash(contents[index]), merkle.inclusion(node, index, size)
    root = merkle.span(node, 0, size)
    assert merkle.root_from_inclusion(merkle.leaf_hash(b"other" * 9), index, size, path) != root
    assert merkle.root_from_inclusion(leaf, index, size, [*path, bytes(32)]) != root
    if path:
        assert merkle.root_from_inclusion(leaf, index, size, path[:-1]) != root
        assert merkle.root_from_inclusion(leaf, index, size, [*path[::-1], bytes(32)]) != root


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0)])
def test_no_proof_of_a_leaf_that_is_not_there(index, size):
    with pytest.raises(ValueError, match="has no line"):
        merkle.inclusion(lambda *_: b"", index, size)
    assert merkle.root_from_inclusion(b"", index, size, []) is None


def test_no_consistency_of_a_larger_with_a_smaller_tree():
    with pytest.raises(ValueError, match="smaller"):
        merkle.consistency(lambda *_: b"", 3, 2)
    assert not merkle.consistent(3, 2, b"", b"", [])
    assert not merkle.consistent(1, 4, b"", b"", [])
