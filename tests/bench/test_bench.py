from uuid import UUID

import orjson
import pytest

from bench import decisions, shapes
from bench.engine_steps import REALISTIC, started
from bench.http_requests import Traffic
from bench.layers import Clock
from bench.measuring import Measurement
from bench.raw_writes import Script, Sent
from engine.dmn import load_model

SHAPES = {
    "bench_sequential_1": (shapes.sequential(1), 1),
    "bench_sequential_10": (shapes.sequential(10), 10),
    "bench_sequential_100": (shapes.sequential(100), 100),
    "bench_lanes": (shapes.lanes(), 2),
    "bench_parallel_8_0": (shapes.parallel(8), 8),
    "bench_parallel_30_10": (shapes.parallel(30, 10), 40),
    "bench_loop_7": (shapes.loop(7), 7),
    "bench_many_3": (shapes.many(3), 3),
    "bench_straight": (shapes.straight(), 0),
    "bench_realistic": (REALISTIC.read_bytes(), 9),
}


@pytest.mark.parametrize("key", SHAPES)
def test_every_shape_runs_to_its_end_in_the_completions_it_is_measured_by(key: str):
    bpmn, completions = SHAPES[key]
    case = started(bpmn, key, {"order": {"amount": 5_000}, "amount": 3})

    ended = case.after(completions)

    with pytest.raises(StopIteration):
        ended.step()


def test_a_recorded_completion_is_sent_again_about_the_task_that_the_round_before_has_opened():
    first, opened = UUID(int=1), UUID(int=2)
    parameters = {
        "user_task_id": first,
        "task_ids": ["t3"],
        "last_seq": 5,
        "rows": f'[{{"id":"{opened}","task_id":"t4"}}]',
    }
    script = Script((Sent("UPDATE", parameters, is_many=False),), first, str(opened))

    rounds = [next(script.in_round(number)).parameters for number in range(3)]

    assert rounds[0]["user_task_id"] == first
    assert [orjson.loads(each["rows"])[0]["id"] for each in rounds[:2]] == [
        str(each["user_task_id"]) for each in rounds[1:]
    ]
    assert [each["task_ids"] for each in rounds] == [["t3"], ["t4"], ["t5"]]
    assert [each["last_seq"] for each in rounds] == [5, 9, 13]


def test_time_goes_to_the_layer_that_was_entered_last_and_back_when_it_is_left():
    clock = Clock()
    inner = clock.around("inner", lambda: clock.entered[:])
    outer = clock.around("outer", inner)

    entered = outer()

    assert entered == ["outer", "inner"]
    assert clock.entered == []
    assert set(clock.spent) == {"outer", "inner"}


def test_a_missed_budget_is_marked_and_a_kept_one_is_not():
    assert Measurement("late", 1.1, "ms", 1.0).is_within is False
    assert Measurement("in time", 1.0, "ms", 1.0).is_within is True
    assert Measurement("without a budget", 9.9, "ms").is_within is True


def test_authentication_idempotency_and_jobs_do_not_count_towards_the_budget_of_statements():
    seen = Traffic(
        [
            "SELECT 1 FROM api_token",
            "INSERT INTO idempotency_key",
            "SELECT procrastinate_defer_jobs_v1()",
            "UPDATE user_task",
        ]
    )

    assert seen.counted == 1


@pytest.mark.parametrize("rows", [decisions.SMALL, decisions.LARGE])
def test_the_decision_tables_that_are_measured_decide_by_one_of_their_rows(rows: int):
    found = load_model(decisions.model(rows)).evaluate("d", decisions.GIVEN, now=decisions.NOW)

    assert [rule.is_matched for rule in found.trace[0].rules].count(True) == 1
    assert str(found.result).startswith("P")
