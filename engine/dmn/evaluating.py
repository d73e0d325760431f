"""One evaluation of a graph: each element at most once, requirements first."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.dmn.graph import Element
from engine.dmn.item_definitions import MISMATCH, Types
from engine.dmn.traces import DecisionTrace, Recorder, shown
from engine.feel import FeelEvaluationError
from engine.feel.operators import is_same
from engine.feel.scopes import MISSING, Run, Scope
from engine.feel.tokens import canonical_name
from engine.feel.values import FeelFunction, from_json

_NOTHING: Mapping[str, object] = MappingProxyType({})
MAX_CHAIN = 100


class Session:
    """The values of one evaluation by element id; `recorder` has its trace."""

    def __init__(
        self, elements: Mapping[str, Element], types: Types, variables: Mapping[str, object], run: Run
    ) -> None:
        self.elements = elements
        self.types = types
        self.run = run
        self.recorder = Recorder()
        self.root = Scope(run, {}, None, _by_canonical_name(variables))
        self.values: dict[str, object] = {}
        run.is_of_type = self._is_of_type

    def _is_of_type(self, value: object, name: str) -> bool | None:
        if self.types.item(name) is None:
            return None
        return value is not None and is_same(self.run, self.types.coerced(value, name, self.root), value)

    def evaluate(self, decision_id: str) -> object:
        """The value of a decision or service; KeyError if there is none of that id."""
        element = self.elements[decision_id]
        if element.kind not in {"decision", "decisionService"}:
            raise KeyError(decision_id)
        try:
            if element.kind == "decisionService":
                return self._service_on_variables(element)
            return self._value_of(decision_id, 0)
        except RecursionError as error:
            raise FeelEvaluationError("The decision is nested too deeply.", "决策嵌套过深。") from error

    def decided(self) -> dict[str, object]:
        """The values of the decisions that were evaluated, by id."""
        return {key: value for key, value in self.values.items() if self.elements[key].kind == "decision"}

    def _service_on_variables(self, service: Element) -> object:
        """What a service takes from others, decisions too, is given to it."""
        for required in service.requires:
            self.values[required.key] = self._input(self.elements[required.key])
        return self.outputs(service, 0)

    def _value_of(self, element_id: str, depth: int) -> object:
        if element_id in self.values:
            return self.values[element_id]
        if depth > MAX_CHAIN:
            raise FeelEvaluationError(f"A chain of more than {MAX_CHAIN} decisions.", f"决策链超过 {MAX_CHAIN} 个。")
        element = self.elements[element_id]
        value = self._computed(element, depth)
        self.values[element_id] = value
        return value

    def _computed(self, element: Element, depth: int) -> object:
        if element.kind == "inputData":
            return self._input(element)
        if element.kind == "decisionService":
            return self._service(element)
        if element.kind == "businessKnowledgeModel":
            return self._knowledge(element, depth)
        return self._decision(element, depth)

    def _input(self, element: Element) -> object:
        raw = self._given(element)
        value = element.types.coerced(from_json(raw), element.type_ref, self.root, is_input=True)
        if value is MISMATCH:
            return self.run.null(f"The input “{element.name}” is no {element.type_ref}.")
        return value

    def _given(self, element: Element) -> object:
        """The variable of that name; of an imported element, also as an entry under the import's name."""
        variables = self.root.source
        for way in element.ways:
            for name in (element.variable, element.name):
                found = variables.get(".".join((*way, name)), MISSING)
                if found is MISSING and way:
                    found = _entry(variables, (*way, name))
                if found is not MISSING:
                    return found
        return variables.get(element.variable, variables.get(element.name))

    def _scope(self, element: Element, depth: int) -> Scope:
        names: dict[str, object] = {}
        self._bind(element, names, depth)
        return self.root.inner(names)

    def _bind(self, element: Element, names: dict[str, object], depth: int) -> None:
        """What is required, by name; what is imported, in a context under the import's name."""
        groups: dict[str, dict[str, object]] = {}
        for required in element.requires:
            variable = self.elements[required.key].variable
            value = self._value_of(required.key, depth + 1)
            if required.group is None:
                names[variable] = value
            else:
                names[required.group] = groups.setdefault(required.group, {})
                groups[required.group][variable] = value

    def _decision(self, element: Element, depth: int) -> object:
        scope = self._scope(element, depth)
        before = len(self.recorder.traces)
        value = None if element.logic is None else element.logic(scope, self.recorder)
        typed = element.types.coerced(value, element.type_ref, scope)
        if typed is MISMATCH:
            typed = self.run.null(f"The result of “{element.name}” is no {element.type_ref}.")
        if element.table_outputs:
            return typed
        self.recorder.rows.pop(element.id, None)
        if all(trace.decision_id != element.id for trace in self.recorder.traces[before:]):
            self.recorder.traces.append(DecisionTrace(element.id, element.name, result=shown(typed)))
        return typed

    def _knowledge(self, element: Element, depth: int) -> object:
        """The function sees what its model requires, and itself."""
        names: dict[str, object] = {}
        scope = self.root.inner(names)
        function = None if element.logic is None else element.logic(scope, self.recorder)
        if isinstance(function, FeelFunction):
            function = self._typed_function(element, function)
        names[element.variable] = function
        self.values[element.id] = function
        self._bind(element, names, depth)
        return function

    def _typed_function(self, element: Element, function: FeelFunction) -> FeelFunction:
        """A model's variable names the type of the function, or (as most tools write) of what the function gives."""
        item = element.types.item(element.type_ref)
        if element.type_ref in {None, "function"} or (item is not None and item.is_function):
            return function

        def call(run: Run, arguments: list[object]) -> object:
            typed = element.types.coerced(function.call(run, arguments), element.type_ref, self.root)
            return run.null(f"{element.name} gives no {element.type_ref}.") if typed is MISMATCH else typed

        return FeelFunction(function.name, function.parameters, call)

    def _service(self, element: Element) -> object:
        """A service as a function of its input data and input decisions, imported ones named `import.name`."""

        def call(run: Run, arguments: list[object]) -> object:
            if len(arguments) != len(element.requires):
                return run.null(f"{element.name} takes {len(element.requires)} arguments, not {len(arguments)}.")
            inner = Session(self.elements, self.types, _NOTHING, run)
            inner.recorder = self.recorder
            for required, argument in zip(element.requires, arguments, strict=True):
                target = self.elements[required.key]
                typed = target.types.coerced(argument, target.type_ref, self.root)
                if typed is MISMATCH:
                    return run.null(f"{element.name}: an argument has another type.")
                inner.values[required.key] = typed
            return inner.outputs(element, 0)

        parameters = tuple(
            ("" if required.group is None else f"{required.group}.") + self.elements[required.key].variable
            for required in element.requires
        )
        return FeelFunction(element.name, parameters, call)

    def outputs(self, element: Element, depth: int) -> object:
        """The value of a service: that of its output decision, or a context of several."""
        outputs = {
            self.elements[output.key].variable: self._value_of(output.key, depth + 1) for output in element.outputs
        }
        value = next(iter(outputs.values())) if len(outputs) == 1 else outputs
        item = element.types.item(element.type_ref)
        if item is not None and item.is_function:  # the type of the service itself, not of what it gives
            return value
        typed = element.types.coerced(value, element.type_ref, self.root)
        if typed is MISMATCH:
            return self.run.null(f"The result of “{element.name}” is no {element.type_ref}.")
        return typed


def _by_canonical_name(variables: Mapping[str, object]) -> Mapping[str, object]:
    """Names of several words may come with other white space than single spaces."""
    if all(name.isidentifier() or name == canonical_name(name) for name in variables):
        return variables
    return {canonical_name(name): value for name, value in variables.items()}


def _entry(variables: Mapping[str, object], path: tuple[str, ...]) -> object:
    value: object = variables
    for name in path:
        if not isinstance(value, Mapping) or name not in value:
            return MISSING
        value = value[name]
    return value
