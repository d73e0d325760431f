"""`<decisionTable>` to a table (DMN 1.5 §8.3)."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from engine.dmn.item_definitions import MISMATCH
from engine.dmn.names import attribute, child, children, text_of
from engine.dmn.reading import Reading
from engine.dmn.tables import AGGREGATIONS, HIT_POLICIES, DecisionTable, InputClause, OutputClause
from engine.dmn.traces import Rule
from engine.feel.compiler import Closure
from engine.feel.functions.conversion import text_of as text_of_value
from engine.feel.scopes import Scope


def read_table(element: etree._Element, reading: Reading, owner_id: str, name: str) -> DecisionTable:
    """All problems of the table go to the reading; the table is usable if there were none."""
    inputs = tuple(_input(clause, reading) for clause in children(element, "input"))
    clauses = list(children(element, "output"))
    outputs = tuple(_output(clause, reading, name) for clause in clauses)
    if not outputs:
        reading.refuse(element, "dmn_no_output", "The table has no output.", "决策表没有输出列。")
    hit_policy, aggregation = _hit_policy(element, reading, outputs)
    is_named = len(outputs) > 1
    rules = tuple(
        _rule(rule, index, len(inputs), len(outputs), reading)
        for index, rule in enumerate(children(element, "rule"), 1)
    )
    return DecisionTable(owner_id, name, inputs, outputs, rules, hit_policy, aggregation, is_named)


def _input(clause: etree._Element, reading: Reading) -> InputClause:
    expression = child(clause, "inputExpression")
    text = text_of(expression)
    if expression is None or not text:
        reading.refuse(clause, "dmn_no_input", "An input has no expression.", "输入列没有表达式。")
        return InputClause("", lambda _scope: None, None, "")
    values = child(clause, "inputValues")
    allowed_text = text_of(values)
    allowed = None if values is None else reading.cell(values, allowed_text)
    compiled = reading.expression(expression, text)
    type_ref = reading.type_ref(expression)
    if type_ref is not None:
        compiled = _typed(compiled, type_ref, reading)
    return InputClause(text, compiled, allowed, allowed_text)


def _typed(expression: Closure, type_ref: str, reading: Reading) -> Closure:
    """Text of a process variable becomes the date that the column's type asks for; what does not fit stays."""
    if reading.types.item(type_ref) is not None:
        return expression
    coerced = reading.types.coerced

    def read(scope: Scope) -> object:
        value = expression(scope)
        if type(value) is not str:
            return value
        typed = coerced(value, type_ref, scope, is_input=True)
        return value if typed is MISMATCH else typed

    return read


def _output(clause: etree._Element, reading: Reading, table_name: str) -> OutputClause:
    values, default = child(clause, "outputValues"), child(clause, "defaultOutputEntry")
    values_text, default_text = text_of(values), text_of(default)
    type_ref = reading.type_ref(clause)
    item = reading.types.item(type_ref)
    order = values_text or ("" if item is None or item.allowed is None else item.allowed.text)
    return OutputClause(
        attribute(clause, "name") or table_name,
        reading.expression(clause, f"[{order}]") if order else None,
        reading.cell(values, values_text) if values is not None else None,
        values_text,
        None if type_ref is None else _typed_output(type_ref, reading),
        reading.expression(default, default_text) if default is not None and default_text else None,
    )


def _typed_output(type_ref: str, reading: Reading) -> Callable[[object, Scope], object]:
    coerced = reading.types.coerced

    def typed(value: object, scope: Scope) -> object:
        result = coerced(value, type_ref, scope)
        return scope.run.null(f"{text_of_value(value)[:80]} is no {type_ref}.") if result is MISMATCH else result

    return typed


def _hit_policy(element: etree._Element, reading: Reading, outputs: tuple[OutputClause, ...]) -> tuple[str, str | None]:
    hit_policy = attribute(element, "hitPolicy") or "UNIQUE"
    aggregation = attribute(element, "aggregation")
    if hit_policy not in HIT_POLICIES or (aggregation is not None and aggregation not in AGGREGATIONS):
        reading.refuse(
            element,
            "dmn_hit_policy",
            f"The hit policy “{hit_policy} {aggregation or ''}” does not exist.",
            f"命中策略“{hit_policy} {aggregation or ''}”不存在。",
        )
    if hit_policy != "COLLECT":
        aggregation = None
    if aggregation is not None and len(outputs) > 1:
        reading.refuse(
            element,
            "dmn_aggregation",
            "Only a table with one output can be aggregated.",
            "只有单输出列的决策表才能聚合。",
        )
    if hit_policy in {"PRIORITY", "OUTPUT ORDER"} and all(clause.values is None for clause in outputs):
        reading.refuse(
            element,
            "dmn_no_order",
            f"{hit_policy} needs output values, in their order of priority.",
            f"{hit_policy} 需要按优先级列出输出值。",
        )
    return hit_policy, aggregation


def _rule(rule: etree._Element, index: int, inputs: int, outputs: int, reading: Reading) -> Rule:
    cells, entries = list(children(rule, "inputEntry")), list(children(rule, "outputEntry"))
    if len(cells) != inputs or len(entries) != outputs:
        reading.refuse(
            rule,
            "dmn_row",
            f"Row {index} has {len(cells)} and {len(entries)} cells; the table has {inputs} and {outputs} columns.",
            f"第 {index} 行的单元格数为 {len(cells)} 和 {len(entries)}，而表的列数为 {inputs} 和 {outputs}。",
        )
    texts = tuple(text_of(cell) or "-" for cell in cells)
    tests = ((column, reading.cell(cell, texts[column])) for column, cell in enumerate(cells))
    return Rule(
        index,
        attribute(rule, "id"),
        texts,
        tuple((column, test) for column, test in tests if test is not None),
        tuple(reading.expression(entry, text_of(entry) or "null") for entry in entries),
    )
