"""BP01 and BP02 as people went through them, tried again under their own and under changed versions."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from engine import handlers
from engine.actors import system
from engine.backtests.candidates import Candidate, read_candidate
from engine.backtests.cases import backtest_case
from engine.backtests.verdicts import Finding
from engine.commands.deployments import deploy
from engine.persistence.tables.process_definitions import process_definition
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.transactions import reading, transaction
from operations import mail_settings
from operations.errors import CommitmentNotFound, CommitmentValueInvalid
from operations.registry import build_registry
from operations.supposed_commitments import check_supposed
from operations.tracking import SurveyReply, answer_result, answer_survey
from tests.operations.house import House
from tests.operations.test_complaint_process import complain, do
from tests.processes.complaining import DISSATISFIED

ROOT = Path(__file__).parents[2]
REQUEST = ROOT / "processes/service_request/service_request.bpmn"
COMPLAINT = ROOT / "processes/complaint_handling/complaint_handling.bpmn"
TASK = '<bpmn:userTask id="task_new" name="新任务 / New task" camunda:candidateGroups="manager">'


@dataclass(frozen=True, slots=True)
class Change:
    """
    One change of a diagram, and what it makes of the cases.

    Attributes:
        edits: Text after by text before.
        expected: How many cases get which verdict at which element.
        breaches: Promises broken more.
    """

    edits: Mapping[str, str]
    expected: Mapping[tuple[str, str | None], int]
    renamed: Mapping[str, str] = field(default_factory=dict)
    breaches: int = 0


@pytest.fixture
def house(database: Engine, owner_engine: Engine) -> Iterator[House]:
    mail_settings.configure(public_url="https://service.example", mail=None)
    registry, before = build_registry(), handlers.installed()
    handlers.install(registry)
    opened = House()
    opened.open(registry, owner_engine)
    yield opened
    handlers.install(before)
    mail_settings.configure(public_url="https://service.example", mail=None)


def confirm(house: House, token: str, *, is_confirmed: bool = True, reason: str | None = None) -> None:
    with transaction() as tx:
        answer_result(tx, token, is_confirmed=is_confirmed, reason=reason, now=house.now)
    house.settle()


def served(house: House, *, rejected: int = 0, days: float = 0) -> None:
    """A request that was confirmed after some rejections and some days; the customer answers the survey."""
    submitted = house.submit()
    house.pass_time(days=days)
    house.play(submitted.case_number, until="confirm_form")
    for _ in range(rejected):
        confirm(house, submitted.tracking_token, is_confirmed=False, reason="还是不能打印")
        house.play(submitted.case_number, until="confirm_form")
    confirm(house, submitted.tracking_token)
    house.pass_time(days=1)
    with transaction() as tx:
        answer_survey(tx, submitted.tracking_token, SurveyReply(5, 4, 5, 5), now=house.now)
    house.settle()
    house.play(submitted.case_number)


def tried(candidate: Candidate, key: str | None = None) -> list[Finding]:
    query = select(process_instance.c.id).join(
        process_definition, process_definition.c.id == process_instance.c.definition_id
    )
    query = query.where(process_instance.c.state.in_(("completed", "cancelled")))
    query = query if key is None else query.where(process_definition.c.key == key)
    with reading() as tx:
        return [backtest_case(tx, each, candidate) for each in tx.scalars(query).all()]


def changed(path: Path, change: Change) -> list[Finding]:
    content = path.read_text()
    for before, after in change.edits.items():
        assert before in content
        content = content.replace(before, after)
    with transaction() as tx:
        files = {path.name: content.encode()}
        drafted = deploy(tx, files, registry=build_registry(), is_draft=True, actor=system("test"), now=House().now)
        candidate = read_candidate(tx, drafted.id, change.renamed)
    return tried(candidate, path.stem)


def complained(house: House, *, is_satisfied: bool, days: float = 0) -> None:
    """A complaint that was answered after some days, visited and archived; or came to the leadership."""
    number = complain(house)
    house.pass_time(days=days)
    answers = {} if is_satisfied else {"visit_form": DISSATISFIED}
    for _ in range(1 if is_satisfied else 3):
        do(house, number, **answers)
        house.pass_time(days=4)
    do(house, number, **answers)


def test_every_ended_case_of_the_house_is_identical_under_its_own_version(house: House) -> None:
    served(house, rejected=1, days=1.5)
    complained(house, is_satisfied=True, days=2)
    complained(house, is_satisfied=False)

    found = tried(Candidate())

    assert [(each.element_id, each.detail) for each in found if each.verdict != "identical"] == []
    assert sum(len(each.deadlines) + len(each.decisions) for each in found) == 0
    assert len(found) == 3


def inserted(flow: str, source: str, target: str, kind: str) -> dict[str, str]:
    """A new task on a sequence flow."""
    incoming, there = f"<bpmn:incoming>{flow}</bpmn:incoming>", f'<bpmn:{kind} id="{target}"'
    task = f"{TASK}{incoming}<bpmn:outgoing>flow_new</bpmn:outgoing></bpmn:userTask>"
    more = f'<bpmn:sequenceFlow id="flow_new" sourceRef="task_new" targetRef="{target}" />'
    return {
        incoming: "<bpmn:incoming>flow_new</bpmn:incoming>",
        there: task + there,
        f'sourceRef="{source}" targetRef="{target}" />': f'sourceRef="{source}" targetRef="task_new" />{more}',
    }


SAME = ("identical", None)
RESULT = {'"service_outcome"': '"service_result"', ">service_outcome<": ">service_result<"}
BOARD = {'"task_executive_review"': '"task_board_review"'}
REQUEST_CHANGES = {
    "label changed": Change({'name="登记结果 / Record': 'name="记下结果 / Record'}, {SAME: 3}),
    "limit moved": Change(
        {"=rework_allowed = true<": "=rework_allowed = true and rework_count &lt; 2<"},
        {SAME: 2, ("input_missing", "task_manager_ruling"): 1},
    ),
    "task inserted": Change(
        inserted("flow_call_survey_to_call_archive", "call_survey", "call_archive", "callActivity"),
        {("input_missing", "task_new"): 3},
    ),
    "element renamed": Change(RESULT, {("input_missing", "service_result"): 3}),
    "element renamed and mapped": Change(RESULT, {SAME: 3}, {"service_outcome": "service_result"}),
    "condition misspelt": Change(
        {'=confirmation = "rejected"<': '=confirmatoin = "rejected"<'}, {SAME: 2, ("input_unused", "task_plan"): 1}
    ),
    "deadline halved": Change(  # 24 of 48 hours
        {'=deadline("solution")<': '=date and time(deadline("solution")) - duration("PT24H")<'},
        {SAME: 2, ("input_missing", "es_breach_solution"): 1},
        breaches=1,
    ),
}
COMPLAINT_CHANGES = {
    "label changed": Change({'name="制定解决方案 / ': 'name="方案 / '}, {SAME: 3}),
    "limit moved": Change({"=raise_level &gt; 0<": "=raise_level &gt;= 0<"}, {("input_missing", "par_raise"): 3}),
    "task inserted": Change(
        inserted("flow_gw_staff_to_gw_improve", "gw_staff", "gw_improve", "exclusiveGateway"),
        {("input_missing", "task_new"): 3},
    ),
    "element renamed": Change(BOARD, {SAME: 2, ("input_missing", "task_board_review"): 1}),
    "element renamed and mapped": Change(BOARD, {SAME: 3}, {"task_executive_review": "task_board_review"}),
    "condition misspelt": Change({"=raise_level &gt; 0<": "=riase_level &gt; 0<"}, {("error", "gw_raise"): 3}),
    "deadline halved": Change(
        {'=deadline("complaint.reply")<': '=date and time(deadline("complaint.reply")) - duration("PT36H")<'},
        {SAME: 2, ("input_missing", "es_breach_complaint_reply"): 1},
        breaches=2,  # in each of the two rounds that the customer's no began
    ),
}


def outcomes(path: Path, changes: Mapping[str, Change]) -> dict[str, tuple[dict[tuple[str, str | None], int], int]]:
    found = {name: changed(path, change) for name, change in changes.items()}
    return {
        name: (
            dict(Counter((each.verdict, each.element_id) for each in cases)),
            sum(each.is_breached and not each.was_breached for case in cases for each in case.deadlines),
        )
        for name, cases in found.items()
    }


def test_each_change_of_the_request_process_has_its_verdicts(house: House) -> None:
    served(house)
    served(house, rejected=2)
    served(house, days=1.5)

    found = outcomes(REQUEST, REQUEST_CHANGES)

    assert found == {name: (change.expected, change.breaches) for name, change in REQUEST_CHANGES.items()}


def test_each_change_of_the_complaint_process_has_its_verdicts(house: House) -> None:
    complained(house, is_satisfied=True)
    complained(house, is_satisfied=False)
    complained(house, is_satisfied=True, days=2)

    found = outcomes(COMPLAINT, COMPLAINT_CHANGES)

    assert found == {name: (change.expected, change.breaches) for name, change in COMPLAINT_CHANGES.items()}


def test_a_commitment_that_is_supposed_shorter_moves_its_promises_and_gains_breaches(house: House) -> None:
    served(house, days=1)

    same = tried(Candidate(commitments={"feedback.interval": "PT24H"}), "service_request")
    shorter = tried(Candidate(commitments={"solution.p3": "PT2H"}), "service_request")

    assert [(each.verdict, each.deadlines) for each in same] == [("identical", ())]
    (found,) = shorter
    moved = {(each.element_id, each.was_breached, each.is_breached) for each in found.deadlines}
    assert any(is_broken and not was_broken for _, was_broken, is_broken in moved), moved


def test_commitments_that_the_register_could_not_hold_are_refused(house: House) -> None:
    with transaction() as tx:
        check_supposed(tx, {"solution.p3": "PT2H"})
        with pytest.raises(CommitmentNotFound):
            check_supposed(tx, {"solution.p9": "PT2H"})
        with pytest.raises(CommitmentValueInvalid):
            check_supposed(tx, {"solution.p3": "soon"})
