"""Warnings about one decision table, each with its rows (DMN 1.5 §8.2.10: completeness and consistency)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from lxml import etree

from engine.dmn.cell_sets import Cell, constant, kind_of, read_cell
from engine.dmn.columns import Column, column
from engine.dmn.coverage import Box, Coverage, WorkExceeded
from engine.dmn.item_definitions import basic_type
from engine.dmn.names import attribute, child, children, text_of
from engine.dmn.outranking import outranked_by
from engine.dmn.reading import Reading
from engine.feel import FeelSyntaxError
from engine.feel.functions import BUILTINS
from engine.feel.parser import parse_expression

MAX_TOLD = 10  # of each finding; the others are counted
_ALL: Cell = Cell((), with_null=False, is_negated=False)
_SINGLE_HIT = frozenset({"UNIQUE", "FIRST", "ANY", "PRIORITY"})


def advise_on_table(table: etree._Element, advice: Reading) -> None:
    """The findings go to the advice, as problems."""
    clauses, rules = list(children(table, "input")), list(children(table, "rule"))
    cells = [[_cell(entry, advice) for entry in children(rule, "inputEntry")] for rule in rules]
    if not rules or not clauses or any(len(row) != len(clauses) for row in cells):
        return  # a table that belongs to no decision is read by nobody, so its rows were never counted
    for place, clause in enumerate(clauses):
        _advise_on_input(clause, [row[place] for row in cells], advice)
    _advise_on_outputs(table, rules, advice)
    columns = tuple(_column(clause, [row[place] for row in cells], advice) for place, clause in enumerate(clauses))
    coverage = Coverage(columns, len(rules))
    try:
        never = coverage.never()
        for row in never:
            _tell_never(rules[row], row, columns, advice)
        _tell_overlaps(table, coverage, rules, advice)
        _tell_hidden(table, coverage, rules, advice)
        _tell_gaps(table, coverage, advice)
    except WorkExceeded:
        advice.refuse(
            table,
            "dmn_not_all_checked",
            f"The table has too many rows and values to check all {len(rules)} rows for overlaps and gaps.",
            f"决策表的行与取值过多，未能检查全部 {len(rules)} 行的重叠与缺口。",
        )


def _cell(entry: etree._Element, advice: Reading) -> Cell | None:
    text = text_of(entry)
    if text in {"", "-"}:
        return _ALL
    try:
        return read_cell(text, advice.names)
    except FeelSyntaxError:
        return None


def _type_of(type_ref: str | None, advice: Reading) -> tuple[str | None, str | None]:
    """FEEL's own type behind a name, and the allowed values on the way there; None where nothing is said."""
    for _ in range(10):
        item = advice.types.item(type_ref)
        if item is None or item.components or item.is_collection:
            break
        if item.allowed is not None:
            return _type_of(item.type_ref, advice)[0], item.allowed.text
        type_ref = item.type_ref
    return (basic_type(type_ref) if type_ref is not None and advice.types.item(type_ref) is None else None), None


def _column(clause: etree._Element, cells: list[Cell | None], advice: Reading) -> Column:
    expression = child(clause, "inputExpression")
    type_ref = None if expression is None else advice.type_ref(expression)
    of_type, of_item = _type_of(type_ref, advice)
    allowed_text = text_of(child(clause, "inputValues")) or of_item
    allowed = None
    if allowed_text:
        try:
            allowed = read_cell(allowed_text, advice.names)
        except FeelSyntaxError:
            allowed = None
    if allowed is None and of_type == "boolean":
        allowed = read_cell("true, false", advice.names)
    return column(text_of(expression), cells, allowed, is_whole=type_ref in {"integer", "long"})


def _advise_on_input(clause: etree._Element, cells: list[Cell | None], advice: Reading) -> None:
    expression = child(clause, "inputExpression")
    text = text_of(expression)
    if all(cell == _ALL for cell in cells):
        advice.refuse(clause, "dmn_input_unused", f"No row tests “{text}”.", f"没有任何一行检查“{text}”。")
    wanted = None if expression is None else _type_of(advice.type_ref(expression), advice)[0]
    kinds = {
        _plain(kind): index for index, cell in reversed([*enumerate(cells, 1)]) if cell for kind in sorted(cell.kinds())
    }
    other = {kind: row for kind, row in kinds.items() if not _is_of(kind, wanted)}
    if wanted is not None and other:
        kind, row = next(iter(other.items()))
        _tell_type(clause, (text, wanted), (kind, row), advice)
    elif len(kinds) > 1:
        advice.refuse(
            clause,
            "dmn_types_mixed",
            f"The cells of “{text}” are of several types: "
            + ", ".join(f"{kind} (row {row})" for kind, row in kinds.items()),
            f"“{text}”列的单元格类型不一致：" + "、".join(f"{kind}（第 {row} 行）" for kind, row in kinds.items()),
        )


def _plain(kind: str) -> str:
    return kind.removesuffix(" with zone")


def _is_of(kind: str, wanted: str | None) -> bool:
    is_duration = wanted == "duration" and kind.endswith("duration")
    return wanted in {None, "Any", kind, "list", "context"} or is_duration


def _tell_type(clause: etree._Element, wanted: tuple[str, str], found: tuple[str, int], advice: Reading) -> None:
    (text, type_name), (kind, row) = wanted, found
    advice.refuse(
        clause,
        "dmn_type_differs",
        f"“{text}” is a {type_name}, but row {row} has a {kind}.",
        f"“{text}”的类型是 {type_name}，而第 {row} 行是 {kind}。",
    )


