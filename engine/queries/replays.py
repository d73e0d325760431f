"""An instance at any event of its journal, as people see it: who did what, on whose behalf, why, and what it did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select

from engine import access
from engine.actors import Actor
from engine.errors import EventNotFound
from engine.persistence.process_instances import ProcessInstance
from engine.persistence.tables.journal import journal
from engine.persistence.transactions import Transaction
from engine.queries import personal
from engine.queries.pages import FIRST, Page, Stretch, limited, page_of
from engine.queries.process_instances import HistoryEvent, get_process_instance, note_look, stream_after
from engine.replay.inputs import INPUT_TYPES
from engine.replay.moments import Moment, VariableChange, moments_of
from engine.replay.recordings import step_after
from engine.spiff.outcomes import Due, EventWait, ExternalTaskWait, IncidentWait, Token, UserTaskWait

Kind = Literal["input", "manual", "failure", "answer", "engine"]
MANUAL = frozenset(
    {
        "user_task.unclaimed", "user_task.updated", "user_task.delegated", "user_task.returned", "timers.rearmed",
        "process_instance.cancelled", "process_instance.suspended", "process_instance.resumed", "incident.retried",
        "incident.resolved", "variables.changed", "external_task.retries_set", "process_instance.migrated",
        "process_instance.modified",
    }
)  # fmt: skip
"""What a person did that no diagram asked for."""

_FAILURES = (".failed", ".error_thrown", ".refused", "incident.opened")
_ANSWERS = ("handler.", "function.", "decision.", "called_process.", "time_zone.")
_COUNTED_AS_ENGINE = ("element.", "function.called", "handler.completed", "called_process.resolved", "time_zone.")


@dataclass(frozen=True, slots=True)
class ReplayStep:
    """One stop of a slider through an instance's life. `is_state_changing`: something came in, and the engine moved."""

    seq: int
    at: datetime
    type: str
    kind: Kind
    is_state_changing: bool
    element_id: str | None
    task_id: str | None
    actor: str
    on_behalf_of: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A user task that was open then, with whoever had it then."""

    user_task_id: str | None
    task_id: str
    element_id: str
    element_name: str | None
    assignee: str | None
    owner: str | None
    candidate_groups: Sequence[str]
    candidate_users: Sequence[str]
    due_at: datetime | None
    follow_up_at: datetime | None
    priority: int


@dataclass(frozen=True, slots=True)
class ReplayedDecision:
    """A decision of the step: version and hash of its model, result, and the trace that says why."""

    seq: int
    element_id: str | None
    facts: Mapping[str, object]

    @property
    def trace(self) -> Sequence[object]:
        """What was decided on the way, as `engine.dmn.traces` wrote it; empty of a decision that failed."""
        found = self.facts.get("trace")
        return found if isinstance(found, list) else ()


@dataclass(frozen=True, slots=True)
class ReplayState:
    """
    An instance at one event.

    Attributes:
        event: The event itself.
        step_seq: The input whose step it belongs to: an input and all it caused are one, and shown whole.
        last_seq: Number of the newest event.
    """

    event: HistoryEvent
    kind: Kind
    step_seq: int
    last_seq: int
    is_completed: bool
    tokens: Sequence[Token]
    user_tasks: Sequence[OpenTask]
    external_tasks: Sequence[ExternalTaskWait]
    subscriptions: Sequence[EventWait]
    incidents: Sequence[IncidentWait]
    deadlines: Sequence[Due]
    variables: Mapping[str, object]
    changes: Sequence[VariableChange]
    decisions: Sequence[ReplayedDecision]


def list_replay_steps(
    tx: Transaction, instance_id: UUID, stretch: Stretch = FIRST, *, actor: Actor, now: datetime
) -> Page[ReplayStep]:
    """List what is worth a stop, in order: inputs, what people did, decisions, failures; not the engine's own steps."""
    instance = get_process_instance(tx, instance_id, actor=actor).instance
    note_look(tx, instance, "replay", actor=actor, now=now)
    columns = [journal.c[name] for name in ReplayStep.__dataclass_fields__ if name in journal.c]
    query = stream_after(instance_id, columns, stretch)
    for prefix in _COUNTED_AS_ENGINE:
        query = query.where(~journal.c.type.startswith(prefix))
    size = limited(stretch.limit)
    items = [
        ReplayStep(**row._mapping, kind=kind_of(row.type), is_state_changing=row.type in INPUT_TYPES)
        for row in tx.execute(query.limit(size + 1))
    ]
    return page_of(items, size, lambda last: (str(last.seq),))


