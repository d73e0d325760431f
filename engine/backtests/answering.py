"""The sandbox of a back-test: history answers what it can, decisions are taken anew, nothing is called or written."""

from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import orjson
from sqlalchemy import select

from engine import clock, dmn
from engine.backtests.candidates import Candidate
from engine.backtests.histories import History
from engine.feel import FeelError
from engine.handlers import BpmnError, HandlerFailed, Site, installed
from engine.persistence.decision_models import find_imported
from engine.persistence.definitions import bind_decision, bind_process
from engine.persistence.tables.process_definitions import decision_definition
from engine.persistence.transactions import Transaction
from engine.replay.executables import replayable
from engine.replay.recorded import Answer
from engine.spiff.environment import LOCAL, DecisionOutcome
from engine.spiff.executables import Executable


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as taken in the trial."""

    element_id: str
    key: str
    result: object


@dataclass(slots=True)
class TrialEnvironment:
    """
    Answers the questions of one trial.

    Attributes:
        unanswered: What history could not answer: the element and what it asked.
    """

    tx: Transaction
    history: History
    candidate: Candidate
    unanswered: list[tuple[str, str]] = field(default_factory=list)
    decided: list[Decided] = field(default_factory=list)
    _asked_at: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _answered_at: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _left: dict[str, deque[Answer]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sort the answers by the element that asked."""
        for task_id, answers in self.history.answers.items():
            self._left[task_id] = deque(answers)
            asked = self.history.asked_at[task_id]
            self._answered_at[self.candidate.renamed.get(asked, asked)].append(task_id)

    def call_handler(self, name: str, inputs: Mapping[str, object], site: Site) -> Mapping[str, object]:
        """Give back what the handler returned then, if it was asked the same or had nothing to say."""
        answer = self._take("handler", name, site)
        if answer is None:
            raise self._missing(site, f"the handler {name}")
        if answer.type == "handler.failed":
            raise HandlerFailed(f"{name}: {answer.payload['message']}")
        if answer.type == "handler.error_thrown":
            told = answer.payload.get("variables")
            variables = told if isinstance(told, Mapping) else {}
            raise BpmnError(str(answer.payload["code"]), str(answer.payload["message"]), variables)
        outputs = answer.payload["outputs"]
        if outputs and answer.payload.get("inputs") != _json(inputs):
            raise self._missing(site, f"the handler {name} with other inputs")
        return outputs if isinstance(outputs, Mapping) else {}

    def call_function(self, name: str, arguments: tuple[object, ...], site: Site) -> object:
        """Give back the function's value then, for the same arguments."""
        asked = _json(arguments)
        answer = self._take("function", name, site, lambda each: _arguments(each) == asked)
        if answer is None:
            answer = self._elsewhere(name, asked)
        if answer is None:
            raise self._missing(site, f"the function {name} with these arguments")
        if answer.type == "function.failed":
            raise HandlerFailed(f"{name}: {answer.payload['message']}")
        value, supposed = answer.payload.get("value"), installed().supposed
        if not self.candidate.commitments or supposed is None:
            return value
        return supposed(self.tx, self.candidate.commitments, name, arguments, value, site)

    def decide(
        self, key: str, binding: str, version: str | None, variables: Mapping[str, object], site: Site
    ) -> DecisionOutcome:
        """Take the decision anew: by the table that is tried, else by the one that decided then."""
        then = self._take("decision", key, site)
        table = self.candidate.decisions.get(key)
        if table is None and then is not None and then.type == "decision.failed":
            raise HandlerFailed(f"{key}: {then.payload['message']}")
        source = table or self._table_of(key, then, binding, version, site)
        if source is None:
            raise self._missing(site, f"the decision {key}")
        beside = self.candidate.files if table is not None else {}
        imported = find_imported(self.tx, source, as_of=None if table is not None else site.now, beside=beside)
        functions = _FunctionsThen(self, then, site)
        try:
            model = dmn.load_model(source, imported=tuple(each.dmn for each in imported))
            taken = model.evaluate(key, variables, now=site.now, functions=functions.by_name())
        except (dmn.DmnInvalid, FeelError) as error:
            raise HandlerFailed(f"{key}: {error}") from error
        if taken.violations:
            raise HandlerFailed(f"{key}: {'; '.join(each.message_en for each in taken.violations)}")
        result, rows = _json(taken.result), _json(taken.rows)
        self.decided.append(Decided(site.element_id, key, result))
        return DecisionOutcome(result, tuple(rows) if isinstance(rows, list) else ())

    def resolve_called(self, key: str, binding: str, version: str | None, site: Site) -> UUID:
        """Choose what is tried, else the version that was called then, else what would be called now."""
        then = self._take("called_process", key, site)
        if key in self.candidate.processes:
            return self.candidate.processes[key]
        if then is not None and then.type == "called_process.resolved":
            return UUID(str(then.payload["definition_id"]))
        found = bind_process(self.tx, key, binding=binding, version=version, caller=site.definition_id)
        if found is None:
            raise HandlerFailed(f"{key}: no process '{key}' is deployed")
        return found[0]

    def local_zone(self, site: Site) -> str:
        """The zone then, else the one that is set."""
        answer = self._take("time_zone", LOCAL, site)
        return clock.local_zone().key if answer is None else str(answer.payload["zone"])

    def executable(self, definition_id: UUID) -> Executable:
        """The parsed definition."""
        return replayable(self.tx, definition_id)

    def _take(self, kind: str, name: str, site: Site, fits: Callable[[Answer], bool] = lambda _: True) -> Answer | None:
        """Take the first answer of this kind that the same element instance got then, and was not taken yet."""
        askers, answered = self._asked_at[site.element_id], self._answered_at[site.element_id]
        if site.task_id not in askers:
            askers.append(site.task_id)
        nth = askers.index(site.task_id)
        left = self._left[answered[nth]] if nth < len(answered) else deque[Answer]()
        for at, answer in enumerate(left):
            if answer.type.startswith(f"{kind}.") and _name(answer) == name and fits(answer):
                del left[at]
                return answer
        return None

    def _elsewhere(self, name: str, asked: object) -> Answer | None:
        """A function only reads: what it told another element stands for this one too."""
        for answers in self.history.answers.values():
            for answer in answers:
                if answer.type == "function.called" and _name(answer) == name and _arguments(answer) == asked:
                    return answer
        return None

    def _table_of(self, key: str, then: Answer | None, binding: str, version: str | None, site: Site) -> bytes | None:
        if then is None:
            found = bind_decision(self.tx, key, binding=binding, version=version, caller=site.definition_id)
            return None if found is None else found.dmn
        query = select(decision_definition.c.dmn).where(
            decision_definition.c.key == key, decision_definition.c.version == then.payload["version"]
        )
        return self.tx.scalar(query)

    def _missing(self, site: Site, what: str) -> HandlerFailed:
        self.unanswered.append((site.element_id, what))
        return HandlerFailed(f"history does not answer {what}")


