"""Reading sandboxes: where one stands, what it waits for, and what happened in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import select

from engine import access
from engine.actors import Actor
from engine.errors import FormNotFound
from engine.persistence import sandboxes as rows
from engine.persistence.sandboxes import Sandbox
from engine.persistence.tables.process_definitions import process_definition
from engine.persistence.tables.sandboxes import sandbox_step
from engine.persistence.transactions import Transaction
from engine.queries.pages import Page, limited, page_of
from engine.sandboxes.environment import Question
from engine.sandboxes.playing import upcoming
from engine.sandboxes.sessions import Session, form_of, loaded, open_user_task, require_sandbox
from engine.spiff.outcomes import Due, EventWait, ExternalTaskWait, IncidentWait, Token, UserTaskWait

__all__ = ["Sandbox", "SandboxState", "list_sandboxes", "list_steps", "read_sandbox", "read_sandbox_form"]


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """A parked element; with a `question`, it goes on as soon as that is answered."""

    wait: IncidentWait
    question: Question | None


@dataclass(frozen=True, slots=True)
class SandboxState:
    """
    Where a sandbox stands.

    Attributes:
        moment: The sandbox's own time.
        steps: How many were made; the first is the start, which cannot be undone.
        dues: What goes off by itself, earliest first.
    """

    sandbox: Sandbox
    definition_key: str
    definition_name: str | None
    definition_version: int
    moment: datetime
    steps: int
    is_completed: bool
    business_key: str | None
    variables: Mapping[str, object]
    tokens: Sequence[Token]
    user_tasks: Sequence[UserTaskWait]
    external_tasks: Sequence[ExternalTaskWait]
    events: Sequence[EventWait]
    incidents: Sequence[OpenIncident]
    dues: Sequence[Due]


@dataclass(frozen=True, slots=True)
class OwnSandbox:
    """A sandbox in the list."""

    id: UUID
    definition_id: UUID
    definition_key: str
    definition_name: str | None
    definition_version: int
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SandboxForm:
    """What is needed to draw a task's form, as of a task in earnest."""

    form: Mapping[str, object] | None
    form_key: str | None
    form_ref: str | None
    variables: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SandboxMove:
    """One step of the trace; `events` are what followed from what was `told`."""

    number: int
    kind: str
    moment: datetime
    told: Mapping[str, object]
    events: Sequence[Mapping[str, object]]


_DEFINITION = (process_definition.c.key, process_definition.c.name, process_definition.c.version)
_MOVE = select(*(sandbox_step.c[name] for name in SandboxMove.__dataclass_fields__))


def list_sandboxes(tx: Transaction, *, actor: Actor, now: datetime) -> tuple[OwnSandbox, ...]:
    """List the actor's own, newest first."""
    access.require(actor, access.DEPLOY)
    found = rows.list_owned(tx, actor.subject, now=now)
    wanted = select(process_definition.c.id, *_DEFINITION).where(
        process_definition.c.id.in_([each.definition_id for each in found])
    )
    names = {row.id: (row.key, row.name, row.version) for row in tx.execute(wanted)}
    return tuple(
        OwnSandbox(each.id, each.definition_id, *names[each.definition_id], each.created_at, each.expires_at)
        for each in found
    )


def read_sandbox(tx: Transaction, sandbox_id: UUID, *, actor: Actor, now: datetime) -> SandboxState:
    """
    Read where a sandbox stands; nothing runs.

    Raises:
        SandboxNotFound: There is none, it is somebody else's, or it has expired.
    """
    session = _loaded(tx, sandbox_id, actor=actor, now=now)
    found, play, run = session.sandbox, session.play, session.play.run
    key, name, version = tx.execute(select(*_DEFINITION).where(process_definition.c.id == found.definition_id)).one()
    waits, questions = run.waits(), play.questions()
    incidents = [each for each in waits if isinstance(each, IncidentWait)]
    return SandboxState(
        sandbox=found,
        definition_key=key,
        definition_name=name,
        definition_version=version,
        moment=play.moment,
        steps=session.number,
        is_completed=run.is_completed,
        business_key=run.business_key,
        variables=run.variables,
        tokens=run.tokens(),
        user_tasks=[each for each in waits if isinstance(each, UserTaskWait)],
        external_tasks=[each for each in waits if isinstance(each, ExternalTaskWait)],
        events=[each for each in waits if isinstance(each, EventWait)],
        incidents=[OpenIncident(each, questions.get(each.task_id)) for each in incidents],
        dues=upcoming(run),
    )


def read_sandbox_form(tx: Transaction, sandbox_id: UUID, task_id: str, *, actor: Actor, now: datetime) -> SandboxForm:
    """
    Read what is needed to draw the form of an open task.

    Raises:
        SandboxNothingOpen: No such task is open.
        FormNotFound: It has neither form nor form key.
    """
    session = _loaded(tx, sandbox_id, actor=actor, now=now)
    wait = open_user_task(session, task_id)
    if wait.form_ref is None and wait.form_key is None:
        message = f"The task '{wait.element_id}' has no form."
        raise FormNotFound(message, task_id=task_id)
    content = form_of(session, wait)
    form = None if content is None else orjson.loads(content)
    return SandboxForm(form, wait.form_key, wait.form_ref, session.play.run.task_variables(task_id))


def list_steps(
    tx: Transaction,
    sandbox_id: UUID,
    *,
    actor: Actor,
    now: datetime,
    after: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> Page[SandboxMove]:
    """List what happened, the latest step first."""
    require_sandbox(tx, sandbox_id, actor=actor, now=now)
    query = _MOVE.where(sandbox_step.c.sandbox_id == sandbox_id).order_by(sandbox_step.c.number.desc())
    if after is not None:
        query = query.where(sandbox_step.c.number < int(after[0]))
    size = limited(limit)
    items = [SandboxMove(*tuple(row)) for row in tx.execute(query.limit(size + 1))]
    return page_of(items, size, lambda last: (str(last.number),))


def _loaded(tx: Transaction, sandbox_id: UUID, *, actor: Actor, now: datetime) -> Session:
    return loaded(tx, require_sandbox(tx, sandbox_id, actor=actor, now=now), actor=actor)
