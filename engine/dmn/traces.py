"""What a decision decided and why: the part of an evaluation that an auditor reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.feel import FeelEvaluationError, to_json
from engine.feel.compiler import Closure
from engine.feel.functions.conversion import text_of
from engine.feel.unary import Test

MAX_TRACED_CELLS = 2_000  # of one table
MAX_TRACED_IN_ALL = 20_000
MAX_TRACED_TABLES = 1_000

Outputs = dict[str, object]


@dataclass(frozen=True, slots=True)
class Violation:
    """A table broke its own rules: two rows of a UNIQUE table matched, or an input is outside of its values."""

    code: str
    message_en: str
    message_zh: str

    def as_json(self) -> dict[str, object]:
        """For the journal and the API."""
        return {"code": self.code, "message_en": self.message_en, "message_zh": self.message_zh}


@dataclass(frozen=True, slots=True)
class Rule:
    """A row; cells that are `-` have no test."""

    index: int
    id: str | None
    texts: tuple[str, ...]
    tests: tuple[tuple[int, Test], ...]
    outputs: tuple[Closure, ...]


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """
    A rule that was looked at.

    Attributes:
        index: Its row, from 1.
        cells: Each cell with its answer; None when a cell before it had failed already, so that nobody asked.
        outputs: What it put out; None when it did not match.
    """

    index: int
    id: str | None
    is_matched: bool
    cells: tuple[tuple[str, bool | None], ...]
    outputs: Outputs | None


@dataclass(frozen=True, slots=True)
class DecisionTrace:
    """
    One decision, or one decision table inside of a business knowledge model.

    Attributes:
        inputs: Each input expression with its value; empty where there is no table.
        table: All rules of the table; a table that takes the first stops looking there.
        failed_at: Of each rule looked at, the column of its first cell that failed; the number of columns if none did.
        matched: What the rules put out that matched, by row.
        violations: How the table broke its own rules.
        result: What came out, as JSON.
        is_whole: Every rule looked at is listed, and not only those that matched.
    """

    decision_id: str
    name: str
    inputs: tuple[tuple[str, object], ...] = ()
    table: tuple[Rule, ...] = ()
    failed_at: tuple[int, ...] = ()
    matched: Mapping[int, Outputs] = field(default_factory=dict)
    violations: tuple[Violation, ...] = ()
    result: object = None
    is_whole: bool = True

    @property
    def rules(self) -> tuple[RuleTrace, ...]:
        """The rules looked at, or of a large table those that matched."""
        return tuple(
            self._rule(rule, failed)
            for rule, failed in zip(self.table, self.failed_at, strict=False)
            if self.is_whole or rule.index in self.matched
        )

    def _rule(self, rule: Rule, failed: int) -> RuleTrace:
        asked = {column for column, _ in rule.tests}
        cells = tuple(
            (text, (column != failed) if column <= failed else None if column in asked else True)
            for column, text in enumerate(rule.texts)
        )
        return RuleTrace(rule.index, rule.id, rule.index in self.matched, cells, self.matched.get(rule.index))

    def as_json(self) -> dict[str, object]:
        """For the journal and the API."""
        rules = self.rules
        return {
            "decision_id": self.decision_id,
            "name": self.name,
            "inputs": [{"expression": text, "value": value} for text, value in self.inputs],
            "rules": [
                {
                    "index": rule.index,
                    "id": rule.id,
                    "matched": rule.is_matched,
                    "cells": [{"text": text, "matched": matched} for text, matched in rule.cells],
                    **({} if rule.outputs is None else {"outputs": rule.outputs}),
                }
                for rule in rules
            ],
            "rules_left_out": len(self.failed_at) - len(rules),
            "violations": [violation.as_json() for violation in self.violations],
            "result": self.result,
        }


@dataclass(slots=True)
class Recorder:
    """Collects traces while an evaluation is under way; `rows` are those of each table, by the id of its decision."""

    traces: list[DecisionTrace] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    rows: dict[str, tuple[Outputs, ...]] = field(default_factory=dict)
    cells_left: int = MAX_TRACED_IN_ALL
    tables: int = 0

    def may_list(self, cells: int) -> bool:
        """Whether there is room for all rules of a table, which is taken."""
        if cells > min(MAX_TRACED_CELLS, self.cells_left):
            return False
        self.cells_left -= cells
        return True


def shown(value: object) -> object:
    """A FEEL value as JSON, and a range or function, which JSON has not, as its text."""
    try:
        return to_json(value)
    except FeelEvaluationError:
        return text_of(value)
