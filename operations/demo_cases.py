"""Example cases, played to different stages through the same commands that people use. Development only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Row, select

from engine.actors import Actor
from engine.commands.user_tasks import complete_user_task
from engine.persistence.tables.user_tasks import user_task
from engine.persistence.transactions import Transaction
from operations.cases import Case, get_case
from operations.complaint_submission import ComplaintDraft, submit_complaint
from operations.customers import Contact
from operations.deadline_records import find_deadline
from operations.demo_answers import RESPONDED, answers_to
from operations.requests import RequestDraft, SubmittedRequest, submit_request
from operations.tracking import withdraw_case
from operations.tracking_tokens import customer_actor

MOST_TASKS = 60


@dataclass(frozen=True, slots=True)
class Example:
    """
    A case to play.

    Attributes:
        until: Form of the task that stays open, `None` to go as far as no timer is needed.
        answers: What is answered otherwise than usual, by form.
    """

    draft: RequestDraft | ComplaintDraft
    until: str | None
    answers: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A task of a case, and what somebody who may do it answers."""

    user_task_id: UUID
    form: str
    values: Mapping[str, object]
    actor: Actor


EXAMPLES = (
    Example(
        RequestDraft(
            "web_form",
            Contact("刘洋", "13900001111", "liu.yang@example.com"),
            "fault",
            "打印机无法打印",
            "三楼的打印机显示卡纸,清理之后仍然无法打印。",
            consent_survey=True,
        ),
        "assessment_form",
    ),
    Example(
        RequestDraft(
            "phone",
            Contact("何倩", "13900002222"),
            "technical",
            "系统无法登录",
            "全公司都无法登录业务系统。",
            consent_survey=True,
        ),
        "accept_form",
        {
            "assessment_form": {
                "nature": "defect",
                "request_type": "technical",
                "urgency": "high",
                "impact": "wide",
                "complexity": "complex",
                "triage_outcome": "valid",
            }
        },
    ),
    Example(
        RequestDraft(
            "email",
            Contact("Emma Clark", None, "emma.clark@example.com"),
            "fault",
            "Scanner makes stripes",
            "Every scan has a dark stripe on the left.",
            consent_survey=False,
            language="en",
        ),
        "step_form",
    ),
    Example(
        RequestDraft(
            "counter",
            Contact("吕明", "13900003333"),
            "fault",
            "门禁卡失效",
            "新办的门禁卡刷不开门。",
            consent_survey=True,
        ),
        "confirm_form",
    ),
    Example(
        RequestDraft(
            "phone", Contact("施雨", "13900004444"), "fault", "空调漏水", "会议室空调漏水。", consent_survey=False
        ),
        None,
    ),
    Example(
        RequestDraft("app", Contact("曹阳", "13900005555"), "fault", "网络很慢", "下午网络很慢。", consent_survey=True),
        "accept_form",
        is_withdrawn=True,
    ),
    Example(
        ComplaintDraft(
            RequestDraft(
                "web_form",
                Contact("孔琳", "13900006666", "kong.lin@example.com"),
                "complaint",
                "约好的时间没有人来",
                "连续两次约好上门时间,都没有人来,也没有通知。",
                consent_survey=True,
            ),
            "delay",
            expectation="道歉并尽快上门",
        ),
        "complaint_response",
    ),
    Example(
        ComplaintDraft(
            RequestDraft(
                "phone",
                Contact("James Lee", None, "james.lee@example.com"),
                "complaint",
                "Repaired twice, still broken",
                "The printer was repaired twice and jams again.",
                consent_survey=False,
                language="en",
            ),
            "quality",
            expectation="A repair that lasts",
        ),
        "investigation_form",
    ),
    Example(
        ComplaintDraft(
            RequestDraft(
                "counter",
                Contact("金晶", "13900007777"),
                "complaint",
                "与配送人员发生争执",
                "双方对是否按时送达说法不一。",
                consent_survey=True,
            ),
            "quality",
            two_parties=True,
        ),
        "statement_form",
        {"complaint_response": RESPONDED | {"two_parties": True}},
    ),
)


