"""The live environment: answers what a running instance asks, and journals each answer as the input it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy.exc import DBAPIError

from engine import clock, dmn
from engine.actors import Actor
from engine.errors import EngineError
from engine.feel import FeelError
from engine.handlers import BpmnError, Call, HandlerFailed, Readings, Registry, Result, Site, argument_problem
from engine.history.journal import Entry
from engine.persistence.decision_models import ModelSource, find_imported
from engine.persistence.definitions import bind_decision, bind_process
from engine.persistence.outages import will_pass
from engine.persistence.transactions import Transaction
from engine.replay.executables import executable_of
from engine.spiff.environment import LOCAL, DecisionOutcome
from engine.spiff.executables import Executable


@dataclass(slots=True)
class LiveEnvironment:
    """
    One command's environment.

    Attributes:
        entries: The answers given since they were last taken.
        readings: What functions have read since a handler last ran.
        deployed: Which versions were chosen: one command sees one state of what is deployed.
        broken: An error of the database outside a savepoint, or one that passes: the transaction must not go on,
            whatever the diagram says.
    """

    tx: Transaction
    registry: Registry
    actor: Actor
    now: datetime
    entries: list[Entry] = field(default_factory=list)
    readings: Readings = field(default_factory=Readings)
    deployed: Readings = field(default_factory=Readings)
    broken: DBAPIError | None = None

    def call_handler(self, name: str, inputs: Mapping[str, object], site: Site) -> Mapping[str, object]:
        """Run a registered handler in a SAVEPOINT: what it wrote goes when it fails, the command stays."""
        handler = self.registry.handlers.get(name)
        if handler is None:
            raise self._failed("handler", name, inputs, site, f"no handler is registered as '{name}'")
        problem = argument_problem(handler.parameters, inputs, accepts_any=handler.accepts_any)
        if problem is not None:
            raise self._failed("handler", name, inputs, site, str(problem))
        self.readings = Readings()  # it may change what functions have read
        savepoint = self.tx.begin_nested()
        try:
            outputs = _json(handler.call(Call(self.tx, site, self.actor), **inputs) or {})
        except BpmnError as error:
            savepoint.rollback()
            payload = {"name": name, "inputs": inputs, "code": error.code, "message": error.message}
            self._note("handler.error_thrown", site, payload | {"variables": dict(error.variables)})
            raise
        except DBAPIError as error:
            if not error.connection_invalidated:
                savepoint.rollback()
            if will_pass(error):
                self.broken = error  # no fault of the diagram's: the whole command is to be tried again
                raise
            raise self._failed("handler", name, inputs, site, sentence_of(error)) from error
        except Exception as error:  # whatever a handler raises is an incident of its element, never a 5xx
            savepoint.rollback()
            raise self._failed("handler", name, inputs, site, sentence_of(error)) from error
        savepoint.commit()
        self._note("handler.completed", site, {"name": name, "inputs": inputs, "outputs": outputs})
        return outputs

    def call_function(self, name: str, arguments: tuple[object, ...], site: Site) -> object:
        """Call a registered function; it only reads, so there is nothing to undo."""
        try:
            answer = self._answer(name, arguments, site)
        except HandlerFailed as error:
            raise self._failed("function", name, arguments, site, str(error)) from error
        self._note("function.called", site, answer)
        return answer["value"]

    def decide(
        self, key: str, binding: str, version: str | None, variables: Mapping[str, object], site: Site
    ) -> DecisionOutcome:
        """Evaluate a deployed decision; its trace goes into the journal, so that an auditor sees why."""
        decision = self.deployed.of(
            ("decision", key, binding, version, site.definition_id),
            lambda: bind_decision(self.tx, key, binding=binding, version=version, caller=site.definition_id),
        )
        if decision is None:
            raise self._failed("decision", key, {}, site, f"no decision '{key}' is deployed")
        asked: list[Mapping[str, object]] = []
        functions = {name: self._function(name, site, asked) for name in self.registry.functions}
        imported = find_imported(self.tx, decision.dmn, as_of=decision.as_of)
        try:
            model = dmn.load_model(decision.dmn, imported=tuple(each.dmn for each in imported))
            evaluation = model.evaluate(key, variables, now=self.now, functions=functions)
        except (dmn.DmnInvalid, FeelError) as error:
            raise self._failed("decision", key, {}, site, sentence_of(error)) from error
        if evaluation.violations:
            raise self._failed("decision", key, {}, site, "; ".join(each.message_en for each in evaluation.violations))
        answer = _json({"result": evaluation.result, "rows": evaluation.rows})
        trace = [step.as_json() for step in evaluation.trace]
        payload: dict[str, object] = {"key": key, "version": decision.version, "hash": decision.content_hash}
        payload |= {"imports": [_identity(each) for each in imported]} if imported else {}
        self._note("decision.evaluated", site, payload | answer | {"trace": trace, "functions": asked})
        rows = answer["rows"]
        return DecisionOutcome(answer["result"], tuple(rows) if isinstance(rows, list) else ())

    def resolve_called(self, key: str, binding: str, version: str | None, site: Site) -> UUID:
        """Choose the version of a called process now; a later deployment does not change the running one."""
        bound = self.deployed.of(
            ("process", key, binding, version, site.definition_id),
            lambda: bind_process(self.tx, key, binding=binding, version=version, caller=site.definition_id),
        )
        if bound is None:
            raise self._failed("called_process", key, {}, site, f"no process '{key}' is deployed")
        definition_id, is_suspended = bound
        if is_suspended:
            raise self._failed("called_process", key, {}, site, f"the process '{key}' is suspended")
        self._note("called_process.resolved", site, {"key": key, "definition_id": str(definition_id)})
        return definition_id

    def local_zone(self, site: Site) -> str:
        """The house's zone as it is set now; it may be set otherwise when this is replayed."""
        zone = clock.local_zone().key
        self._note("time_zone.read", site, {"name": LOCAL, "zone": zone})
        return zone

    def executable(self, definition_id: UUID) -> Executable:
        """The parsed definition; not journalled, since it is identified by what is."""
        return executable_of(self.tx, definition_id)

    def take_entries(self) -> list[Entry]:
        """The answers since the last call."""
        taken, self.entries = self.entries, []
        return taken

    def _answer(self, name: str, arguments: tuple[object, ...], site: Site) -> dict[str, object]:
        function = self.registry.functions.get(name)
        if function is None:
            message = f"no function is registered as '{name}'"
            raise HandlerFailed(message)
        try:
            answer = function.call(Call(self.tx, site, self.actor, self.readings), *arguments)
        except DBAPIError as error:
            self.broken = error
            raise
        except Exception as error:  # as for handlers
            raise HandlerFailed(sentence_of(error)) from error
        result = answer if isinstance(answer, Result) else Result(answer)
        return {"name": name, "arguments": arguments, "version": result.version} | _json({"value": result.value})

    def _function(self, name: str, site: Site, asked: list[Mapping[str, object]]) -> Callable[..., object]:
        """A function as a decision calls it: what it answered is part of the decision's own event."""

        def call(*arguments: object) -> object:
            answer = self._answer(name, arguments, site)
            asked.append(answer)
            return answer["value"]

        return call

    def _note(self, type: str, site: Site, payload: Mapping[str, object]) -> None:
        self.entries.append(Entry(type, payload, site.element_id, site.task_id))

    def _failed(self, what: str, name: str, inputs: object, site: Site, message: str) -> HandlerFailed:
        self._note(f"{what}.failed", site, {"name": name, "inputs": inputs, "message": message})
        return HandlerFailed(f"{name}: {message}")


def _identity(model: ModelSource) -> dict[str, object]:
    """Which file it was, for an auditor."""
    told = {"namespace": model.namespace, "file": model.file_name}
    return {**told, "version": model.version, "hash": model.content_hash}


def _json(outputs: Mapping[str, object]) -> dict[str, object]:
    """What a handler returned, as the JSON that replay will read back (UUIDs and times become text)."""
    encoded = orjson.dumps(outputs, option=orjson.OPT_UTC_Z | orjson.OPT_SORT_KEYS)
    decoded: dict[str, object] = orjson.loads(encoded)
    return decoded


def sentence_of(error: Exception) -> str:
    """One line for the incident; database errors keep their statement and values to themselves."""
    if isinstance(error, DBAPIError):
        return f"the database refused it ({type(error.orig).__name__})"
    if isinstance(error, EngineError):
        return error.detail
    text = str(error).splitlines()[0] if str(error) else ""
    return f"{type(error).__name__}: {text}"[:500]
