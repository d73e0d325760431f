"""Keyset pages: cost does not grow with how far one has read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
MAX_LIMIT = 200
DEFAULT_LIMIT = 50


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where a page begins, and how long it may be: `after` is the sort key of the last item read before it."""

    after: tuple[str, ...] | None = None
    limit: int | None = None


FIRST = Stretch()


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """
    One page of a list.

    Attributes:
        after: Sort key of the last item when more follow, else `None`; the edge makes an opaque cursor of it.
    """

    items: Sequence[T]
    after: tuple[str, ...] | None


def limited(limit: int | None) -> int:
    """A page size between 1 and `MAX_LIMIT`."""
    return max(1, min(limit or DEFAULT_LIMIT, MAX_LIMIT))


def page_of(found: Sequence[T], size: int, key: Callable[[T], tuple[str, ...]]) -> Page[T]:
    """Make a page of what was found when one more than its `size` was asked for; `key` is an item's sort key."""
    return Page(found[:size], key(found[size - 1]) if len(found) > size else None)
