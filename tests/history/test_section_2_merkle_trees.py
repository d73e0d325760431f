"""RFC 6962 §2.1: hashes, audit paths and consistency proofs, against the definitions written down recursively."""

from collections.abc import Callable, Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.history.merkle import Subtree, consistency_ranges, inclusion_ranges, resolved, root
from engine.history.verifier import EMPTY_ROOT, Frontier, leaf_hash, proves_consistency, proves_inclusion

LARGEST = 300
LEAVES = [number.to_bytes(2, "big") for number in range(LARGEST)]
HASHES = [leaf_hash(each) for each in LEAVES]


def mth(entries: Sequence[bytes]) -> bytes:
    """§2.1, word by word."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = split(len(entries))
    return sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m: int, entries: Sequence[bytes]) -> list[bytes]:
    """§2.1.1, word by word."""
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def subproof(m: int, entries: Sequence[bytes], is_whole: bool) -> list[bytes]:
    """§2.1.2, word by word."""
    n = len(entries)
    if m == n:
        return [] if is_whole else [mth(entries)]
    k = split(n)
    if m <= k:
        return [*subproof(m, entries[:k], is_whole), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], False), mth(entries[:k])]


def split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def look_up(subtrees: Sequence[Subtree]) -> list[bytes]:
    return [mth(LEAVES[each.index << each.level : (each.index + 1) << each.level]) for each in subtrees]


def test_the_empty_tree_has_the_hash_of_nothing_and_one_leaf_its_own():
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root(0, look_up) == EMPTY_ROOT
    assert root(1, look_up) == HASHES[0]


def test_the_example_tree_of_section_2_1_3_has_the_paths_drawn_there():
    a, b, c, d, e, f, j = HASHES[:7]

    def node(left: bytes, right: bytes) -> bytes:
        return sha256(b"\x01" + left + right).digest()

    g, h, i = node(a, b), node(c, d), node(e, f)
    k, l = node(g, h), node(i, j)  # noqa: E741 - the RFC's letters
    entries = LEAVES[:7]

    assert root(7, look_up) == node(k, l)
    assert resolved(inclusion_ranges(0, 7), look_up) == [b, h, l] == path(0, entries)
    assert resolved(inclusion_ranges(3, 7), look_up) == [c, g, l]
    assert resolved(inclusion_ranges(4, 7), look_up) == [f, j, k]
    assert resolved(inclusion_ranges(6, 7), look_up) == [i, k]
    assert resolved(consistency_ranges(3, 7), look_up) == [c, d, g, l]
    assert resolved(consistency_ranges(4, 7), look_up) == [l]
    assert resolved(consistency_ranges(6, 7), look_up) == [i, j, k]


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_roots_of_every_size_are_those_of_the_definition(size: int):
    frontier = Frontier()
    for each in HASHES[:size]:
        frontier.add(each)

    expected = mth(LEAVES[:size])

    assert root(size, look_up) == frontier.root() == expected


@given(st.data())
def test_inclusion_proofs_are_those_of_the_definition_and_prove_nothing_else(data: st.DataObject):
    size = data.draw(st.integers(1, LARGEST))
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda drawn: drawn != index or size == 1))

    proof = resolved(inclusion_ranges(index, size), look_up)

    top = mth(LEAVES[:size])
    assert proof == path(index, LEAVES[:size])
    assert proves_inclusion(HASHES[index], index, size, proof, top)
    assert not proves_inclusion(leaf_hash(b"forged"), index, size, proof, top)
    assert not proves_inclusion(HASHES[index], index, size, [*proof, HASHES[0]], top)
    assert not proves_inclusion(HASHES[index], index, size, proof, HASHES[-1])
    assert not proves_inclusion(HASHES[index], size, size, proof, top)
    if other != index:
        assert not proves_inclusion(HASHES[index], other, size, proof, top)
        assert not proves_inclusion(HASHES[index], index, size, proof[:-1], top)


@given(st.data())
def test_consistency_proofs_are_those_of_the_definition_and_prove_nothing_else(data: st.DataObject):
    new = data.draw(st.integers(1, LARGEST))
    old = data.draw(st.integers(1, new))

    proof = resolved(consistency_ranges(old, new), look_up) if old < new else []

    old_root, new_root = mth(LEAVES[:old]), mth(LEAVES[:new])
    assert proof == subproof(old, LEAVES[:new], True)
    assert proves_consistency(old, new, old_root, new_root, proof)
    assert not proves_consistency(old, new, leaf_hash(b"forged"), new_root, proof)
    assert not proves_consistency(old, new, old_root, leaf_hash(b"forged"), proof)
    assert not proves_consistency(new + 1, new, old_root, new_root, proof)
    if proof:
        assert not proves_consistency(old, new, old_root, new_root, proof[:-1])
        assert not proves_consistency(old, new, old_root, new_root, [*proof, HASHES[0]])


def test_every_pair_of_small_sizes_proves_itself_and_not_a_tree_with_one_other_leaf():
    for new in range(1, 40):
        forged = [*LEAVES[: new - 1], b"forged"]
        for old in range(1, new):
            proof = resolved(consistency_ranges(old, new), look_up)
            assert proves_consistency(old, new, mth(LEAVES[:old]), mth(LEAVES[:new]), proof)
            assert not proves_consistency(old, new, mth(LEAVES[:old]), mth(forged), proof)


@pytest.mark.parametrize("prove", [inclusion_ranges, consistency_ranges])
def test_a_proof_in_a_tree_of_a_thousand_million_leaves_needs_few_hashes(
    prove: Callable[[int, int], list[tuple[int, int]]],
):
    asked: list[Subtree] = []

    def remember(subtrees: Sequence[Subtree]) -> list[bytes]:
        asked.extend(subtrees)
        return [HASHES[0]] * len(subtrees)

    proof = resolved(prove(987_654_321, 1_000_000_007), remember)

    assert len(proof) <= 32
    assert len(asked) <= 64
