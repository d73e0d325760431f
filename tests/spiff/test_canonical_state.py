from bench import shapes
from bench.engine_steps import started


def test_the_order_in_which_variables_come_makes_no_other_state():
    bpmn = shapes.sequential(1)

    one = started(bpmn, "bench_sequential_1", {"a": 1, "longer": {"x": 1, "yy": [{"p": 1, "q": 2}]}})
    other = started(bpmn, "bench_sequential_1", {"longer": {"yy": [{"q": 2, "p": 1}], "x": 1}, "a": 1})

    assert one.state == other.state
