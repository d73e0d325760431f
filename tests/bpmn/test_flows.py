def test_several_flows_out_of_a_task_are_all_taken(case):
    played = case("flows/implicit_split")

    played.complete("a")
    both = played.open
    played.complete("b")

    assert both == ["b", "c"]
    assert played.open == ["c"]
    assert not played.is_completed
    played.complete("c")
    assert played.left == ["start", "a", "b", "end_b", "c", "end_c"]


def test_a_condition_on_a_flow_out_of_a_task_is_obeyed(case):
    played = case("flows/conditional_from_activity")

    played.complete("a", amount=101)

    assert played.open == ["always", "rich"]


def test_the_default_flow_out_of_a_task_is_taken_when_no_condition_holds(case):
    played = case("flows/conditional_from_activity")

    played.complete("a", amount=100)

    assert played.open == ["always", "poor"]


def test_conditions_out_of_a_task_decide_alone(case, service):
    played = case("flows/only_conditions", go=True)
    other = service.start("only_conditions", go=False)

    assert played.open == ["yes"]
    assert other.open == ["no"]


def test_a_condition_that_is_neither_true_nor_false_parks_the_token(case):
    played = case("flows/only_conditions", go=None)

    assert played.open == []
    assert played.incidents == [("decide", "expression")]


def test_each_token_that_comes_into_a_task_runs_it(case):
    played = case("flows/implicit_merge")

    played.complete("a")
    one = played.open
    played.complete("b")

    assert one == ["b", "twice"]
    assert played.open == ["twice", "twice"]
