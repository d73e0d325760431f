"""Decision tables (DMN 1.5 chapter 8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.dmn.traces import MAX_TRACED_TABLES, DecisionTrace, Outputs, Recorder, Rule, Violation, shown
from engine.feel.compiler import Closure
from engine.feel.functions.conversion import text_of
from engine.feel.functions.registry import BUILTINS, invoke
from engine.feel.operators import equal
from engine.feel.scopes import Scope
from engine.feel.unary import Test

SINGLE_HIT = frozenset({"UNIQUE", "FIRST", "ANY", "PRIORITY"})
HIT_POLICIES = SINGLE_HIT | {"OUTPUT ORDER", "RULE ORDER", "COLLECT"}
AGGREGATIONS = {"SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}


@dataclass(frozen=True, slots=True)
class InputClause:
    """A column to the left; `allowed` are its input values."""

    text: str
    expression: Closure
    allowed: Test | None
    allowed_text: str


@dataclass(frozen=True, slots=True)
class OutputClause:
    """
    A column to the right.

    Attributes:
        values: Its output values, the first with the highest priority.
        allowed: The test of an output against these; None where only an item definition lists them.
        typed: A value as the column's type, or null with a note.
    """

    name: str
    values: Closure | None
    allowed: Test | None
    allowed_text: str
    typed: Callable[[object, Scope], object] | None
    default: Closure | None


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A table, ready to evaluate."""

    id: str
    name: str
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]
    hit_policy: str
    aggregation: str | None
    is_named: bool  # its outputs are entries of a context, even if there is only one

    def evaluate(self, scope: Scope, recorder: Recorder) -> object:
        """The result by the hit policy; what matched, and why, goes to the recorder."""
        values = [clause.expression(scope) for clause in self.inputs]
        violations = self._outside(values, scope)
        looks: list[int] = []
        matched = [] if violations else self._matched(values, scope, looks)
        rows = [(rule, self._outputs_of(rule, scope, violations)) for rule in matched]
        hits = self._by_hit_policy(rows, scope, violations)
        if not hits and not violations:
            default = self._default(scope)
            hits = [] if default is None else [default]
        result = None if violations else self._result(hits, scope, has_matched=bool(rows))
        recorder.rows[self.id] = tuple({name: shown(value) for name, value in row.items()} for row in hits)
        recorder.violations.extend(violations)
        recorder.tables += 1
        if recorder.tables <= MAX_TRACED_TABLES:
            is_whole = recorder.may_list(len(looks) * len(values))
            recorder.traces.append(self._trace(values, (looks, rows), violations, result, is_whole=is_whole))
        elif recorder.tables == MAX_TRACED_TABLES + 1:
            scope.run.null(f"Only the first {MAX_TRACED_TABLES} tables are in the trace.")
        return result

    def _outside(self, values: list[object], scope: Scope) -> list[Violation]:
        return [
            Violation(
                "dmn_input_outside",
                f"{self.name}: {clause.text} is {text_of(value)[:80]}, which is none of {clause.allowed_text}.",
                f"{self.name}：{clause.text} 的值为 {text_of(value)[:80]}，不在 {clause.allowed_text} 之内。",
            )
            for clause, value in zip(self.inputs, values, strict=True)
            if clause.allowed is not None and clause.allowed(value, scope) is not True
        ]

    def _matched(self, values: list[object], scope: Scope, looks: list[int]) -> list[Rule]:
        """The rules that match; `looks` gets the column at which each rule failed, or the number of columns."""
        only_first = self.hit_policy == "FIRST"
        scope.run.spend(len(self.rules))
        matched: list[Rule] = []
        for rule in self.rules:
            for column, test in rule.tests:
                if test(values[column], scope) is not True:
                    looks.append(column)
                    break
            else:
                looks.append(len(values))
                matched.append(rule)
                if only_first:
                    break
        return matched

    def _outputs_of(self, rule: Rule, scope: Scope, violations: list[Violation]) -> Outputs:
        outputs: Outputs = {}
        for clause, cell in zip(self.outputs, rule.outputs, strict=True):
            value = cell(scope)
            if clause.typed is not None:
                value = clause.typed(value, scope)
            if clause.allowed is not None and clause.allowed(value, scope) is not True:
                violations.append(self._output_outside(rule, clause, value))
            outputs[clause.name] = value
        return outputs

    def _output_outside(self, rule: Rule, clause: OutputClause, value: object) -> Violation:
        text = text_of(value)[:80]
        return Violation(
            "dmn_output_outside",
            f"{self.name}: row {rule.index} puts out {text}, which is none of {clause.allowed_text}.",
            f"{self.name}：第 {rule.index} 行的输出 {text} 不在 {clause.allowed_text} 之内。",
        )

    def _default(self, scope: Scope) -> Outputs | None:
        if all(clause.default is None for clause in self.outputs):
            return None
        return {clause.name: None if clause.default is None else clause.default(scope) for clause in self.outputs}

    def _by_hit_policy(
        self, rows: list[tuple[Rule, Outputs]], scope: Scope, violations: list[Violation]
    ) -> list[Outputs]:
        if violations:
            return []
        hits = [outputs for _, outputs in rows]
        if self.hit_policy == "UNIQUE" and len(hits) > 1:
            violations.append(
                Violation(
                    "dmn_not_unique",
                    f"{self.name}: rows {_numbers(rows)} match, though the table is UNIQUE.",
                    f"{self.name}：第 {_numbers(rows)} 行同时命中，而命中策略为 UNIQUE。",
                )
            )
            return []
        if self.hit_policy == "ANY":
            if any(not equal(hits[0][name], other[name]) for other in hits[1:] for name in other):
                violations.append(
                    Violation(
                        "dmn_any_differs",
                        f"{self.name}: rows {_numbers(rows)} match with different outputs, in an ANY table.",
                        f"{self.name}：第 {_numbers(rows)} 行同时命中但输出不同，而命中策略为 ANY。",
                    )
                )
                return []
            return hits[:1]
        if self.hit_policy in {"PRIORITY", "OUTPUT ORDER"}:
            rank = self._rank(scope)
            hits = sorted(hits, key=rank)
            return hits[:1] if self.hit_policy == "PRIORITY" else hits
        return hits

    def _rank(self, scope: Scope) -> Callable[[Outputs], list[int]]:
        orders = {clause.name: clause.values(scope) for clause in self.outputs if clause.values is not None}

        def rank(row: Outputs) -> list[int]:
            return [_position(order, row[name]) for name, order in orders.items()]

        return rank

    def _result(self, hits: list[Outputs], scope: Scope, *, has_matched: bool) -> object:
        """§10.3.2.10: where nothing matched, the default output or null, whatever the hit policy."""
        if self.hit_policy in SINGLE_HIT or not has_matched:
            return self._single(hits[0]) if hits else None
        values = [self._single(hit) for hit in hits]
        if self.aggregation is None:
            return values
        return invoke(scope.run, BUILTINS[AGGREGATIONS[self.aggregation]], [values], ())

    def _single(self, outputs: Outputs) -> object:
        return outputs if self.is_named else next(iter(outputs.values()))

    def _trace(
        self,
        values: list[object],
        looked: tuple[list[int], list[tuple[Rule, Outputs]]],
        violations: list[Violation],
        result: object,
        *,
        is_whole: bool,
    ) -> DecisionTrace:
        looks, rows = looked
        return DecisionTrace(
            self.id,
            self.name,
            tuple((clause.text, shown(value)) for clause, value in zip(self.inputs, values, strict=True)),
            self.rules,
            tuple(looks),
            {rule.index: {name: shown(value) for name, value in outputs.items()} for rule, outputs in rows},
            tuple(violations),
            shown(result),
            is_whole,
        )


def _numbers(rows: list[tuple[Rule, Outputs]]) -> str:
    return ", ".join(str(rule.index) for rule, _ in rows)


def _position(order: object, value: object) -> int:
    values = order if isinstance(order, list) else [order]
    return next((index for index, other in enumerate(values) if equal(other, value)), len(values))
