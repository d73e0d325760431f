"""Which rows of a PRIORITY table come before which, as far as their outputs are constants (DMN 1.5 §8.2.10)."""

from __future__ import annotations

from lxml import etree

from engine.dmn.cell_sets import constant
from engine.dmn.names import children, text_of
from engine.dmn.reading import Reading
from engine.feel import FeelSyntaxError
from engine.feel.functions import BUILTINS
from engine.feel.operators import equal
from engine.feel.parser import parse_expression
from engine.feel.syntax import ListLiteral

Rank = tuple[int, ...]


def outranked_by(rules: list[etree._Element], orders: list[str], advice: Reading) -> list[int]:
    """
    Of each row, the rows that win when both match, as a set of bits.

    Args:
        orders: Of each output, the list of its values, the first with the highest priority; empty if there is none.
    """
    values = [_constants(order, advice) for order in orders]
    ranks = [_rank(rule, values, advice) for rule in rules]
    return [
        sum(
            1 << other
            for other, rank in enumerate(ranks)
            if own is not None and rank is not None and (rank, other) < (own, row)
        )
        for row, own in enumerate(ranks)
    ]


def _constants(order: str, advice: Reading) -> list[object] | None:
    """None where the output has no order, or one that is more than constants."""
    try:
        node = parse_expression(f"[{order}]", advice.names | frozenset(BUILTINS))
    except FeelSyntaxError:
        return None
    values = [constant(item) for item in node.items] if isinstance(node, ListLiteral) else []
    return values if values and None not in values else None


def _rank(rule: etree._Element, orders: list[list[object] | None], advice: Reading) -> Rank | None:
    """The places of its outputs in their orders; None when an output is more than a constant."""
    places: list[int] = []
    for entry, order in zip(children(rule, "outputEntry"), orders, strict=False):
        if order is None:
            continue
        try:
            value = constant(parse_expression(text_of(entry) or "null", advice.names | frozenset(BUILTINS)))
        except FeelSyntaxError:
            return None
        if value is None:
            return None
        places.append(next((place for place, other in enumerate(order) if equal(other, value)), len(order)))
    return tuple(places)
