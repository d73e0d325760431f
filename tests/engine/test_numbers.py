import pytest

from engine.commands.process_instances import start_process_instance
from engine.commands.user_tasks import complete_user_task
from engine.queries.process_instances import list_history
from engine.replay.instances import verify_instance
from tests.engine.conftest import ADMIN, NOW, STAFF
from tests.engine.diagrams import TWO_TASKS


@pytest.mark.parametrize(
    "number",
    [
        1.0,
        1e15,
        1e16,
        -1e16,
        12345678901234567.0,
        1e19,
        -1e19,
        1e22,
        1.7e308,
        -0.0,
        1e-7,
        5e-324,
        2**63 - 1,
        -(2**63) + 1,
    ],
)
def test_a_number_of_any_size_replays_into_identical_state_and_can_be_read_again(tx, deployed, number):
    deployed(TWO_TASKS)
    given = {"number": number, "inside": [{"number": number}]}
    begun = start_process_instance(tx, definition_key="test", variables=given, actor=ADMIN, now=NOW)

    complete_user_task(tx, begun.user_tasks[0].id, {"again": number}, actor=STAFF, now=NOW)

    assert verify_instance(tx, begun.instance.id).is_identical
    first = list_history(tx, begun.instance.id, actor=ADMIN, now=NOW).items[0]
    assert first.payload["variables"] == given