@dataclass(frozen=True, slots=True)
class _FunctionsThen:
    """The functions as one decision may call them: they tell what they told then."""

    environment: TrialEnvironment
    then: Answer | None
    site: Site

    def by_name(self) -> dict[str, Callable[..., object]]:
        """Offer every function that history knows of."""
        told = [*self._told(), *_all_told(self.environment.history)]
        names = {str(each["name"]) for each in told}
        return {name: self._function(name, told) for name in names}

    def _told(self) -> list[Mapping[str, object]]:
        functions = self.then.payload.get("functions") if self.then is not None else None
        return list(functions) if isinstance(functions, list) else []

    def _function(self, name: str, told: Sequence[Mapping[str, object]]) -> Callable[..., object]:
        def call(*arguments: object) -> object:
            asked = _json(arguments)
            for each in told:
                if each["name"] == name and each.get("arguments") == asked:
                    return each["value"]
            raise self.environment._missing(self.site, f"the function {name} with these arguments")

        return call


def _all_told(history: History) -> list[Mapping[str, object]]:
    answers = [answer for each in history.answers.values() for answer in each]
    return [answer.payload for answer in answers if answer.type == "function.called"]


def _name(answer: Answer) -> object:
    return answer.payload.get("key") or answer.payload.get("name")


def _arguments(answer: Answer) -> object:
    return answer.payload.get("arguments", answer.payload.get("inputs"))


def _json(value: object) -> object:
    """Turn a value into the JSON that the journal holds of it."""
    decoded: object = orjson.loads(orjson.dumps(value, option=orjson.OPT_UTC_Z | orjson.OPT_SORT_KEYS))
    return decoded
