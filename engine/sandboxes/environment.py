"""
The world of a sandbox: decisions and functions are asked for real, handlers are answered by who tries the version.

Nothing leaves it: a handler is never called, and a function runs in a savepoint that is rolled back, whatever it did.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

import orjson
from sqlalchemy.exc import DBAPIError

from engine import clock, dmn
from engine.actors import Actor
from engine.backtests.candidates import Candidate
from engine.feel import FeelError
from engine.handlers import BpmnError, Call, HandlerFailed, Readings, Registry, Result, Site, argument_problem
from engine.persistence.decision_models import find_imported
from engine.persistence.definitions import bind_decision, bind_process
from engine.persistence.transactions import Transaction
from engine.replay.executables import executable_of
from engine.spiff.environment import DecisionOutcome
from engine.spiff.executables import Executable

Kind = Literal["handler", "function"]
Outcome = Literal["value", "error", "failure"]


@dataclass(frozen=True, slots=True)
class Question:
    """
    What an element asks of the world, and who tries it out has to answer.

    Attributes:
        inputs: A handler's named inputs, or a function's arguments in order.
        why: Why a function could not answer itself; empty for a handler, which is never asked.
    """

    kind: Kind
    name: str
    inputs: object
    element_id: str
    task_id: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What was answered.

    Attributes:
        task_id: The element instance that asked; `None`: whoever asks the same from then on.
        inputs: Of a function: the arguments it stands for.
        value: Outputs by name, or a function's value; `code` and `message` of an error or a failure.
    """

    kind: Kind
    name: str
    task_id: str | None
    outcome: Outcome
    inputs: object = None
    value: object = None
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Something the world was asked, for the trace."""

    type: str
    element_id: str
    task_id: str
    detail: Mapping[str, object]


@dataclass(slots=True)
class SandboxEnvironment:
    """
    Answers the questions of one step.

    Attributes:
        candidate: What a draft's own deployment brings; it stands in for what is active.
        answers: Given so far, the latest last.
        facts: What functions are to find on the case that there is not.
        is_automatic: Handlers that nobody answered do nothing, instead of asking.
        questions: Open ones, by the element instance that asks.
    """

    tx: Transaction
    registry: Registry
    candidate: Candidate
    actor: Actor
    answers: Sequence[Answer]
    facts: Mapping[str, object]
    is_automatic: bool
    notes: list[Note] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)

    def call_handler(self, name: str, inputs: Mapping[str, object], site: Site) -> Mapping[str, object]:
        """Give the handler's answer; it is never called."""
        handler = self.registry.handlers.get(name)
        problem = handler and argument_problem(handler.parameters, inputs, accepts_any=handler.accepts_any)
        if problem:
            self._note("handler.failed", site, {"name": name, "inputs": inputs, "message": str(problem)})
            raise HandlerFailed(f"{name}: {problem}")
        answer = self._answer("handler", name, site.task_id)
        if answer is None and not self.is_automatic:
            raise self._ask(Question("handler", name, _json(inputs), site.element_id, site.task_id), site)
        value = self._given(answer, name, inputs, site)
        outputs = value if isinstance(value, Mapping) else {}
        told = {"name": name, "inputs": inputs, "outputs": outputs, "is_automatic": answer is None}
        self._note("handler.completed", site, told)
        return outputs

    def call_function(self, name: str, arguments: tuple[object, ...], site: Site) -> object:
        """Call the function, or give the answer that was given in its place."""
        asked = _json(arguments)
        answer = self._answer("function", name, site.task_id, asked)
        if answer is not None:
            value = self._given(answer, name, asked, site)
        else:
            try:
                value = self._really(name, arguments, site)
            except HandlerFailed as error:
                raise self._ask(
                    Question("function", name, asked, site.element_id, site.task_id, str(error)), site
                ) from error
        told = {"name": name, "arguments": asked, "value": value, "is_answered": answer is not None}
        self._note("function.called", site, told)
        return value

    def decide(
        self, key: str, binding: str, version: str | None, variables: Mapping[str, object], site: Site
    ) -> DecisionOutcome:
        """Evaluate the decision: the draft's own, else the deployed one."""
        source, number = self._table(key, binding, version, site)
        if source is None:
            raise self._fail("decision", key, site, f"no decision '{key}' is deployed")
        beside = self.candidate.files if key in self.candidate.decisions else {}
        imported = find_imported(self.tx, source, as_of=None, beside=beside)
        functions = {name: self._function(name, site) for name in self.registry.functions}
        try:
            model = dmn.load_model(source, imported=tuple(each.dmn for each in imported))
            taken = model.evaluate(key, variables, now=site.now, functions=functions)
        except (dmn.DmnInvalid, FeelError) as error:
            raise self._fail("decision", key, site, str(error)) from error
        if taken.violations:
            raise self._fail("decision", key, site, "; ".join(each.message_en for each in taken.violations))
        result, rows = _json(taken.result), _json(taken.rows)
        told = {"key": key, "version": number, "result": result, "trace": [each.as_json() for each in taken.trace]}
        self._note("decision.evaluated", site, told)
        return DecisionOutcome(result, tuple(rows) if isinstance(rows, list) else ())

    def resolve_called(self, key: str, binding: str, version: str | None, site: Site) -> UUID:
        """Choose the draft's own process, else the one that would be called now."""
        if key in self.candidate.processes:
            return self.candidate.processes[key]
        caller = site.definition_id
        found = bind_process(self.tx, key, binding=binding, version=version, caller=caller)
        if found is None and self.candidate.processes:
            found = bind_process(self.tx, key, binding="latest", version=None, caller=caller)
        if found is None:
            raise self._fail("called_process", key, site, f"no process '{key}' is deployed")
        return found[0]

    def local_zone(self, site: Site) -> str:
        """The zone that is set."""
        return clock.local_zone().key

    def executable(self, definition_id: UUID) -> Executable:
        """The parsed definition."""
        return executable_of(self.tx, definition_id)

    def _table(self, key: str, binding: str, version: str | None, site: Site) -> tuple[bytes | None, int | None]:
        own = self.candidate.decisions.get(key)
        if own is not None:
            return own, None
        caller = site.definition_id
        found = bind_decision(self.tx, key, binding=binding, version=version, caller=caller)
        if found is None and self.candidate.processes:
            found = bind_decision(self.tx, key, binding="latest", version=None, caller=caller)
        return (None, None) if found is None else (found.dmn, found.version)

    def _really(self, name: str, arguments: tuple[object, ...], site: Site) -> object:
        function = self.registry.functions.get(name)
        if function is None:
            message = f"no function is registered as '{name}'"
            raise HandlerFailed(message)
        readings = Readings()
        if self.registry.stand_in is not None:
            self.registry.stand_in(readings, site, self.facts)
        savepoint = self.tx.begin_nested()
        try:
            answer = function.call(Call(self.tx, site, self.actor, readings), *arguments)
            return _json(answer.value if isinstance(answer, Result) else answer)
        except Exception as error:  # a function of the house: what it raises is shown as the element's incident
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            text = str(error).splitlines()[0] if str(error) and not isinstance(error, DBAPIError) else ""
            raise HandlerFailed(text[:500] or type(error).__name__) from error
        finally:
            if savepoint.is_active:
                savepoint.rollback()

    def _function(self, name: str, site: Site) -> Callable[..., object]:
        return lambda *arguments: self.call_function(name, arguments, site)

    def _answer(self, kind: Kind, name: str, task_id: str, inputs: object = None) -> Answer | None:
        """Find the latest answer to this very element instance, else the latest to whoever asks."""
        fitting = [
            each
            for each in self.answers
            if (each.kind, each.name) == (kind, name) and (kind == "handler" or each.inputs == inputs)
        ]
        own = [each for each in fitting if each.task_id == task_id]
        general = [each for each in fitting if each.task_id is None]
        return own[-1] if own else general[-1] if general else None

    def _given(self, answer: Answer | None, name: str, inputs: object, site: Site) -> object:
        if answer is None:
            return {}
        if answer.outcome == "error":
            told = {"name": name, "inputs": inputs, "code": answer.code, "message": answer.message}
            self._note("handler.error_thrown", site, told)
            variables = answer.value if isinstance(answer.value, Mapping) else {}
            raise BpmnError(answer.code, answer.message, variables)
        if answer.outcome == "failure":
            raise self._fail(answer.kind, name, site, answer.message)
        return answer.value

    def _ask(self, question: Question, site: Site) -> HandlerFailed:
        self.questions[site.task_id] = question
        self._note(f"{question.kind}.asked", site, {"name": question.name, "inputs": question.inputs})
        return HandlerFailed(f"{question.name}: {question.why or 'what does it answer?'}")

    def _fail(self, what: str, name: str, site: Site, message: str) -> HandlerFailed:
        self._note(f"{what}.failed", site, {"name": name, "message": message})
        return HandlerFailed(f"{name}: {message}")

    def _note(self, type: str, site: Site, detail: Mapping[str, object]) -> None:
        told = _json(detail)
        self.notes.append(Note(type, site.element_id, site.task_id, told if isinstance(told, Mapping) else {}))


def _json(value: object) -> object:
    """Turn a value into the JSON that a journal would hold of it."""
    decoded: object = orjson.loads(orjson.dumps(value, default=str, option=orjson.OPT_UTC_Z | orjson.OPT_SORT_KEYS))
    return decoded
