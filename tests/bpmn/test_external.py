from uuid import UUID

import pytest
from sqlalchemy import select

from engine.commands import external_tasks as commands
from engine.commands.external_tasks import FetchedTask, Report
from engine.commands.process_instances import cancel_process_instance
from engine.errors import ExternalTaskNotFound
from engine.persistence.external_task_fetching import Topic
from engine.persistence.tables.external_tasks import external_task
from tests.engine.conftest import ADMIN


class Worker:
    """Somebody outside, over the service's transaction and clock."""

    def __init__(self, service, id: str = "worker") -> None:
        self.service, self.id = service, id

    def fetch(self, *topics: str, most: int = 10, seconds: float = 60) -> list[FetchedTask]:
        wanted = [Topic(name, seconds) for name in topics]
        found = commands.fetch_and_lock(self.service.tx, self.id, wanted, most=most, actor=ADMIN, now=self.service.now)
        return list(found)

    def complete(self, task: FetchedTask, local: dict[str, object] | None = None, /, **variables: object) -> None:
        report = Report(self.id, variables, local or {})
        commands.complete_external_task(self.service.tx, task.locked.task.id, report, actor=ADMIN, now=self.service.now)
        self.service.run_due()

    def fail(self, task: FetchedTask, message: str, *, retries: int, wait: float = 0, **variables: object) -> None:
        commands.fail_external_task(
            self.service.tx,
            task.locked.task.id,
            Report(self.id, variables, {}),
            error_message=message,
            error_details=None,
            retries=retries,
            retry_timeout_s=wait,
            actor=ADMIN,
            now=self.service.now,
        )
        self.service.run_due()

    def throw(self, task: FetchedTask, code: str, message: str = "", **variables: object) -> None:
        commands.throw_bpmn_error(
            self.service.tx,
            task.locked.task.id,
            Report(self.id, variables, {}),
            code=code,
            message=message,
            actor=ADMIN,
            now=self.service.now,
        )
        self.service.run_due()


@pytest.fixture
def worker(service) -> Worker:
    return Worker(service)


@pytest.fixture
def rows(service):
    """(element id, retries, error message) of the open external tasks."""

    def read() -> list[tuple[str, int | None, str | None]]:
        query = select(external_task.c.element_id, external_task.c.retries, external_task.c.error_message)
        return [tuple(row) for row in service.tx.execute(query.order_by(external_task.c.id))]

    return read


def test_a_token_waits_for_a_worker_and_goes_on_with_what_it_brings(case, worker, rows):
    played = case("external/service_task", kind="card", urgency=7, total=12)

    before = played.entered
    (task,) = worker.fetch("card-payments")
    worker.complete(task, {"number": "R-1"}, ignored=True)

    assert before == ["start", "charge"]
    assert (task.locked.task.topic, task.locked.task.priority, task.variables["amount"]) == ("card-payments", 7, 12)
    assert played.entered == ["start", "charge", "after"]
    assert played.variables == {"kind": "card", "urgency": 7, "total": 12, "receipt": "R-1"}
    assert rows() == []


def test_a_topic_nobody_asked_for_is_not_fetched(case, worker):
    case("external/service_task", kind="card", urgency=7, total=12)

    found = worker.fetch("cash-payments")

    assert found == []


def test_a_topic_that_evaluates_to_nothing_parks_before_anything_is_offered(case, worker, rows):
    played = case("external/service_task", urgency="high", kind="card", total=1)

    assert played.incidents == [("charge", "expression")]
    assert rows() == []


def test_a_workers_error_goes_to_the_boundary_with_its_code_message_and_variables(case, worker, rows):
    played = case("external/boundaries")

    worker.throw(worker.fetch("payments")[0], "DECLINED", "no cover", balance=3)

    assert played.entered == ["start", "charge", "on_declined", "declined_by_bank"]
    assert played.cancelled == ["charge"]
    assert played.variables == {"code": "DECLINED", "message": "no cover", "balance": 3}
    assert rows() == []


def test_an_error_nobody_catches_is_an_incident_and_a_retry_offers_the_task_again(case, worker, rows):
    played = case("external/boundaries")
    worker.throw(worker.fetch("payments")[0], "UNKNOWN")

    parked, offered = (played.incidents, rows()), worker.fetch("payments")
    played.retry()
    again = worker.fetch("payments")
    worker.complete(again[0])

    assert parked == ([("charge", "error_uncaught")], [("charge", 0, None)])
    assert offered == []
    assert played.incidents == []
    assert played.open == ["after"]


def test_a_timer_on_the_boundary_takes_the_task_away_from_the_worker_that_has_it(case, worker, service, rows):
    played = case("external/boundaries")
    (task,) = worker.fetch("payments", seconds=7200)

    played.wait(hours=1)
    before = played.trace
    with pytest.raises(ExternalTaskNotFound):
        worker.complete(task)

    assert played.open == ["late"]
    assert played.trace == before
    assert rows() == []


