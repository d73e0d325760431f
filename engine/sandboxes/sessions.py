"""A sandbox while a move is made in it: locked, loaded, and afterwards written as one more step."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import orjson
from sqlalchemy import select

from engine import access
from engine.actors import Actor
from engine.backtests.candidates import Candidate, read_candidate
from engine.handlers import installed
from engine.persistence import sandboxes as rows
from engine.persistence.definitions import find_process
from engine.persistence.process_instances import compress
from engine.persistence.sandboxes import Sandbox, SandboxStep
from engine.persistence.tables.process_definitions import form_definition
from engine.persistence.transactions import Transaction
from engine.replay.executables import executable_of
from engine.sandboxes.environment import Answer, Question, SandboxEnvironment
from engine.sandboxes.errors import SandboxFull, SandboxNotFound, SandboxNothingOpen
from engine.sandboxes.playing import Play, move
from engine.spiff.inputs import Input
from engine.spiff.outcomes import UserTaskWait
from engine.spiff.runner import TaskUnknown, load_run, new_run
from engine.spiff.state_codec import StateUnreadable

MAX_STEPS = 300
MAX_BYTES = 10_000_000
ANSWERED = "answer"


@dataclass(frozen=True, slots=True)
class Session:
    """A sandbox with what is played in it. `number` is the step it stands at."""

    tx: Transaction
    sandbox: Sandbox
    play: Play
    number: int


def open_session(tx: Transaction, sandbox_id: UUID, *, actor: Actor, now: datetime) -> Session:
    """
    Lock a sandbox and load where it stands.

    Raises:
        NotPermitted: The actor does not deploy.
        SandboxNotFound: There is none, it is somebody else's, or it has expired.
    """
    found = require_sandbox(tx, sandbox_id, actor=actor, now=now, is_locked=True)
    return loaded(tx, found, actor=actor)


def loaded(tx: Transaction, found: Sandbox, *, actor: Actor) -> Session:
    """Load where a sandbox stands."""
    step = rows.last_step(tx, found.id)
    environment = environment_of(tx, found, actor=actor)
    environment.questions.update({each: Question(**cast("Any", asked)) for each, asked in step.questions.items()})
    executable = executable_of(tx, found.definition_id)
    try:
        run = load_run(executable, found.id, step.state, environment, case_number=found.case_number)
    except StateUnreadable as error:
        message = f"The sandbox {found.id} is of an older version of the engine; begin another."
        raise SandboxNotFound(message, sandbox_id=str(found.id)) from error
    return Session(tx, found, Play(run, environment, step.moment), step.number)


def begun(tx: Transaction, made: Sandbox, *, moment: datetime, actor: Actor) -> Session:
    """Load a sandbox in which nothing has happened yet."""
    environment = environment_of(tx, made, actor=actor)
    run = new_run(executable_of(tx, made.definition_id), made.id, environment, case_number=made.case_number)
    return Session(tx, made, Play(run, environment, moment), 0)


def require_sandbox(
    tx: Transaction, sandbox_id: UUID, *, actor: Actor, now: datetime, is_locked: bool = False
) -> Sandbox:
    """Read a sandbox of the actor's own. Raises as `open_session`."""
    access.require(actor, access.DEPLOY)
    found = rows.read_sandbox(tx, sandbox_id, actor.subject, now=now, is_locked=is_locked)
    if found is None:
        message = f"There is no sandbox {sandbox_id} of yours; it may have expired."
        raise SandboxNotFound(message, sandbox_id=str(sandbox_id))
    return found


def environment_of(tx: Transaction, found: Sandbox, *, actor: Actor) -> SandboxEnvironment:
    """Make the world the sandbox plays in."""
    answers = tuple(Answer(**cast("Any", told)) for told in rows.told_in(tx, found.id, ANSWERED))
    return SandboxEnvironment(
        tx, installed(), candidate_of(tx, found.definition_id), actor, answers, found.facts, found.is_automatic
    )


def candidate_of(tx: Transaction, definition_id: UUID) -> Candidate:
    """A draft brings its own decisions and processes; what is or was in use meets what is in use now."""
    definition = find_process(tx, definition_id)
    return read_candidate(tx, definition.deployment_id, {}) if definition.state == "draft" else Candidate()


def play_move(session: Session, given: Input) -> None:
    """
    Make a move.

    Raises:
        SandboxNothingOpen: Nothing waits for it.
    """
    play = session.play
    facts = {**play.run.variables, **session.sandbox.facts}
    play.environment.facts = facts
    try:
        move(play, given)
    except TaskUnknown as error:
        raise nothing_open(str(error)) from error


def nothing_open(task_id: str) -> SandboxNothingOpen:
    """Say that nothing waits under this id."""
    message = f"Nothing is open under '{task_id}', or not for this."
    return SandboxNothingOpen(message, task_id=task_id)


def write_step(session: Session, kind: str, told: Mapping[str, object]) -> None:
    """
    Keep what the move led to as one more step.

    Raises:
        SandboxFull: It has gone `MAX_STEPS`, or holds `MAX_BYTES`.
    """
    play = session.play
    if session.number >= MAX_STEPS:
        message = f"A sandbox goes at most {MAX_STEPS} steps."
        raise SandboxFull(message)
    questions = {each: asdict(asked) for each, asked in play.questions().items()}
    state = play.run.dump()
    step = SandboxStep(session.number + 1, kind, play.moment, told, tuple(play.events), questions, state)
    told_bytes = len(orjson.dumps((told, step.events, questions)))
    held = rows.total_size(session.tx, session.sandbox.id)
    if held + told_bytes + len(compress(state)) > MAX_BYTES:
        message = f"A sandbox holds at most {MAX_BYTES} bytes."
        raise SandboxFull(message)
    rows.insert_step(session.tx, session.sandbox.id, step, told_bytes=told_bytes)


def open_user_task(session: Session, task_id: str) -> UserTaskWait:
    """
    Find an open user task.

    Raises:
        SandboxNothingOpen: There is none under this id.
    """
    waits = (wait for wait in session.play.run.waits() if isinstance(wait, UserTaskWait))
    found = next((wait for wait in waits if wait.task_id == task_id), None)
    if found is None:
        raise nothing_open(task_id)
    return found


def form_of(session: Session, wait: UserTaskWait) -> bytes | None:
    """The form-js file of a user task: the draft's own, else the one it would be bound to now."""
    candidate, key = session.play.environment.candidate, wait.form_ref
    if key is None:
        return None
    query = select(form_definition.c.form).where(form_definition.c.key == key)
    query = query.order_by(form_definition.c.version.desc()).limit(1)
    if candidate.processes:
        own = find_process(session.tx, session.sandbox.definition_id).deployment_id
        content = session.tx.scalar(query.where(form_definition.c.deployment_id == own))
        if content is not None:
            return bytes(content)
    query = query.where(form_definition.c.activated_at.is_not(None))
    if wait.form_binding == "version" and (wait.form_version or "").isdecimal():
        query = query.where(form_definition.c.version == int(wait.form_version or "0"))
    content = session.tx.scalar(query)
    return None if content is None else bytes(content)