def get_replay(
    tx: Transaction, instance_id: UUID, *, at: int | None = None, actor: Actor, now: datetime
) -> ReplayState:
    """
    Say what there was at an event, from the journal alone.

    Sealed values are shown to those who may read personal data, and that is journalled; others see references.

    Args:
        at: Number of the event in the instance's stream; the newest when not said.

    Raises:
        ProcessInstanceNotFound: It does not exist, or is none of the actor's business.
        EventNotFound: The instance has no such event.
        ReplayDiverged: The journal does not lead there; named by the first event that differs.
        ReplayTooLong: It has more events than a request may replay.
    """
    instance = get_process_instance(tx, instance_id, actor=actor).instance
    seq = instance.journal_seq if at is None else at
    return _states(tx, instance, [seq], actor=actor, now=now)[0]


def list_replay_states(
    tx: Transaction, instance_id: UUID, stretch: Stretch = FIRST, *, actor: Actor, now: datetime
) -> Page[ReplayState]:
    """
    Say what there was at each of the steps of `list_replay_steps`, in order; a page replays the instance once.

    Raises:
        ProcessInstanceNotFound: It does not exist, or is none of the actor's business.
        ReplayDiverged: The journal does not lead there; named by the first event that differs.
        ReplayTooLong: It has more events than a request may replay.
    """
    instance = get_process_instance(tx, instance_id, actor=actor).instance
    steps = list_replay_steps(tx, instance_id, stretch, actor=actor, now=now)
    if not steps.items:
        return Page([], None)
    return Page(_states(tx, instance, [step.seq for step in steps.items], actor=actor, now=now), steps.after)


def _states(
    tx: Transaction, instance: ProcessInstance, seqs: Sequence[int], *, actor: Actor, now: datetime
) -> Sequence[ReplayState]:
    events = _events(tx, instance, seqs)
    moments = moments_of(tx, instance, seqs)
    states = [_state(tx, instance, event, moments[event.seq]) for event in events]
    note_look(tx, instance, "replay", actor=actor, now=now)
    if access.has(actor, access.READ_PERSONAL):
        return _unsealed(tx, instance, states, actor=actor, now=now)
    return states


def _state(tx: Transaction, instance: ProcessInstance, event: HistoryEvent, moment: Moment) -> ReplayState:
    return ReplayState(
        event=event,
        kind=kind_of(event.type),
        step_seq=moment.seq,
        last_seq=instance.journal_seq,
        is_completed=moment.is_completed,
        tokens=moment.tokens,
        user_tasks=_open_tasks(tx, instance.id, event.seq, moment),
        external_tasks=[wait for wait in moment.waits if isinstance(wait, ExternalTaskWait)],
        subscriptions=[wait for wait in moment.waits if isinstance(wait, EventWait)],
        incidents=[wait for wait in moment.waits if isinstance(wait, IncidentWait)],
        deadlines=moment.due,
        variables=moment.variables,
        changes=moment.changes,
        decisions=[
            ReplayedDecision(answer.seq, answer.element_id, answer.payload)
            for answer in moment.answers
            if answer.type.startswith("decision.")
        ],
    )


def kind_of(type: str) -> Kind:
    """What sort of event it is, for a reader who looks for what was not as drawn."""
    if type in MANUAL:
        return "manual"
    if type.endswith(_FAILURES):
        return "failure"
    if type in INPUT_TYPES:
        return "input"
    return "answer" if type.startswith(_ANSWERS) else "engine"