def test_a_failed_attempt_leaves_the_token_and_hides_the_task_until_its_next_attempt(case, worker, service, rows):
    played = case("external/boundaries")

    worker.fail(worker.fetch("payments")[0], "no line", retries=2, wait=600, tried=1)
    hidden = worker.fetch("payments")
    played.wait(minutes=10)
    shown = worker.fetch("payments")

    assert rows() == [("charge", 2, "no line")]
    assert (hidden, len(shown)) == ([], 1)
    assert played.variables == {"tried": 1}
    assert played.incidents == []


def test_a_failure_without_retries_is_an_incident_that_a_retry_resolves(case, worker, rows):
    played = case("external/boundaries")

    worker.fail(worker.fetch("payments")[0], "gave up", retries=0)
    parked = (played.incidents, worker.fetch("payments"), rows())
    played.retry()

    assert parked == ([("charge", "external_task")], [], [("charge", 0, "gave up")])
    assert (played.incidents, rows()) == ([], [("charge", 1, "gave up")])
    assert len(worker.fetch("payments")) == 1


def test_the_boundary_timer_still_runs_while_the_task_is_an_incident(case, worker, rows):
    played = case("external/boundaries")
    worker.fail(worker.fetch("payments")[0], "gave up", retries=0)

    played.wait(hours=1)

    assert (played.open, played.incidents, rows()) == (["late"], [], [])


def test_setting_retries_resolves_the_incident_and_setting_none_makes_one(case, worker, service, rows):
    played = case("external/boundaries")
    (task,) = worker.fetch("payments")
    worker.fail(task, "gave up", retries=0)

    _set_retries(service, task.locked.task.id, 5)
    resolved = (played.incidents, rows())
    _set_retries(service, task.locked.task.id, 0)

    assert resolved == ([], [("charge", 5, "gave up")])
    assert (played.incidents, rows()) == ([("charge", "external_task")], [("charge", 0, "gave up")])


def test_an_error_definition_that_holds_on_completion_throws_its_error(case, worker):
    played = case("external/error_conditions", approved=None)

    worker.complete(worker.fetch("payments")[0], approved=False)

    assert played.open == ["declined_by_bank"]


def test_an_error_definition_that_holds_on_failure_throws_its_error_with_its_message(case, worker, rows):
    played = case("external/error_conditions", approved=None)

    worker.fail(worker.fetch("payments")[0], "card expired", retries=3)

    assert (played.open, rows()) == (["new_card"], [])
    assert played.variables["message"] == "The card has expired"


def test_no_error_definition_holding_is_an_ordinary_completion_or_failure(case, worker, rows):
    played = case("external/error_conditions", approved=None)

    worker.fail(worker.fetch("payments")[0], "no line", retries=3)
    failed = rows()
    worker.complete(worker.fetch("payments")[0], approved=True)

    assert failed == [("charge", 3, "no line")]
    assert played.open == ["after"]


def test_an_error_definition_that_is_neither_true_nor_false_holds_a_completion_and_lets_a_failure_be(
    case, worker, rows
):
    played = case("external/broken_condition", amount=3)

    worker.fail(worker.fetch("payments")[0], "no line", retries=2)
    failed = (played.incidents, rows())
    worker.complete(worker.fetch("payments")[0], amount=4)

    assert failed == ([], [("charge", 2, "no line")])
    assert (played.incidents, rows()) == ([("charge", "expression")], [])


def test_send_and_business_rule_tasks_and_thrown_messages_wait_for_workers_too(case, worker):
    played = case("external/every_position")

    priorities = []
    for topic in ("letters", "rules", "letters", "letters"):
        (task,) = worker.fetch(topic)
        priorities.append((task.locked.task.element_id, task.locked.task.priority))
        worker.complete(task)

    assert priorities == [("send", 3), ("decide", 9), ("tell", 3), ("end", 3)]
    assert played.left == ["start", "send", "decide", "tell", "end"]
    assert played.is_completed


def test_without_its_worker_a_thrown_message_is_not_passed(case, worker):
    played = case("external/every_position")
    worker.complete(worker.fetch("letters")[0])

    assert played.entered == ["start", "send", "decide"]


def test_each_instance_of_a_multi_instance_is_a_task_of_its_own(case, worker):
    played = case("external/many", amounts=[1, 2, 3])

    for task in reversed(worker.fetch("payments")):
        worker.complete(task, receipt=f"R-{task.variables['amount']}")

    assert played.is_completed
    assert played.variables["receipts"] == ["R-1", "R-2", "R-3"]


def test_cancelling_the_instance_takes_its_tasks_away(case, service, worker, rows):
    played = case("external/many", amounts=[1, 2, 3])

    cancel_process_instance(service.tx, played.id, actor=ADMIN, now=service.now)

    assert (rows(), worker.fetch("payments")) == ([], [])


def test_tasks_without_a_topic_with_two_kinds_of_work_or_half_a_condition_are_refused(refused):
    problems = refused("external/refused")

    assert problems == [
        ("external-topic-missing", "no_topic"),
        ("external-task-ambiguous", "two_works"),
        ("error-condition-incomplete", "half_condition"),
        ("attribute-unsupported", "not_external"),
    ]


def _set_retries(service, id: UUID, retries: int) -> None:
    commands.set_retries(service.tx, id, retries, actor=ADMIN, now=service.now)
    service.run_due()
