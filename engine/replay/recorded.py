"""The recorded environment: answers from the journal what the outside world answered then. Nothing is called."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from engine import clock
from engine.errors import ReplayDiverged
from engine.handlers import BpmnError, HandlerFailed, Site
from engine.persistence.transactions import Transaction
from engine.replay.executables import executable_of
from engine.spiff.environment import LOCAL, DecisionOutcome
from engine.spiff.executables import Executable


@dataclass(frozen=True, slots=True)
class Answer:
    """One journalled answer."""

    seq: int
    type: str
    task_id: str | None
    payload: Mapping[str, object]
    element_id: str | None = None


ANSWER_TYPES = frozenset(
    {
        "handler.completed",
        "handler.error_thrown",
        "handler.failed",
        "function.called",
        "function.failed",
        "decision.evaluated",
        "decision.failed",
        "called_process.resolved",
        "called_process.failed",
        "time_zone.read",
    }
)


@dataclass(slots=True)
class RecordedEnvironment:
    """Gives back the answers in the order they were given."""

    tx: Transaction
    answers: deque[Answer] = field(default_factory=deque)

    def expect(self, answers: Sequence[Answer]) -> None:
        """Take the answers that belong to the next input; those of the last must have been used up."""
        if self.answers:
            left = self.answers[0]
            message = f"Replay no longer asks for what event {left.seq} ({left.type}) answered."
            raise ReplayDiverged(message, seq=left.seq)
        self.answers.extend(answers)

    def call_handler(self, name: str, inputs: Mapping[str, object], site: Site) -> Mapping[str, object]:
        """Give back what the handler returned then, or fail as it failed."""
        answer = self._next("handler", name, site)
        if answer.type == "handler.error_thrown":
            variables = answer.payload.get("variables")
            raise BpmnError(
                str(answer.payload["code"]),
                str(answer.payload["message"]),
                variables if isinstance(variables, Mapping) else {},
            )
        outputs = answer.payload["outputs"]
        return outputs if isinstance(outputs, Mapping) else {}

    def call_function(self, name: str, arguments: tuple[object, ...], site: Site) -> object:
        """Give back the function's value then."""
        return self._next("function", name, site).payload.get("value")

    def decide(
        self, key: str, binding: str, version: str | None, variables: Mapping[str, object], site: Site
    ) -> DecisionOutcome:
        """Give back the decision's result then."""
        payload = self._next("decision", key, site).payload
        rows = payload.get("rows")
        return DecisionOutcome(payload.get("result"), tuple(rows) if isinstance(rows, list) else ())

    def resolve_called(self, key: str, binding: str, version: str | None, site: Site) -> UUID:
        """Give back the version that was called then."""
        return UUID(str(self._next("called_process", key, site).payload["definition_id"]))

    def local_zone(self, site: Site) -> str:
        """Give back the zone then; journals that do not say it were written in the one that is set."""
        if self.answers and self.answers[0].type == "time_zone.read":
            return str(self._next("time_zone", LOCAL, site).payload["zone"])
        return clock.local_zone().key

    def executable(self, definition_id: UUID) -> Executable:
        """The parsed definition."""
        return executable_of(self.tx, definition_id)

    def _next(self, kind: str, name: str, site: Site) -> Answer:
        if not self.answers:
            message = f"Replay asks for {kind} '{name}' at {site.element_id}, which the journal does not answer."
            raise ReplayDiverged(message, element_id=site.element_id)
        answer = self.answers.popleft()
        named = answer.payload.get("key") or answer.payload.get("name")
        if not answer.type.startswith(f"{kind}.") or named != name or answer.task_id != site.task_id:
            wanted = f"{kind} '{name}' at {site.element_id}"
            message = f"Replay asks for {wanted}; event {answer.seq} answers {answer.type} '{named}'."
            raise ReplayDiverged(message, seq=answer.seq, element_id=site.element_id)
        if answer.type.endswith(".failed"):
            raise HandlerFailed(f"{name}: {answer.payload['message']}")
        return answer
