"""
The Merkle tree of RFC 6962 §2.1 (the same as RFC 9162 §2.1): pure functions over hashes of 32 bytes.

A tree of n leaves is described by *ranges* of leaves, and each range is put together from *complete subtrees*, whose
2^level leaves begin at a multiple of 2^level: those never change again once they are full, so they can be stored.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

EMPTY_ROOT = sha256(b"").digest()
HASH_BYTES = 32


@dataclass(frozen=True, slots=True, order=True)
class Subtree:
    """A complete subtree: the leaves `index << level` up to, not including, `(index + 1) << level`."""

    level: int
    index: int


Range = tuple[int, int]
"""Leaves from, and up to but not including."""

Hashes = Callable[[Sequence[Subtree]], Sequence[bytes]]
"""Look up complete subtrees, all in one go, in the order asked for."""


def leaf_hash(content: bytes) -> bytes:
    """Hash a leaf; 0x00 keeps it apart from an inner node."""
    return sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash an inner node."""
    return sha256(b"\x01" + left + right).digest()


def subtrees_of(leaves: Range) -> list[Subtree]:
    """Cut a range that begins where a tree of its size may begin into complete subtrees, largest first."""
    start, end = leaves
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append(Subtree(level, start >> level))
        start += 1 << level
    return found


def folded(hashes: Sequence[bytes]) -> bytes:
    """Put the complete subtrees of one range together, from the right."""
    if not hashes:
        return EMPTY_ROOT
    *lefts, result = hashes
    for left in reversed(lefts):
        result = node_hash(left, result)
    return result


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


def proves_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Check an inclusion proof as RFC 9162 §2.1.3.2 says."""
    if not 0 <= index < size:
        return False
    place, last, result = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            result = node_hash(each, result)
            while not (place & 1 or place == 0):
                place, last = place >> 1, last >> 1
        else:
            result = node_hash(result, each)
        place, last = place >> 1, last >> 1
    return last == 0 and result == root


def proves_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Check a consistency proof as RFC 9162 §2.1.4.2 says; every tree extends the empty one."""
    if not 0 <= old <= new:
        return False
    if old in (0, new):
        return not proof and (old_root == new_root if old == new else old_root == EMPTY_ROOT)
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    found_old = found_new = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            found_old, found_new = node_hash(each, found_old), node_hash(each, found_new)
            while not (place & 1 or place == 0):
                place, last = place >> 1, last >> 1
        else:
            found_new = node_hash(found_new, each)
        place, last = place >> 1, last >> 1
    return last == 0 and found_old == old_root and found_new == new_root


@dataclass(slots=True)
class Frontier:
    """A tree that grows at its right end and remembers only what its root needs."""

    size: int = 0
    _open: list[bytes] | None = None

    def add(self, leaf: bytes) -> None:
        """Append a leaf hash."""
        tops = self._open = self._open or []
        tops.append(leaf)
        self.size += 1
        for _ in range((self.size & -self.size).bit_length() - 1):
            right = tops.pop()
            tops[-1] = node_hash(tops[-1], right)

    def root(self) -> bytes:
        """The root of what was added."""
        return folded(self._open or [])


def full_subtrees(old: int, new: int, level: int) -> Iterator[int]:
    """Indexes of the subtrees of a level that become complete when a tree grows from `old` to `new` leaves."""
    yield from range(old >> level, new >> level)


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)
