"""Keyset pages: cost does not grow with how far one has read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
MAX_LIMIT = 200
DEFAULT_LIMIT = 50


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
