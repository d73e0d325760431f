import pytest


def test_a_complex_gateway_starts_when_enough_tokens_have_come_and_takes_in_the_rest(case):
    played = case("gateways/complex_two_of_three")

    played.complete("c")
    one = played.entered
    played.complete("a")
    two = played.entered
    for task in ("after", "b"):
        played.complete(task)

    assert one == ["start", "split", "a", "b", "c"]
    assert two == [*one, "join", "after"]
    assert played.left.count("after") == played.left.count("end") == 1
    assert played.is_completed


def test_a_complex_gateway_does_not_wait_for_its_reset_longer_than_something_can_come(case):
    played = case("gateways/complex_two_of_three")

    for task in ("a", "b", "after"):
        played.complete(task)
    before = played.is_completed
    played.complete("c")

    assert (before, played.is_completed) == (False, True)


def test_the_flows_of_a_complex_gateway_can_tell_its_start_from_its_reset(case):
    played = case("gateways/complex_both_phases")

    played.complete("b")
    started = sorted(played.open)
    played.complete("a")
    before = sorted(played.open)
    played.complete("c")

    assert started == ["a", "c", "first"]
    assert before == ["c", "first"]
    assert sorted(played.open) == ["first", "rest"]


def test_a_complex_gateway_asks_again_when_data_changes(case):
    played = case("gateways/complex_data", enough=False)

    played.complete("a")
    before = sorted(played.open)
    played.complete("b", enough=True)

    assert before == ["b", "c"]
    assert sorted(played.open) == ["after", "c"]


@pytest.mark.parametrize(("n", "taken"), [(3, ["a", "b"]), (2, ["a"]), (1, ["c"])])
def test_a_complex_gateway_that_splits_takes_each_flow_whose_condition_holds_once(case, n, taken):
    played = case("gateways/complex_split", n=n)

    assert sorted(played.open) == taken


def test_a_complex_gateway_in_a_loop_starts_afresh_after_its_reset(case):
    played = case("gateways/complex_in_a_loop")

    played.complete("a")
    played.complete("b")
    played.complete("after", repeat=True)
    played.complete("b")
    played.complete("a")
    played.complete("after", repeat=False)

    assert played.left.count("join") == 2
    assert played.is_completed


def test_a_complex_gateway_that_joins_needs_an_activation_condition(refused):
    assert refused("gateways/complex_without_condition") == [("activation-missing", "join")]


def test_an_activity_begins_when_its_start_quantity_has_come(case):
    played = case("gateways/start_quantity")

    played.complete("a")
    one = sorted(played.open)
    played.complete("b")
    two = sorted(played.open)
    played.complete("c")

    assert one == ["b", "c"]
    assert two == ["c", "pair"]
    assert sorted(played.open) == ["pair"]


def test_an_activity_gives_as_many_tokens_as_its_completion_quantity_says(case):
    played = case("gateways/completion_quantity")

    for _ in range(3):
        played.complete("work")

    assert played.entered.count("twice") == 1
    assert played.left.count("work") == played.left.count("end") == 3
    assert played.is_completed


def test_a_quantity_below_one_is_refused(refused):
    assert refused("gateways/quantity_zero") == [("quantity-invalid", "none")]


def test_a_direction_that_the_flows_contradict_is_a_warning(service):
    deployed = service.deploy("gateways/direction")

    assert ("gateway-direction", "split") in [(each.code, each.element_id) for each in deployed.warnings]


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [("parallel", ["b"], ["x", "y"]), ("inclusive", ["b"], ["y"]), ("exclusive", ["b", "y"], ["y", "y"])],
)
def test_a_gateway_that_joins_and_splits_does_both(case, kind, first, second):
    played = case(f"gateways/mixed_{kind}", n=0)

    played.complete("a")
    between = sorted(played.open)
    played.complete("b")

    assert between == first
    assert sorted(played.open) == second


def test_an_inclusive_join_in_a_loop_waits_for_what_was_split_in_this_round(case):
    played = case("gateways/inclusive_loop", x=True, y=True, repeat=True)

    played.complete("a")
    waiting = sorted(played.open)
    played.complete("b")
    played.complete("check", x=False)
    second = sorted(played.open)
    played.complete("b", repeat=False)
    played.complete("check")

    assert waiting == second == ["b"]
    assert played.left.count("join") == 2
    assert played.is_completed


@pytest.mark.parametrize("how", ["get", "alarm", "late", "full"])
def test_the_first_event_behind_an_event_gateway_decides(case, how):
    played = case("gateways/event_gateway", n=9 if how == "full" else 1)

    if how == "get":
        played.message("a")
    elif how == "alarm":
        played.signal("s")
    played.wait(hours=2)
    played.signal("s")

    assert played.entered == ["start", "first", how, "x"]


def test_an_exclusive_gateway_takes_the_first_flow_whose_condition_holds(case, service):
    played = case("gateways/exclusive", n=1000)
    other = service.start("exclusive", n=3)

    assert played.open == ["big"]
    assert other.open == ["small"]


def test_a_parallel_join_in_a_loop_waits_for_all_of_its_branches_in_each_round(case):
    played = case("gateways/parallel_in_a_loop", more=True)

    for _ in range(2):
        played.complete("a")
        assert played.open == ["b"]
        played.complete("b")
        assert sorted(played.open) == ["a", "b"]
    played.complete("a", more=False)
    played.complete("b")

    assert played.is_completed
    assert played.left.count("join") == 3


def test_an_inclusive_join_waits_for_the_branches_that_were_taken(case, service):
    played = case("gateways/inclusive", n=3)
    other = service.start("inclusive", n=0)

    played.complete("a")
    waiting = played.open
    played.complete("b")
    other.complete("c")

    assert waiting == ["b"]
    assert played.open == ["after"]
    assert other.open == ["after"]


def test_an_inclusive_join_waits_for_tokens_that_are_held_right_before_it(case):
    played = case("gateways/inclusive_async_join")

    assert played.left.count("join") == 1
    assert played.open == ["after"]
