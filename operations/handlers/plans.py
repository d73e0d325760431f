"""Handlers of execution (CA03, CA04): plan, steps, progress feedback, quality."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from engine.handlers import Call, HandlerFailed
from engine.persistence.tables.user_tasks import user_task
from operations.case_entries import last_entry, record
from operations.cases import Case, move_to_stage, write_case
from operations.deadlines import cancel, meet, promise_at, replan
from operations.extensions import rearm_case
from operations.handlers.called_case import called_case
from operations.handlers.extending import extend_solution
from operations.messages import tell_customer, tell_group, tell_workers
from operations.moments import read_moment
from operations.plans import (
    PlanIncomplete,
    PlanStage,
    as_variables,
    read_stages,
    review_plan,
    set_step,
    step_of,
    store_plan,
)
from operations.terms import Circumstances, compute_term

REVIEWED_PRIORITIES = ("P1", "P2")
PROGRESS_TASK = "task_progress_feedback"
EXTENSION = "extension"


def plan_set(
    call: Call,
    *,
    stages: Sequence[object] | None = None,
    feedback_interval: str | None = None,
    proposal_required: bool | None = None,
    **fields: object,
) -> Mapping[str, object]:
    """Keep a new version of the execution plan (R009): each step has an owner and a due time."""
    tx, site = call.connection, call.site
    case = called_case(call)
    try:
        planned = read_stages(stages or (), default_department=case.lead_department or "customer_service")
    except (PlanIncomplete, ValueError) as error:
        raise HandlerFailed(str(error)) from error
    reason = fields.get("reason")
    version = store_plan(
        tx,
        case.number,
        planned,
        feedback_interval=None if feedback_interval == "standard" else feedback_interval,
        is_proposal_required=bool(proposal_required),
        reason_ref=reason if isinstance(reason, str) else None,
        actor=call.actor,
        now=site.now,
    )
    is_extension = _keep_extension(call, case, fields)
    _promise_steps(call, case, planned)
    move_to_stage(tx, case, "execution", actor=call.actor, now=site.now)
    needs_review = is_extension or case.priority in REVIEWED_PRIORITIES or case.complexity == "complex"
    return {"stages": as_variables(planned), "plan_version": version, "needs_review": needs_review}


def plan_reviewed(call: Call, *, approved: bool | None = None, **fields: object) -> None:
    """Keep the supervisor's answer to the plan; an approval grants the extension the plan asked for (A05)."""
    tx, site = call.connection, call.site
    case = called_case(call)
    record(tx, case.number, "plan_review", {"approved": approved, **fields}, actor=call.actor, now=site.now, site=site)
    review_plan(tx, case.number, is_approved=bool(approved), actor=call.actor, now=site.now)
    wish = case.facts.get(EXTENSION)
    if isinstance(wish, Mapping):
        write_case(tx, case.number, facts={name: value for name, value in case.facts.items() if name != EXTENSION})
    if not approved:
        tell_workers(call, case, "plan_rejected")
    elif isinstance(wish, Mapping):
        _grant(call, case, wish)


def step_started(call: Call, *, stage: object = None, step: object = None) -> None:
    """A step of the plan is in somebody's hands."""
    case = called_case(call)
    taken = step_of(step, default_department=case.lead_department or "")
    set_step(
        call.connection,
        case.number,
        stage=_name(stage),
        step=taken.key or _name(step),
        department=taken.department,
        state="started",
        now=call.site.now,
    )


def step_done(call: Call, *, stage: object = None, step: object = None, **fields: object) -> None:
    """Keep what was done in a step (R010); its promise is kept unless the step is blocked."""
    tx, site = call.connection, call.site
    case = called_case(call)
    taken = step_of(step, default_department=case.lead_department or "")
    details = {"stage": _name(stage), "step": taken.key or _name(step), "department": taken.department, **fields}
    record(tx, case.number, "step_result", details, actor=call.actor, now=site.now, site=site)
    if fields.get("problem") in ("blocked", "deviation"):
        return
    set_step(
        tx,
        case.number,
        stage=_name(stage),
        step=taken.key or _name(step),
        department=taken.department,
        state="done",
        now=site.now,
    )
    if taken.key:
        meet(tx, case.number, "step", object=taken.key, actor=call.actor, now=site.now)


def step_unblocked(
    call: Call,
    *,
    stage: object = None,
    step: object = None,
    decision: str | None = None,
    person: str | None = None,
    new_due: str | None = None,
    reason: str | None = None,
) -> None:
    """Keep how a blocked step goes on; a new due time moves its promise, not the customer's."""
    tx, site = call.connection, call.site
    case = called_case(call)
    key = step_of(step).key or _name(step)
    details = {"stage": _name(stage), "step": key, "problem": "unblocked", "decision": decision, "person": person}
    more = {"new_due": new_due, "reason": reason}
    record(tx, case.number, "step_result", details | more, actor=call.actor, now=site.now, site=site)
    due_at = read_moment(new_due)
    if due_at is not None:
        replan(tx, case, "step", due_at, object=key, actor=call.actor, now=site.now)
        rearm_case(tx, case.number, reason="step", instance_id=site.process_instance_id, now=site.now)


