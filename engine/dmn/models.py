"""A decision model: loaded once, evaluated many times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from lxml import etree

from engine.dmn.evaluating import Session
from engine.dmn.graph import Element, names_of, read_elements, read_types
from engine.dmn.item_definitions import Types
from engine.dmn.names import attribute, children, line_of, tag_of
from engine.dmn.problems import DmnInvalid, DmnProblem
from engine.dmn.reading import Reading
from engine.dmn.traces import DecisionTrace, Outputs, Violation
from engine.feel import to_json
from engine.feel.scopes import Run
from engine.xml import XmlRefused, parse_xml

Functions = Mapping[str, Callable[..., object]]
MAX_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class DecisionSummary:
    """A decision that can be evaluated; `inputs` and `outputs` are the columns of its table, if it is one."""

    id: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """
    What a decision came to.

    Attributes:
        result: JSON. Of a table with one output and a single-hit policy the value, with several outputs a dict by
            output name; of a multi-hit policy a list of these.
        rows: The outputs of the rows that make the result, each as a dict by output name (for `mapDecisionResult`).
        trace: The decision and those it required, in the order in which they were evaluated.
        violations: How a table broke its own rules; its result is null then.
        notes: Why an expression gave null.
    """

    result: object
    rows: tuple[Outputs, ...]
    trace: tuple[DecisionTrace, ...]
    violations: tuple[Violation, ...]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """For the journal and the API."""
        return {
            "result": self.result,
            "trace": [decision.as_json() for decision in self.trace],
            "violations": [violation.as_json() for violation in self.violations],
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True, eq=False)
class DecisionModel:
    """A file of decisions, checked and ready; `calls` are the registered functions that it needs."""

    definitions_id: str
    name: str
    decisions: tuple[DecisionSummary, ...]
    calls: frozenset[str]
    elements: Mapping[str, Element] = field(repr=False)
    types: Types = field(repr=False)

    def evaluate(
        self,
        decision_id: str,
        variables: Mapping[str, object],
        *,
        now: datetime,
        functions: Functions | None = None,
    ) -> Evaluation:
        """
        Evaluate a decision, or a decision service, with all it requires.

        Args:
            variables: JSON or FEEL values by name; ISO 8601 text becomes temporal where input data say so.
            now: Aware.

        Raises:
            KeyError: No such decision.
            FeelEvaluationError: A bound was exceeded, or a registered function failed.
        """
        notes: list[str] = []
        session = Session(self.elements, self.types, variables, Run(now, functions, notes))
        result = session.evaluate(decision_id)
        recorder = session.recorder
        shown = to_json(result)
        rows = recorder.rows.get(decision_id, ({self.elements[decision_id].name: shown},))
        return Evaluation(shown, rows, tuple(recorder.traces), tuple(recorder.violations), tuple(notes))


@lru_cache(maxsize=64)
def load_model(source: bytes) -> DecisionModel:
    """Read and check a DMN file (1.1 to 1.5); cached by content. Raises DmnInvalid with all problems at once."""
    try:
        root = parse_xml(source, max_bytes=MAX_BYTES)
    except XmlRefused as error:
        problem = DmnProblem(None, error.line, "dmn_xml", error.message, error.message_zh)
        raise DmnInvalid((problem,)) from error
    if tag_of(root) != "definitions":
        _refuse_root(root)
    return _read(root)


def _refuse_root(root: etree._Element) -> None:
    message_en = f"<{root.tag}> is no <definitions> of DMN 1.1 to 1.5."
    message_zh = f"<{root.tag}> 不是 DMN 1.1 至 1.5 的 <definitions>。"
    raise DmnInvalid((DmnProblem(None, line_of(root), "dmn_namespace", message_en, message_zh),))


def _read(root: etree._Element) -> DecisionModel:
    names = names_of(root)
    types, wrong = read_types(root, names)
    reading = Reading(names, types)
    for element, error in wrong:
        reading.refuse(
            element,
            "dmn_values",
            f"The allowed values are no tests: {error.message}",
            f"允许值不是有效的测试：{error.message_zh}",
        )
    for element in children(root, "import"):
        reading.refuse(element, "dmn_import", "Imports are not supported yet.", "暂不支持导入其他模型。")
    elements = read_elements(root, reading)
    if reading.problems:
        raise DmnInvalid(tuple(reading.problems))
    own = {element.variable for element in elements.values()} | {element.name for element in elements.values()}
    return DecisionModel(
        attribute(root, "id") or attribute(root, "name") or "",
        attribute(root, "name") or "",
        tuple(_summary(element) for element in elements.values() if element.kind == "decision"),
        frozenset(reading.calls - own - names),
        elements,
        types,
    )


def _summary(element: Element) -> DecisionSummary:
    return DecisionSummary(element.id, element.name, element.table_inputs, element.table_outputs)