def _events(tx: Transaction, instance: ProcessInstance, seqs: Sequence[int]) -> Sequence[HistoryEvent]:
    columns = [journal.c[name] for name in HistoryEvent.__dataclass_fields__]
    query = select(*columns).where(journal.c.instance_id == instance.id, journal.c.seq.in_(seqs))
    found = [HistoryEvent(*row) for row in tx.execute(query.order_by(journal.c.seq))]
    if len(found) < len(seqs):
        missing = min(set(seqs) - {event.seq for event in found})
        message = f"Process instance {instance.id} has no event {missing}; its last is {instance.journal_seq}."
        raise EventNotFound(message, last_seq=instance.journal_seq)
    return found


def _open_tasks(tx: Transaction, instance_id: UUID, seq: int, moment: Moment) -> list[OpenTask]:
    """What the engine had open, with what people made of it up to the event: who claimed it, who moved it."""
    waits = {wait.task_id: wait for wait in moment.waits if isinstance(wait, UserTaskWait)}
    if not waits:
        return []
    is_known_then = (journal.c.seq <= seq) | (
        (journal.c.type == "user_task.created") & (journal.c.seq < step_after(instance_id, seq))
    )
    query = (
        select(journal.c.type, journal.c.task_id, journal.c.payload)
        .where(journal.c.instance_id == instance_id, journal.c.task_id.in_(waits), is_known_then)
        .where(journal.c.type.startswith("user_task."))
        .order_by(journal.c.seq)
    )
    found = {task_id: _opened(wait) for task_id, wait in waits.items()}
    for row in tx.execute(query):
        known = found[row.task_id]
        if row.type == "user_task.created":
            found[row.task_id] = replace(known, user_task_id=row.payload.get("user_task_id"))
        else:
            found[row.task_id] = replace(known, **_moved(row.payload))
    return list(found.values())


def _opened(wait: UserTaskWait) -> OpenTask:
    values = {name: getattr(wait, name) for name in OpenTask.__dataclass_fields__ if name in _OF_WAIT}
    return OpenTask(user_task_id=None, owner=None, **values)


_OF_WAIT = frozenset(UserTaskWait.__dataclass_fields__)


def _moved(payload: Mapping[str, object]) -> dict[str, Any]:
    """What people changed, by member: `{"assignee": {"old": …, "new": …}}` in the journal."""
    changes: dict[str, Any] = {}
    for name in ("assignee", "owner", "due_at", "follow_up_at", "priority"):
        change = payload.get(name)
        if isinstance(change, Mapping) and "new" in change:
            new = change["new"]
            changes[name] = datetime.fromisoformat(new) if name.endswith("_at") and isinstance(new, str) else new
    return changes


def _unsealed(
    tx: Transaction, instance: ProcessInstance, states: Sequence[ReplayState], *, actor: Actor, now: datetime
) -> Sequence[ReplayState]:
    """The same with people's words in plain; one reading, journalled once."""
    kept = [_said(state) for state in states]
    place = {"process_instance_id": str(instance.id), "replayed_at": states[-1].event.seq}
    read = personal.unsealed(
        tx,
        kept,
        actor=actor,
        now=now,
        case_number=instance.case_number,
        subjects=personal.subjects_of(tx, instance.id),
        place=place,
    )
    return [_saying(state, said) for state, said in zip(states, read, strict=True)]


def _said(state: ReplayState) -> dict[str, Any]:
    """What people's words may stand in."""
    return {
        "payload": state.event.payload,
        "variables": state.variables,
        "tokens": [[token.local, token.inner] for token in state.tokens],
        "changes": [[change.old, change.new] for change in state.changes],
        "decisions": [decision.facts for decision in state.decisions],
    }


def _saying(state: ReplayState, said: Mapping[str, Any]) -> ReplayState:
    tokens = zip(state.tokens, said["tokens"], strict=True)
    changes = zip(state.changes, said["changes"], strict=True)
    decisions = zip(state.decisions, said["decisions"], strict=True)
    return replace(
        state,
        event=replace(state.event, payload=said["payload"]),
        variables=said["variables"],
        tokens=[replace(token, local=local, inner=inner) for token, (local, inner) in tokens],
        changes=[replace(change, old=old, new=new) for change, (old, new) in changes],
        decisions=[replace(decision, facts=facts) for decision, facts in decisions],
    )
