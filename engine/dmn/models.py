"""A decision model: loaded once, evaluated many times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache

from engine.dmn.evaluating import Session
from engine.dmn.graph import Element, Requirement, circle_in, names_seen_by, read_elements, refuse_dangling
from engine.dmn.item_definitions import Types
from engine.dmn.item_reader import read_types
from engine.dmn.names import attribute
from engine.dmn.problems import DmnInvalid, DmnProblem
from engine.dmn.reading import Reading
from engine.dmn.sources import Source, read_sources
from engine.dmn.traces import DecisionTrace, Outputs, Violation, shown
from engine.feel import to_exact_json, to_json
from engine.feel.note_texts import in_chinese
from engine.feel.scopes import Run
from engine.feel.tokens import canonical_name

Functions = Mapping[str, Callable[..., object]]
# Defects that leave the rest of a model usable: what they concern is null, and the reason is noted.
LOCAL_PROBLEMS = frozenset(
    {"dmn_expression", "dmn_type", "dmn_language", "dmn_external", "dmn_import_values", "dmn_no_logic"}
    | {"dmn_incomplete", "dmn_requirement", "dmn_no_order", "dmn_no_input", "dmn_import", "dmn_import_type"}
)


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
        value: The FEEL value that `result` was made of.
        values: Those of all decisions that were evaluated, by id.
    """

    result: object
    rows: tuple[Outputs, ...]
    trace: tuple[DecisionTrace, ...]
    violations: tuple[Violation, ...]
    notes: tuple[str, ...]
    value: object
    values: Mapping[str, object]

    def as_json(self) -> dict[str, object]:
        """For the journal and the API."""
        return {
            "result": to_exact_json(self.value),
            "results": {key: to_exact_json(value) for key, value in self.values.items()},
            "trace": [decision.as_json() for decision in self.trace],
            "violations": [violation.as_json() for violation in self.violations],
            "notes": list(self.notes),
            "notes_zh": [in_chinese(note) for note in self.notes],
        }


@dataclass(frozen=True, slots=True, eq=False)
class DecisionModel:
    """
    A file of decisions, checked and ready.

    Attributes:
        calls: The registered functions that it needs.
        problems: What is broken in it, when it was loaded all the same.
    """

    definitions_id: str
    name: str
    decisions: tuple[DecisionSummary, ...]
    calls: frozenset[str]
    problems: tuple[DmnProblem, ...]
    elements: Mapping[str, Element] = field(repr=False)
    types: Types = field(repr=False)

    def find(self, name: str) -> str | None:
        """The id of the decision or service of that id or name; an id wins over a name, a decision over a service."""
        wanted = canonical_name(name)
        callable_ = [each for each in self.elements.values() if each.kind in {"decision", "decisionService"}]
        own = [each for each in callable_ if each.types is self.types]
        for known in (own, callable_):
            for element in known:
                if element.id == name:
                    return name
            for kind in ("decision", "decisionService"):
                for element in known:
                    if element.kind == kind and wanted in {element.name, element.variable}:
                        return element.id
        return None

    def evaluate(
        self,
        decision_id: str,
        variables: Mapping[str, object],
        *,
        now: datetime,
        functions: Functions | None = None,
        is_trial: bool = False,
    ) -> Evaluation:
        """
        Evaluate a decision, or a decision service, with all it requires.

        Args:
            variables: JSON or FEEL values by name; ISO 8601 text becomes temporal where input data say so.
            now: Aware.
            is_trial: Nothing is kept, so that a range or function may be the result; it becomes its text.

        Raises:
            KeyError: No such decision.
            FeelEvaluationError: A bound was exceeded, or a registered function failed.
        """
        notes: list[str] = []
        session = Session(self.elements, self.types, variables, Run(now, functions, notes))
        result = session.evaluate(decision_id)
        recorder = session.recorder
        kept = shown(result) if is_trial else to_json(result)
        rows = recorder.rows.get(decision_id, ({self.elements[decision_id].name: kept},))
        decided = session.decided()
        if is_trial:  # all of them are told
            for value in (result, *decided.values()):
                to_exact_json(value)
        return Evaluation(kept, rows, tuple(recorder.traces), tuple(recorder.violations), tuple(notes), result, decided)


@lru_cache(maxsize=64)
def load_model(source: bytes, *, imported: tuple[bytes, ...] = (), is_draft: bool = False) -> DecisionModel:
    """
    Read and check a DMN file (1.1 to 1.5); cached by content.

    Args:
        imported: The files among which its imports are looked for, by their namespace.
        is_draft: Load it despite LOCAL_PROBLEMS, and tell them; what they concern is null.

    Raises:
        DmnInvalid: With all problems at once.
    """
    main, missing = read_sources(source, imported)
    readings: dict[str, Reading] = {}
    elements: dict[str, Element] = {}
    ways = main.ways()
    for part in main.all():
        reading = Reading(names_seen_by(part))
        read_types(part, reading, {prefix: other.types for prefix, other in readings.items()})
        elements |= read_elements(part, reading, ways[part.prefix])
        refuse_dangling(part, elements, reading)
        readings[part.prefix] = reading
    _refuse_circle(main, elements, readings[""])
    if missing and not is_draft:  # what the rest says of names and types would only follow from it
        raise DmnInvalid(missing)
    problems = [*missing, *(problem for reading in readings.values() for problem in reading.problems)]
    if any(not is_draft or problem.code not in LOCAL_PROBLEMS for problem in problems):
        raise DmnInvalid(tuple(problems))
    return _model(main, _without_dangling(elements) if problems else elements, readings, tuple(problems))


def _without_dangling(elements: Mapping[str, Element]) -> dict[str, Element]:
    def known(requirements: tuple[Requirement, ...]) -> tuple[Requirement, ...]:
        return tuple(each for each in requirements if each.key in elements)

    return {
        key: replace(element, requires=known(element.requires), outputs=known(element.outputs))
        for key, element in elements.items()
    }


def _refuse_circle(main: Source, elements: Mapping[str, Element], reading: Reading) -> None:
    key = circle_in(elements)
    if key is not None:
        owner = next((element for element in main.root.iter() if element.get("id") == key), main.root)
        reading.refuse(owner, "dmn_cycle", f"“{key}” requires itself.", f"“{key}”直接或间接依赖自身。")


def _model(
    main: Source, elements: Mapping[str, Element], readings: Mapping[str, Reading], problems: tuple[DmnProblem, ...]
) -> DecisionModel:
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
        problems,
        elements,
        readings[""].types,
    )


def _summary(element: Element) -> DecisionSummary:
    return DecisionSummary(element.id, element.name, element.table_inputs, element.table_outputs)
