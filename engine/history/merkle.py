"""
The Merkle tree of RFC 6962 §2.1 (the same as RFC 9162 §2.1): pure functions over hashes of 32 bytes.

A tree of n leaves is described by *ranges* of leaves, and each range is put together from *complete subtrees*, whose
2^level leaves begin at a multiple of 2^level: those never change again once they are full, so they can be stored.
Hashing and checking are in `verifier`, which works alone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.history.verifier import folded


@dataclass(frozen=True, slots=True, order=True)
class Subtree:
    """A complete subtree: the leaves `index << level` up to, not including, `(index + 1) << level`."""

    level: int
    index: int


Range = tuple[int, int]
"""Leaves from, and up to but not including."""

Hashes = Callable[[Sequence[Subtree]], Sequence[bytes]]
"""Look up complete subtrees, all in one go, in the order asked for."""


def subtrees_of(leaves: Range) -> list[Subtree]:
    """Cut a range that begins where a tree of its size may begin into complete subtrees, largest first."""
    start, end = leaves
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append(Subtree(level, start >> level))
        start += 1 << level
    return found


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """PATH(m, D[n]) of §2.1.1: the ranges whose hashes prove leaf `index` in a tree of `size`, nearest first."""
    found: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """PROOF(m, D[n]) of §2.1.2: the ranges that prove a tree of `old` leaves to be the beginning of one of `new`."""
    found: list[Range] = []
    start, end = 0, new
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    if start > 0:  # the old tree is not itself a subtree of the new one
        found.append((start, end))
    return found[::-1]


def resolved(ranges: Sequence[Range], look_up: Hashes) -> list[bytes]:
    """Hash each range, with one look-up for all of them."""
    parts = [subtrees_of(each) for each in ranges]
    hashes = look_up([subtree for each in parts for subtree in each])
    ends = [0]
    for each in parts:
        ends.append(ends[-1] + len(each))
    return [folded(hashes[start:end]) for start, end in pairwise(ends)]


def root(size: int, look_up: Hashes) -> bytes:
    """MTH(D[n]): the root of the first `size` leaves."""
    return resolved([(0, size)], look_up)[0]


def full_subtrees(old: int, new: int, level: int) -> Iterator[int]:
    """Indexes of the subtrees of a level that become complete when a tree grows from `old` to `new` leaves."""
    yield from range(old >> level, new >> level)


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)
