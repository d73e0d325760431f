"""What a decision decided and why: the part of an evaluation that an auditor reads."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.feel import FeelEvaluationError, to_json
from engine.feel.functions.conversion import text_of

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
class RuleTrace:
    """A rule that matched: its row (from 1), its cells with their answers, and what it put out."""

    index: int
    id: str | None
    cells: tuple[tuple[str, bool], ...]
    outputs: Outputs


@dataclass(frozen=True, slots=True)
class DecisionTrace:
    """
    One decision, or one decision table inside of a business knowledge model.

    Attributes:
        inputs: Each input expression with its value; empty where there is no table.
        rules: Those that matched.
        violations: How the table broke its own rules.
        result: What came out, as JSON.
    """

    decision_id: str
    name: str
    inputs: tuple[tuple[str, object], ...]
    rules: tuple[RuleTrace, ...]
    violations: tuple[Violation, ...]
    result: object

    def as_json(self) -> dict[str, object]:
        """For the journal and the API."""
        return {
            "decision_id": self.decision_id,
            "name": self.name,
            "inputs": [{"expression": text, "value": value} for text, value in self.inputs],
            "rules": [
                {
                    "index": rule.index,
                    "id": rule.id,
                    "cells": [{"text": text, "matched": matched} for text, matched in rule.cells],
                    "outputs": rule.outputs,
                }
                for rule in self.rules
            ],
            "violations": [violation.as_json() for violation in self.violations],
            "result": self.result,
        }


@dataclass(slots=True)
class Recorder:
    """Collects traces while an evaluation is under way; `rows` are those of each table, by the id of its decision."""

    traces: list[DecisionTrace] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    rows: dict[str, tuple[Outputs, ...]] = field(default_factory=dict)


def shown(value: object) -> object:
    """A FEEL value as JSON, and a range or function, which JSON has not, as its text."""
    try:
        return to_json(value)
    except FeelEvaluationError:
        return text_of(value)