def step_cancelled(call: Call, *, stage: object = None, step: object = None, reason: str | None = None) -> None:
    """A supervisor approved that a step is not done: its promise ends without a breach."""
    tx, site = call.connection, call.site
    case = called_case(call)
    taken = step_of(step, default_department=case.lead_department or "")
    key = taken.key or _name(step)
    details = {"stage": _name(stage), "step": key, "problem": "cancelled", "reason": reason}
    record(tx, case.number, "step_result", details, actor=call.actor, now=site.now, site=site)
    set_step(
        tx,
        case.number,
        stage=_name(stage),
        step=key,
        department=taken.department,
        state="cancelled",
        now=site.now,
    )
    cancel(tx, case.number, "step", object=key, actor=call.actor, now=site.now)


def progress_gate(call: Call) -> Mapping[str, object]:
    """Say whether the customer is due a progress message and nobody is writing one (R012)."""
    tx, site = call.connection, call.site
    case = called_case(call)
    if _is_being_written(call):
        tell_group(call, case, "customer_service", "progress_due")
        return {"needed": False}
    last = last_entry(tx, case.number, "progress")
    if last is None:
        return {"needed": True}
    rule = case.promises.get("feedback", "progress.feedback")
    term = compute_term(tx, rule, Circumstances(case.priority, case.channel, case.received_at, last.at))
    return {"needed": term.due_at <= site.now}


def progress_given(
    call: Call,
    *,
    percent: float | None = None,
    text: str | None = None,
    next_step: str | None = None,
    next_feedback_at: str | None = None,
    **fields: object,
) -> None:
    """Keep a progress message and send it to the customer."""
    case = called_case(call)
    details = {"percent": percent, "text": text, "next_step": next_step, "next_feedback_at": next_feedback_at}
    record(
        call.connection,
        case.number,
        "progress",
        {**details, **fields},
        actor=call.actor,
        now=call.site.now,
        site=call.site,
    )
    shown = None if percent is None else f"{percent:g}"
    tell_customer(call, case, "progress", {"percent": shown, "text": text, "next_step": next_step})


def quality_result(call: Call, *, passed: bool | None = None, findings: str | None = None, **fields: object) -> None:
    """Keep the result of the quality check."""
    case = called_case(call)
    details = {"passed": passed, "findings": findings, **fields}
    record(call.connection, case.number, "quality", details, actor=call.actor, now=call.site.now, site=call.site)
    if not passed:
        tell_workers(call, case, "quality_failed")


def _keep_extension(call: Call, case: Case, fields: Mapping[str, object]) -> bool:
    if fields.get("extension_requested") not in (True, "yes"):
        return False
    wish = {"due": fields.get("extension_due"), "reason": fields.get("extension_reason")}
    write_case(call.connection, case.number, facts={**case.facts, EXTENSION: wish})
    return True


def _grant(call: Call, case: Case, wish: Mapping[str, object]) -> None:
    due, reason = read_moment(wish.get("due")), wish.get("reason")
    words = reason if isinstance(reason, str) else None
    if due is not None:
        extend_solution(call, case, due, reason=words, notice=words)


def _promise_steps(call: Call, case: Case, planned: Sequence[PlanStage]) -> None:
    tx, now = call.connection, call.site.now
    for stage in planned:
        for step in stage.steps:
            if step.due_at is not None:
                promise_at(
                    tx,
                    case,
                    "step",
                    step.due_at,
                    object=step.key,
                    actor=call.actor,
                    now=now,
                    readings=call.readings,
                )
    rearm_case(tx, case.number, reason="plan", instance_id=call.site.process_instance_id, now=now)


def _is_being_written(call: Call) -> bool:
    query = select(user_task.c.id).where(
        user_task.c.case_number == call.site.case_number,
        user_task.c.element_id == PROGRESS_TASK,
        user_task.c.state == "active",
    )
    return call.connection.execute(query.limit(1)).scalar_one_or_none() is not None


def _name(value: object) -> str:
    if isinstance(value, Mapping):
        return str(value.get("no") or value.get("name") or "")
    return "" if value is None else str(value)


HANDLERS = (
    plan_set,
    plan_reviewed,
    step_started,
    step_done,
    step_unblocked,
    step_cancelled,
    progress_gate,
    progress_given,
    quality_result,
)
