"""A decision model: loaded once, evaluated many times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from engine.dmn.evaluating import Session
from engine.dmn.graph import Element, circle_in, names_of, read_elements, refuse_dangling
from engine.dmn.item_definitions import Types
from engine.dmn.item_reader import read_types
from engine.dmn.names import attribute
from engine.dmn.problems import DmnInvalid
from engine.dmn.reading import Reading
from engine.dmn.sources import Source, read_sources
from engine.dmn.traces import DecisionTrace, Outputs, Violation
from engine.feel import to_json
from engine.feel.scopes import Run

Functions = Mapping[str, Callable[..., object]]


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
def load_model(source: bytes, *, imported: tuple[bytes, ...] = ()) -> DecisionModel:
    """
    Read and check a DMN file (1.1 to 1.5); cached by content.

    Args:
        imported: The files among which its imports are looked for, by their namespace.

    Raises:
        DmnInvalid: With all problems at once.
    """
    main = read_sources(source, imported)
    readings: dict[str, Reading] = {}
    elements: dict[str, Element] = {}
    for part in main.all():
        reading = Reading(_names_seen_by(part))
        read_types(part, reading, {prefix: other.types for prefix, other in readings.items()})
        elements |= read_elements(part, reading)
        refuse_dangling(part, elements, reading)
        readings[part.prefix] = reading
    _refuse_circle(main, elements, readings[""])
    problems = [problem for reading in readings.values() for problem in reading.problems]
    if problems:
        raise DmnInvalid(tuple(problems))
    return _model(main, elements, readings)


def _names_seen_by(source: Source) -> frozenset[str]:
    names = names_of(source.root)
    for name, imported in source.imports:
        names |= names_of(imported.root) | ({name} if name else frozenset())
    return names


def _refuse_circle(main: Source, elements: Mapping[str, Element], reading: Reading) -> None:
    key = circle_in(elements)
    if key is not None:
        owner = next((element for element in main.root.iter() if element.get("id") == key), main.root)
        reading.refuse(owner, "dmn_cycle", f"“{key}” requires itself.", f"“{key}”直接或间接依赖自身。")


def _model(main: Source, elements: Mapping[str, Element], readings: Mapping[str, Reading]) -> DecisionModel:
    own = {name for element in elements.values() for name in (element.variable, element.name)}
    calls = {call for reading in readings.values() for call in reading.calls - reading.names}
    root = main.root
    return DecisionModel(
        attribute(root, "id") or attribute(root, "name") or "",
        attribute(root, "name") or "",
        tuple(
            _summary(element)
            for element in elements.values()
            if element.kind == "decision" and element.types is readings[""].types
        ),
        frozenset(calls - own),
        elements,
        readings[""].types,
    )


def _summary(element: Element) -> DecisionSummary:
    return DecisionSummary(element.id, element.name, element.table_inputs, element.table_outputs)
