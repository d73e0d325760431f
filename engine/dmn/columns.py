"""A column of a table cut into pieces, so that sets of values are bits of an integer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from engine.dmn.cell_sets import UNORDERED, Cell, Span, key_of, shown

_DAY = 86_400_000_000
_MAX_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """Values that the column does not tell apart: one value, those between two, or all that no cell names."""

    low: object
    high: object
    is_point: bool


NULL_PIECE = Piece(None, None, is_point=True)
OTHER_PIECE = Piece(None, None, is_point=False)


@dataclass(frozen=True, slots=True)
class Column:
    """
    A column.

    Attributes:
        text: Its input expression.
        kind: The type of its constants; None when its cells have several or none, so that nothing is known.
        pieces: In their order; null, which counts only where cells speak of it, is the last.
        domain: The pieces that are allowed values, null aside.
        sure: What each row accepts at least; of a cell that is more than constants, nothing.
        possible: What each row accepts at most; of such a cell, everything.
    """

    text: str
    kind: str | None
    pieces: tuple[Piece, ...]
    domain: int
    sure: tuple[int, ...]
    possible: tuple[int, ...]

    @property
    def everything(self) -> int:
        """All pieces, null too."""
        return self.domain | (1 << len(self.pieces) - 1)

    def describe(self, pieces: int) -> tuple[str, str]:
        """A set of pieces for a person, in English and Chinese."""
        texts = [_text(run) for run in _runs(self.pieces, pieces & self.domain, self.kind)]
        others = ("anything else", "其他任何值")
        cut = ["…"] if len(texts) > _MAX_SHOWN else []
        en = [*(text or others[0] for text in texts[:_MAX_SHOWN]), *cut] or ["null"]
        zh = [*(text or others[1] for text in texts[:_MAX_SHOWN]), *cut] or ["null"]
        return f"{self.text}: {' or '.join(en)}", f"{self.text}：{'、'.join(zh)}"


def column(text: str, cells: Iterable[Cell | None], allowed: Cell | None, *, is_whole: bool = False) -> Column:
    """
    Cut a column up.

    Args:
        cells: Of each row; None for one that is more than constants; a cell without spans that is negated accepts all.
        allowed: The values that the input can have; None if it is not said.
        is_whole: Its numbers are whole.
    """
    cells = list(cells)
    known = [cell for cell in [*cells, allowed] if cell is not None]
    kinds = {kind for cell in known for kind in cell.kinds()}
    kind = next(iter(kinds)) if len(kinds) == 1 else None
    pieces = (*(_pieces(kind, known, is_whole=is_whole)), NULL_PIECE)
    all_values = (1 << len(pieces) - 1) - 1
    cut = _Cut(kind, pieces)
    domain = all_values if allowed is None or kind is None else cut.mask(allowed) & all_values
    whole = domain | 1 << len(pieces) - 1
    is_unknown = kind is None and bool(kinds)
    masks = [None if cell is None or (is_unknown and cell.spans) else cut.mask(cell) & whole for cell in cells]
    return Column(
        text,
        kind,
        pieces,
        domain,
        tuple(0 if mask is None else mask for mask in masks),
        tuple(whole if mask is None else mask for mask in masks),
    )


def _pieces(kind: str | None, cells: list[Cell], *, is_whole: bool) -> list[Piece]:
    ends = [end for cell in cells for span in cell.spans for end in (span.low, span.high) if end is not None]
    if kind == "boolean":
        return [Piece(value, value, is_point=True) for value in (True, False)]
    if kind is None:
        return [OTHER_PIECE]
    if kind == "string":
        return [*(Piece(text, text, is_point=True) for text in dict.fromkeys(ends)), OTHER_PIECE]
    by_key = {key_of(end): end for end in ends}
    points = [by_key[key] for key in sorted(by_key)]
    least_gap = {"date": Decimal(_DAY), "number": Decimal(1)} if is_whole else {"date": Decimal(_DAY)}
    pieces = [Piece(None, points[0], is_point=False)]
    for low, high in zip(points, [*points[1:], None], strict=True):
        pieces.append(Piece(low, low, is_point=True))
        if high is None or key_of(high) - key_of(low) > least_gap.get(kind, 0):
            pieces.append(Piece(low, high, is_point=False))
    return pieces


class _Cut:
    """Cells to bits; sums of pieces are found by their ends."""

    def __init__(self, kind: str | None, pieces: tuple[Piece, ...]) -> None:
        self.pieces = pieces
        self.kind = kind
        is_ordered = kind is not None and kind not in UNORDERED
        self.key: Callable[[object], object] = key_of if is_ordered else _itself
        self.at = {self.key(piece.low): place for place, piece in enumerate(pieces[:-1]) if piece.is_point}

    def mask(self, cell: Cell) -> int:
        null = 1 << len(self.pieces) - 1
        bits = null if cell.with_null else 0
        for span in cell.spans:
            bits |= self._span(span)
        return (2 * null - 1) & ~bits if cell.is_negated or not (cell.spans or cell.with_null) else bits

    def _span(self, span: Span) -> int:
        if self.kind in UNORDERED or self.kind is None:
            place = self.at.get(self.key(span.low))
            return 0 if place is None else 1 << place
        first = 0 if span.low is None else self.at[self.key(span.low)] + (not span.low_closed)
        last = len(self.pieces) - 2 if span.high is None else self.at[self.key(span.high)] - (not span.high_closed)
        return ((1 << last + 1) - 1) & ~((1 << first) - 1) if first <= last else 0


def _itself(value: object) -> object:
    return value


def _runs(pieces: tuple[Piece, ...], bits: int, kind: str | None) -> list[list[Piece]]:
    """Neighbouring pieces of an ordered kind together; each of another kind by itself."""
    is_ordered = kind is not None and kind not in UNORDERED
    runs: list[list[Piece]] = []
    before = -2
    for place, piece in enumerate(pieces):
        if bits >> place & 1:
            if is_ordered and place == before + 1:
                runs[-1].append(piece)
            else:
                runs.append([piece])
            before = place
    return runs


def _text(run: list[Piece]) -> str:
    """A run of pieces as FEEL writes it; empty for what no cell names."""
    first, last = run[0], run[-1]
    if first.low is None and last.high is None:
        return "" if len(run) == 1 else "-"
    if len(run) == 1 and first.is_point:
        return shown(first.low)
    low_closed, high_closed = first.is_point, last.is_point
    if first.low is None:
        return f"{'<=' if high_closed else '<'} {shown(last.high)}"
    if last.high is None:
        return f"{'>=' if low_closed else '>'} {shown(first.low)}"
    return f"{'[' if low_closed else '('}{shown(first.low)}..{shown(last.high)}{']' if high_closed else ')'}"