def _advise_on_outputs(table: etree._Element, rules: list[etree._Element], advice: Reading) -> None:
    for place, clause in enumerate(children(table, "output")):
        wanted = _type_of(advice.type_ref(clause), advice)[0]
        name = attribute(clause, "name") or attribute(clause, "label") or ""
        for index, rule in enumerate(rules, 1):
            entry = [*children(rule, "outputEntry")][place]
            value = _constant_output(text_of(entry), advice)
            if value is not None and wanted is not None and not _is_of(_plain(kind_of(value)), wanted):
                _tell_type(entry, (name, wanted), (_plain(kind_of(value)), index), advice)


def _constant_output(text: str, advice: Reading) -> object:
    try:
        return constant(parse_expression(text or "null", advice.names | frozenset(BUILTINS)))
    except FeelSyntaxError:
        return None


def _tell_never(rule: etree._Element, row: int, columns: Sequence[Column], advice: Reading) -> None:
    texts = ", ".join(f"“{column.text}”" for column in columns if column.possible[row] == 0)
    advice.refuse(
        rule,
        "dmn_row_never",
        f"Row {row + 1} can never match: its cell under {texts} accepts no value that is allowed.",
        f"第 {row + 1} 行永远不会命中：{texts}列的单元格不接受任何允许的值。",
    )


def _tell_overlaps(table: etree._Element, coverage: Coverage, rules: list[etree._Element], advice: Reading) -> None:
    """UNIQUE tables, and ANY tables whose outputs differ."""
    hit_policy = attribute(table, "hitPolicy") or "UNIQUE"
    if hit_policy not in {"UNIQUE", "ANY"}:
        return
    outputs = [tuple(text_of(entry) for entry in children(rule, "outputEntry")) for rule in rules]
    found: Iterator[tuple[int, int, Box]] = (
        (row, other, box)
        for row, other, box in coverage.overlaps()
        if hit_policy == "UNIQUE" or outputs[row] != outputs[other]
    )
    for row, other, box in islice(found, MAX_TOLD):
        en, zh = _described(box, coverage.columns)
        advice.refuse(
            rules[other],
            "dmn_rows_overlap",
            f"Rows {row + 1} and {other + 1} overlap in a table that is {hit_policy}: {en}.",
            f"第 {row + 1} 行与第 {other + 1} 行重叠，而命中策略为 {hit_policy}：{zh}。",
        )
    _tell_more(table, "dmn_rows_overlap", sum(1 for _ in islice(found, 1_000)), advice)


def _tell_hidden(table: etree._Element, coverage: Coverage, rules: list[etree._Element], advice: Reading) -> None:
    """A row whose values others take all: those before it in a FIRST table, those that outrank it by PRIORITY."""
    hit_policy = attribute(table, "hitPolicy")
    if hit_policy == "FIRST":
        winners = [(1 << row) - 1 for row in range(len(rules))]
        why, why_zh = "the rows before it take all its values", "它的所有取值已被前面的行覆盖"
    elif hit_policy == "PRIORITY":
        winners = outranked_by(rules, [_order(clause, advice) for clause in children(table, "output")], advice)
        why, why_zh = "rows that outrank it take all its values", "它的所有取值已被优先级更高的行覆盖"
    else:
        return
    never = set(coverage.never())
    for row, others in enumerate(winners):
        if others and row not in never and coverage.is_covered(row, others):
            en, zh = f"Row {row + 1} can never match: {why}.", f"第 {row + 1} 行永远不会命中：{why_zh}。"
            advice.refuse(rules[row], "dmn_row_hidden", en, zh)


def _order(clause: etree._Element, advice: Reading) -> str:
    """The output values, or else the allowed values of the output's type."""
    return text_of(child(clause, "outputValues")) or _type_of(advice.type_ref(clause), advice)[1] or ""


def _tell_gaps(table: etree._Element, coverage: Coverage, advice: Reading) -> None:
    """Of tables with one hit and no default: values that no row takes."""
    has_default = any(child(clause, "defaultOutputEntry") is not None for clause in children(table, "output"))
    if has_default or (attribute(table, "hitPolicy") or "UNIQUE") not in _SINGLE_HIT:
        return
    found = coverage.gaps()
    for box in islice(found, MAX_TOLD):
        en, zh = _described(box, coverage.columns)
        rows = coverage.nearest(box)[:5]
        near = ", ".join(str(row + 1) for row in rows)
        advice.refuse(
            table,
            "dmn_gap",
            f"No row matches {en}." + (f" The nearest rows: {near}." if rows else ""),
            f"没有任何一行命中 {zh}。" + (f"最接近的行：{near.replace(', ', '、')}。" if rows else ""),
        )
    _tell_more(table, "dmn_gap", sum(1 for _ in islice(found, 1_000)), advice)


def _tell_more(table: etree._Element, code: str, more: int, advice: Reading) -> None:
    if more:
        advice.refuse(table, code, f"And {more} more like these.", f"还有 {more} 处类似情况。")


def _described(box: Box, columns: Sequence[Column]) -> tuple[str, str]:
    """The columns that tell something: those where not every value is in the box."""
    told = [
        column.describe(pieces)
        for column, pieces in zip(columns, box, strict=True)
        if pieces & column.domain != column.domain
    ]
    en, zh = "; ".join(text for text, _ in told), "；".join(text for _, text in told)
    return en or "any values", zh or "任何取值"
