"""Lists of people who do not oversee everything, and searches, go along indexes: their cost is what they find."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, event, text

from engine.actors import Actor
from engine.queries.bulk_operations import list_bulk_operations
from engine.queries.incidents import list_incidents
from engine.queries.process_instances import ProcessInstanceFilter, list_process_instances
from engine.queries.user_tasks import UserTaskFilter, list_user_tasks
from operations.case_views import CaseFilter, list_cases

STAFF = Actor("person:1", groups=frozenset({"staff", "dept:a:lead"}))
SUPERVISOR = Actor("person:2", permissions=frozenset({"supervise"}))


def plan_of(tx: Connection, call: Callable[[Connection], object]) -> str:
    """The plans of all its statements, with tables so small that only the will to avoid reading them whole counts."""
    found: list[tuple[str, object]] = []

    def note(*said):
        found.append(said[2:4])

    event.listen(tx.engine, "before_cursor_execute", note)
    call(tx)
    event.remove(tx.engine, "before_cursor_execute", note)
    for setting in ("enable_seqscan", "enable_sort", "enable_incremental_sort"):
        tx.execute(text(f"SET LOCAL {setting} = off"))
    cursor = tx.connection.cursor()
    lines: list[str] = []
    for statement, parameters in found:
        cursor.execute(f"EXPLAIN (COSTS OFF) {statement}", parameters)
        lines += [row[0] for row in cursor.fetchall()]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("call", "indexes"),
    [
        pytest.param(
            lambda tx: list_process_instances(tx, ProcessInstanceFilter(), actor=STAFF),
            ["process_instance_started_by", "process_instance_subject", "user_task_worker"],
            id="instances of somebody who does not oversee them",
        ),
        pytest.param(
            lambda tx: list_cases(tx, CaseFilter(), actor=STAFF),
            ["service_case_submitter", "service_case_assignee", "user_task_worker"],
            id="cases of somebody who does not oversee them",
        ),
        pytest.param(
            lambda tx: list_process_instances(tx, ProcessInstanceFilter(has_incidents=True), actor=SUPERVISOR),
            ["process_instance_in_trouble"],
            id="instances in trouble",
        ),
        pytest.param(
            lambda tx: list_process_instances(tx, ProcessInstanceFilter(definition_key="leave"), actor=SUPERVISOR),
            ["process_instance_definition"],
            id="instances of a process",
        ),
        pytest.param(
            lambda tx: list_user_tasks(tx, UserTaskFilter(scope="all", text="approve"), actor=SUPERVISOR),
            ["user_task_name"],
            id="tasks by text",
        ),
        pytest.param(lambda tx: list_incidents(tx, actor=SUPERVISOR), ["incident_open_created"], id="open incidents"),
        pytest.param(
            lambda tx: list_bulk_operations(tx, actor=SUPERVISOR), ["bulk_operation_item"], id="bulk operations"
        ),
    ],
)
def test_a_list_is_read_along_its_indexes(tx, call, indexes):
    plan = plan_of(tx, call)

    assert [name for name in indexes if name not in plan] == []
    hot = ("user_task", "process_instance", "service_case", "incident", "bulk_operation_item")
    assert [table for table in hot if f"Seq Scan on {table}" in plan] == []
