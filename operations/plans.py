"""Execution plans: stages of steps, each with an owner and a due time, in numbered versions (R009, R011)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from engine.actors import Actor
from engine.history import journal
from engine.persistence.transactions import Transaction
from operations.moments import read_moment
from operations.tables.cases import case_plan, case_step


@dataclass(frozen=True, slots=True)
class PlanStep:
    """
    A step.

    Attributes:
        key: The object of its promise, `step:<stage>.<step>`.
        facts: The form's other fields (person, standard, deliverable): codes and sealed references.
    """

    no: int
    name: str | None
    department: str
    due_at: datetime | None
    key: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PlanStage:
    """A stage; its steps run side by side, the stages one after the other."""

    no: int
    name: str | None
    steps: tuple[PlanStep, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """One version of a case's plan."""

    case_number: str
    version: int
    stages: Sequence[Mapping[str, object]]
    feedback_interval: str | None
    is_proposal_required: bool
    created_at: datetime
    created_by: str
    is_approved: bool | None
    reviewed_by: str | None


class PlanIncomplete(ValueError):
    """The plan has no stage, a stage without steps, or too many of either."""


_MOST = 50


def read_stages(stages: Sequence[object], *, default_department: str) -> tuple[PlanStage, ...]:
    """
    Number the stages and steps of `plan_form`; a step without a department falls to the lead.

    Raises:
        PlanIncomplete: Nothing to do, or too much.
    """
    if not 0 < len(stages) <= _MOST:
        message = f"a plan has 1 to {_MOST} stages"
        raise PlanIncomplete(message)
    return tuple(_stage(number, _mapping(stage), default_department) for number, stage in enumerate(stages, start=1))


def as_variables(stages: Sequence[PlanStage]) -> list[dict[str, object]]:
    """Say the plan in the variables that the diagrams iterate over."""
    return [
        {
            "no": stage.no,
            "name": stage.name,
            "steps": [
                {
                    **step.facts,
                    "no": step.no,
                    "name": step.name,
                    "department": step.department,
                    "due": None if step.due_at is None else step.due_at.isoformat(),
                    "object": step.key,
                }
                for step in stage.steps
            ],
        }
        for stage in stages
    ]


def store_plan(
    tx: Transaction,
    case_number: str,
    stages: Sequence[PlanStage],
    *,
    feedback_interval: str | None,
    is_proposal_required: bool,
    reason_ref: str | None,
    actor: Actor,
    now: datetime,
) -> int:
    """Keep a new version and return its number; the versions before stay readable."""
    query = select(func.coalesce(func.max(case_plan.c.version), 0)).where(case_plan.c.case_number == case_number)
    version = int(tx.execute(query).scalar_one()) + 1
    tx.execute(
        insert(case_plan).values(
            case_number=case_number,
            version=version,
            stages=as_variables(stages),
            feedback_interval=feedback_interval,
            is_proposal_required=is_proposal_required,
            reason_ref=reason_ref,
            created_at=now,
            created_by=actor.subject,
        )
    )
    payload = {"version": version, "stages": len(stages), "steps": sum(len(stage.steps) for stage in stages)}
    journal.append(tx, "plan.made", actor=actor, now=now, payload=payload, case_number=case_number)
    return version


def review_plan(tx: Transaction, case_number: str, *, is_approved: bool, actor: Actor, now: datetime) -> None:
    """Note the supervisor's answer to the newest version."""
    plan = find_plan(tx, case_number)
    if plan is None:
        return
    tx.execute(
        update(case_plan)
        .where(case_plan.c.case_number == case_number, case_plan.c.version == plan.version)
        .values(is_approved=is_approved, reviewed_at=now, reviewed_by=actor.subject)
    )
    payload = {"version": plan.version, "approved": is_approved}
    journal.append(tx, "plan.reviewed", actor=actor, now=now, payload=payload, case_number=case_number)


def find_plan(tx: Transaction, case_number: str) -> Plan | None:
    """Read the newest version."""
    return next(iter(list_plans(tx, case_number)), None)


def list_plans(tx: Transaction, case_number: str) -> tuple[Plan, ...]:
    """Read all versions, newest first."""
    query = select(*_COLUMNS).where(case_plan.c.case_number == case_number).order_by(case_plan.c.version.desc())
    return tuple(_plan(row) for row in tx.execute(query))


def set_step(
    tx: Transaction, case_number: str, *, stage: str, step: str, department: str, state: str, now: datetime
) -> None:
    """Note that a step was taken up or ended, under the newest version of the plan."""
    plan = find_plan(tx, case_number)
    moments = {"started_at": now} if state == "started" else {"ended_at": now}
    tx.execute(
        upsert(case_step)
        .values(
            case_number=case_number,
            plan_version=0 if plan is None else plan.version,
            stage=stage,
            step=step,
            department=department,
            state=state,
            **moments,
        )
        .on_conflict_do_update(
            index_elements=["case_number", "plan_version", "stage", "step"], set_={"state": state, **moments}
        )
    )


def step_of(value: object, *, default_department: str = "") -> PlanStep:
    """Read a step as the diagrams hand it back; a bare text is its object."""
    if not isinstance(value, Mapping):
        return PlanStep(0, None, default_department, None, "" if value is None else str(value), {})
    return replace(_step(0, 0, value, default_department), key=str(value.get("object") or ""))


_COLUMNS = tuple(case_plan.c[name] for name in Plan.__dataclass_fields__)
_OWN = frozenset({"no", "name", "department", "due", "object"})


def _plan(row: Row[Any]) -> Plan:
    return Plan(**row._mapping)


def _stage(number: int, stage: Mapping[str, object], default_department: str) -> PlanStage:
    steps = stage.get("steps")
    if not isinstance(steps, list) or not 0 < len(steps) <= _MOST:
        message = f"stage {number} needs 1 to {_MOST} steps"
        raise PlanIncomplete(message)
    read = tuple(
        _step(number, position, _mapping(step), default_department) for position, step in enumerate(steps, start=1)
    )
    return PlanStage(number, _text(stage.get("name")), read)


def _step(stage: int, position: int, step: Mapping[str, object], default_department: str) -> PlanStep:
    due = step.get("due")
    return PlanStep(
        position,
        _text(step.get("name")),
        _text(step.get("department")) or default_department,
        read_moment(due),
        f"step:{stage}.{position}",
        {name: value for name, value in step.items() if name not in _OWN and value is not None},
    )


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        message = "stages and steps are tables of fields"
        raise PlanIncomplete(message)
    return value


def _text(value: object) -> str | None:
    return None if value is None else str(value)