def play_demo_cases(
    tx: Transaction, actors: Sequence[Actor], *, examples: Sequence[Example] = EXAMPLES, now: datetime
) -> tuple[SubmittedRequest, ...]:
    """
    Play every example; the first ones began an hour ago.

    Args:
        actors: The demo people; each task is done by the first who is a candidate for it.
    """
    agent = next(actor for actor in actors if "customer_service" in actor.groups)
    submitted: list[SubmittedRequest] = []
    for position, example in enumerate(examples):
        begun = now - timedelta(minutes=60 - 5 * position)
        request = _submit(tx, example.draft, actor=agent, now=begun)
        play(tx, request.case_number, actors, until=example.until, answers=example.answers, now=begun)
        if example.is_withdrawn:
            withdraw_case(tx, request.tracking_token, now=begun + timedelta(minutes=5))
        submitted.append(request)
    return tuple(submitted)


def _submit(tx: Transaction, draft: RequestDraft | ComplaintDraft, *, actor: Actor, now: datetime) -> SubmittedRequest:
    if isinstance(draft, ComplaintDraft):
        return submit_complaint(tx, draft, actor=actor, now=now)
    return submit_request(tx, draft, actor=actor, now=now)


def play(
    tx: Transaction,
    case_number: str,
    actors: Sequence[Actor],
    *,
    until: str | None = None,
    answers: Mapping[str, Mapping[str, object]] | None = None,
    now: datetime,
) -> tuple[str, ...]:
    """Complete the open tasks of a case, oldest first, until `until` is next; which forms were done, in order."""
    done: list[str] = []
    while len(done) < MOST_TASKS:
        step = next_step(tx, case_number, actors, until=until, answers=answers, now=now)
        if step is None:
            break
        complete_user_task(tx, step.user_task_id, step.values, actor=step.actor, now=now)
        done.append(step.form)
    return tuple(done)


def next_step(
    tx: Transaction,
    case_number: str,
    actors: Sequence[Actor],
    *,
    until: str | None = None,
    answers: Mapping[str, Mapping[str, object]] | None = None,
    now: datetime,
) -> Step | None:
    """What is done next in a case: its oldest open task; `None` when there is none, or its form is `until`."""
    task = next(iter(_open_tasks(tx, case_number)), None)
    if task is None or task.form_ref == until:
        return None
    case = get_case(tx, case_number)
    values = (answers or {}).get(task.form_ref) or _usual(tx, case, task.form_ref, now=now)
    return Step(task.id, task.form_ref, values, _candidate(task, case, actors))


def _usual(tx: Transaction, case: Case, form: str, *, now: datetime) -> dict[str, object]:
    promised = find_deadline(tx, case.number, "solution")
    due_at = promised.due_at if promised is not None else now + timedelta(hours=48)
    department = case.lead_department or _DEPARTMENT_OF.get(case.priority, "tech_support")
    return answers_to(form, department=department, due_at=due_at, now=now)


_DEPARTMENT_OF = {"P1": "priority_team", "P2": "priority_team"}


def _open_tasks(tx: Transaction, case_number: str) -> Sequence[Row[tuple[object, ...]]]:
    query = (
        select(user_task.c.id, user_task.c.form_ref, user_task.c.assignee, user_task.c.candidate_groups)
        .where(user_task.c.case_number == case_number, user_task.c.state == "active")
        .order_by(user_task.c.created_at, user_task.c.id)
    )
    return tx.execute(query).all()  # type: ignore[return-value]  # the columns of the select


def _candidate(task: Row[tuple[object, ...]], case: Case, actors: Sequence[Actor]) -> Actor:
    groups = set(task.candidate_groups)
    if case.subject in groups:
        return customer_actor(case, origin="demo")
    return next(actor for actor in actors if actor.subject == task.assignee or not groups.isdisjoint(actor.groups))
