"""Which rows of a table meet, which values meet none, and which rows never come to their turn; in bounded time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.dmn.columns import Column

MAX_WORK = 2_000_000  # set operations for one table: about a second
Box = tuple[int, ...]  # a set of pieces for each column


class WorkExceeded(Exception):
    """The table has too many rows and values for a complete answer."""


@dataclass(slots=True)
class Coverage:
    """The rows of one table as sets; bit n of a set of rows is row n, from 0."""

    columns: tuple[Column, ...]
    rows: int
    work: int = MAX_WORK
    _accepting: dict[bool, list[list[int]]] = field(default_factory=dict)

    def _spend(self, work: int) -> None:
        self.work -= work
        if self.work < 0:
            raise WorkExceeded

    def overlaps(self) -> Iterator[tuple[int, int, Box]]:
        """Pairs of rows that accept a common value, with what they have in common."""
        with_piece = self._accepted(surely=True)
        partners: list[dict[int, int]] = [{} for _ in self.columns]
        for row in range(self.rows):
            others = (1 << self.rows) - (1 << row + 1)
            for place, column in enumerate(self.columns):
                others &= self._partners(column.sure[row], with_piece[place], partners[place])
            for other in _bits(others):
                yield row, other, tuple(column.sure[row] & column.sure[other] for column in self.columns)

    def _partners(self, accepted: int, with_piece: list[int], known: dict[int, int]) -> int:
        if accepted not in known:
            self._spend(accepted.bit_count() + 1)
            rows = 0
            for piece in _bits(accepted):
                rows |= with_piece[piece]
            known[accepted] = rows
        return known[accepted]

    def _accepted(self, *, surely: bool) -> list[list[int]]:
        """By column and piece, the rows that accept it."""
        if surely not in self._accepting:
            self._accepting[surely] = [
                self._rows_by_piece(column.sure if surely else column.possible, len(column.pieces))
                for column in self.columns
            ]
        return self._accepting[surely]

    def _rows_by_piece(self, accepted: tuple[int, ...], pieces: int) -> list[int]:
        rows = [0] * pieces
        for row, bits in enumerate(accepted):
            self._spend(bits.bit_count() + 1)
            for piece in _bits(bits):
                rows[piece] |= 1 << row
        return rows

    def gaps(self) -> Iterator[Box]:
        """Boxes of values that no row can accept; null is not asked for."""
        whole = [column.domain for column in self.columns]
        yield from self._uncovered((1 << self.rows) - 1, self._accepted(surely=False), whole)

    def is_covered(self, row: int, others: int) -> bool:
        """Whether other rows surely accept all that the row can accept."""
        within = [column.possible[row] for column in self.columns]
        return next(self._uncovered(others, self._accepted(surely=True), within), None) is None

    def _uncovered(self, rows: int, accepted: list[list[int]], within: list[int]) -> Iterator[Box]:
        """Column by column: values that the same rows accept are one case; cases seen before are not told again."""
        seen: set[tuple[int, int]] = set()

        def search(place: int, active: int, box: Box) -> Iterator[Box]:
            if not active:
                yield (*box, *within[place:])
                return
            if place == len(within) or (place, active) in seen:
                return
            seen.add((place, active))
            cases: dict[int, int] = {}
            for piece in _bits(within[place]):
                self._spend(1)
                left = active & accepted[place][piece]
                cases[left] = cases.get(left, 0) | 1 << piece
            for left, pieces in cases.items():
                yield from search(place + 1, left, (*box, pieces))

        yield from search(0, rows, ())

    def never(self) -> list[int]:
        """Rows with a cell that no allowed value can fulfil."""
        return [row for row in range(self.rows) if any(column.possible[row] == 0 for column in self.columns)]

    def nearest(self, box: Box) -> list[int]:
        """The rows that miss a box by one column only."""
        return [
            row
            for row in range(self.rows)
            if sum(column.possible[row] & part == 0 for column, part in zip(self.columns, box, strict=True)) == 1
        ]


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
