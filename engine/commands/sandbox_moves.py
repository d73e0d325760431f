"""What who tries a version out may do in it: be everybody, answer for the world, and let time pass."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from engine.actors import Actor
from engine.commands.forms import validated
from engine.commands.variables import checked
from engine.persistence import sealing
from engine.persistence.ids import uuid7
from engine.persistence.transactions import Transaction
from engine.sandboxes import sessions
from engine.sandboxes.environment import Answer, Outcome
from engine.sandboxes.errors import SandboxClockInvalid, SandboxNothingOpen
from engine.sandboxes.playing import pass_time, upcoming
from engine.sandboxes.sessions import Session, nothing_open, open_session, play_move, write_step
from engine.spiff.inputs import (
    ExternalTaskCompletion,
    ExternalTaskError,
    MessageDelivery,
    Retry,
    SignalDelivery,
    UserTaskCompletion,
    VariablesChange,
)
from engine.spiff.outcomes import EventWait
from forms.validation import load_form

FARTHEST = timedelta(days=36_525)
_WORKER = "sandbox"


def complete_task(
    tx: Transaction,
    sandbox_id: UUID,
    task_id: str,
    variables: Mapping[str, object],
    *,
    played_as: str | None,
    actor: Actor,
    now: datetime,
) -> None:
    """
    Complete a user task as whoever it is for. Its form is checked; personal values are not kept, as in earnest.

    Args:
        played_as: Whom who tries it out pretends to be, for the trace.

    Raises:
        SandboxNothingOpen: No such task is open.
        FormInvalid: Each field that is wrong.
    """
    session = open_session(tx, sandbox_id, actor=actor, now=now)
    wait = sessions.open_user_task(session, task_id)
    values = _accepted(session, task_id, sessions.form_of(session, wait), checked(variables), now=now)
    play_move(session, UserTaskCompletion(task_id, values))
    told = {"task_id": task_id, "element_id": wait.element_id, "variables": values, "played_as": played_as}
    write_step(session, "completion", told)


def answer_question(
    tx: Transaction,
    sandbox_id: UUID,
    task_id: str,
    *,
    outcome: Outcome,
    value: object = None,
    code: str = "",
    message: str = "",
    is_remembered: bool = False,
    actor: Actor,
    now: datetime,
) -> None:
    """
    Answer what an element asks of the world, in place of its handler or function; it goes on with that.

    Args:
        value: A handler's outputs by name, or a function's value; with an error, variables that go with it.
        is_remembered: Whoever asks the same later gets the same answer.

    Raises:
        SandboxNothingOpen: The element asks nothing.
    """
    session = open_session(tx, sandbox_id, actor=actor, now=now)
    play = session.play
    asked = play.questions().get(task_id)
    if asked is None:
        raise nothing_open(task_id)
    whose = None if is_remembered else task_id
    told = checked({"value": value})["value"]
    answer = Answer(asked.kind, asked.name, whose, outcome, asked.inputs, told, code, message)
    play.environment.answers = (*play.environment.answers, answer)
    play.environment.questions.pop(task_id)
    play_move(session, Retry(task_id))
    write_step(session, sessions.ANSWERED, asdict(answer))


def finish_external_task(
    tx: Transaction,
    sandbox_id: UUID,
    task_id: str,
    variables: Mapping[str, object],
    *,
    error_code: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Do what a worker outside would do, or throw its BPMN error."""
    session = open_session(tx, sandbox_id, actor=actor, now=now)
    values = checked(variables)
    if error_code is None:
        play_move(session, ExternalTaskCompletion(task_id, _WORKER, values, {}))
    else:
        play_move(session, ExternalTaskError(task_id, _WORKER, error_code, error_code, values))
    write_step(session, "external", {"task_id": task_id, "variables": values, "error_code": error_code})


def send_message(
    tx: Transaction, sandbox_id: UUID, task_id: str, variables: Mapping[str, object], *, actor: Actor, now: datetime
) -> None:
    """Send what the event `task_id` waits for: its message, or its signal to all that hear it."""
    session = open_session(tx, sandbox_id, actor=actor, now=now)
    values = checked(variables)
    waits = (wait for wait in session.play.run.waits() if isinstance(wait, EventWait))
    found = next((wait for wait in waits if wait.task_id == task_id and wait.kind != "conditional"), None)
    if found is None:
        raise nothing_open(task_id)
    if found.kind == "message":
        play_move(session, MessageDelivery(task_id, found.name, values))
    else:
        play_move(session, SignalDelivery(found.name, values))
    write_step(session, found.kind, {"task_id": task_id, "name": found.name, "variables": values})


def retry_element(tx: Transaction, sandbox_id: UUID, task_id: str, *, actor: Actor, now: datetime) -> None:
    """Try again what failed."""
    session = open_session(tx, sandbox_id, actor=actor, now=now)
    session.play.environment.questions.pop(task_id, None)
    play_move(session, Retry(task_id))
    write_step(session, "retry", {"task_id": task_id})


def set_sandbox_variables(
    tx: Transaction, sandbox_id: UUID, variables: Mapping[str, object], *, actor: Actor, now: datetime
) -> None:
    """Change variables of the process; conditional events hear it."""
    session = open_session(tx, sandbox_id, actor=actor, now=now)
    values = checked(variables)
    play_move(session, VariablesChange(values))
    write_step(session, "variables", {"variables": values})


def advance_clock(tx: Transaction, sandbox_id: UUID, until: datetime | None, *, actor: Actor, now: datetime) -> None:
    """
    Let time pass until a moment, or until the next thing is due; what falls due on the way goes off at its own time.

    Raises:
        SandboxClockInvalid: The moment lies behind, or too far ahead.
        SandboxNothingOpen: No moment is given and nothing has a time.
    """
    session = open_session(tx, sandbox_id, actor=actor, now=now)
    play = session.play
    if until is None:
        due = next(iter(upcoming(play.run)), None)
        if due is None:
            message = "Nothing in the sandbox waits for a time."
            raise SandboxNothingOpen(message)
        until = max(due.due_at, play.moment)
    if not play.moment <= until <= now + FARTHEST:
        message = f"The clock stands at {play.moment.isoformat()}; it goes forward, by at most a hundred years."
        raise SandboxClockInvalid(message, moment=play.moment.isoformat())
    play.environment.facts = {**play.run.variables, **session.sandbox.facts}
    pass_time(play, until)
    write_step(session, "clock", {"until": until.isoformat()})


def _accepted(
    session: Session, task_id: str, form: bytes | None, values: dict[str, object], *, now: datetime
) -> dict[str, object]:
    """Check against the form; what would be sealed is replaced by a reference behind which there is nothing."""
    if form is None:
        return values
    seen = session.play.run.task_variables(task_id)
    valid = validated(load_form(form), values, seen=seen, now=session.play.moment)
    return valid.sealed(lambda _path, value: value if value in (None, "") else f"{sealing.PREFIX}{uuid7(now)}")
