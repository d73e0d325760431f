import pytest


def test_each_item_of_a_collection_is_worked_side_by_side_and_answers_stay_in_order(case):
    played = case("loops/parallel", people=["a", "b", "c"])

    together = played.open
    for nth, answer in ((2, "third"), (0, "first"), (0, "second")):
        played.complete("each", nth, answer=answer)

    assert together == ["each"] * 3
    assert played.open == ["after"]
    assert played.variables == {"people": ["a", "b", "c"], "answers": ["first", "second", "third"]}


def test_an_empty_collection_is_passed_over(case):
    played = case("loops/parallel", people=[])

    assert played.open == ["after"]
    assert "each" not in played.entered
    assert played.variables == {"people": [], "answers": []}


def test_what_is_no_collection_parks_the_token(case):
    played = case("loops/parallel", people="a")

    assert played.incidents == [("each", "expression")]


def test_a_sequential_multi_instance_works_one_after_the_other(case):
    played = case("loops/sequential")

    seen = []
    while played.open:
        seen.append(played.open)
        played.complete("each")

    assert seen == [["each"]] * 3
    assert played.is_completed


def test_a_completion_condition_ends_the_others(case):
    played = case("loops/early_end")

    played.complete("each")
    one = played.open
    played.complete("each")

    assert one == ["each", "each"]
    assert played.open == ["after"]
    assert played.cancelled == ["each"]


def test_a_thousand_instances_run(case):
    played = case("loops/wide")

    assert played.is_completed
    assert played.variables == {"numbers": list(range(1000))}


def test_a_loop_repeats_while_its_condition_holds(case):
    played = case("loops/standard")

    played.complete("again_and_again", more=True)
    again = played.open
    played.complete("again_and_again", more=False)

    assert again == ["again_and_again"]
    assert played.is_completed


def test_a_loop_repeats_at_most_as_often_as_it_says(case):
    played = case("loops/standard")

    for _ in range(3):
        played.complete("again_and_again", more=True)

    assert played.is_completed


def test_a_loop_that_tests_before_may_not_run_at_all(case, service):
    played = case("loops/standard_before", more=False)
    other = service.start("standard_before", more=True)

    assert played.is_completed
    assert played.entered == ["start", "maybe#standardLoopBody", "end"]
    assert other.open == ["maybe"]


def test_a_multi_instance_is_entered_again_behind_its_boundary_event(case):
    played = case("loops/behind_a_boundary", people=["a", "b"])
    played.complete("each", answer="old")

    played.message("a")
    played.complete("rest")
    for answer in ("one", "two"):
        played.complete("each", answer=answer)

    assert played.cancelled == ["each", "each#multiInstanceBody"]
    assert played.is_completed
    assert played.variables == {"people": ["a", "b"], "answers": ["one", "two"]}


def test_each_instance_of_a_sub_process_has_its_own_joins(case):
    played = case("loops/sub_process")

    played.complete("x", 0)
    played.complete("x", 0)
    before = played.left.count("sub")
    played.complete("y", 0)
    one = played.left.count("sub")
    played.complete("y", 0)

    assert (before, one) == (0, 1)
    assert played.is_completed


def test_elements_may_be_called_as_the_engine_calls_its_own(case):
    played = case("names/reserved")

    played.complete("Root")
    both = sorted(played.open)
    for element_id in both:
        played.complete(element_id)

    assert both == ["Simple", "a"]
    assert played.left[:3] == ["Start", "Root", "End"]
    assert played.is_completed


@pytest.mark.parametrize(("behavior", "thrown"), [("none", [1, 2, 3]), ("one", [1, 1, 1]), ("complex", [0, 1, 1])])
def test_a_multi_instance_throws_to_its_edge_as_its_behavior_says(case, behavior, thrown):
    played = case(f"loops/behavior_{behavior}")

    seen = []
    for _ in range(3):
        played.complete("work")
        seen.append(played.entered.count("edge"))

    assert seen == thrown
    assert played.left.count("work") == 3


def test_a_multi_instance_waits_for_all_without_throwing_by_default(case):
    played = case("loops/behavior_all")

    for _ in range(3):
        played.complete("work")

    assert "edge" not in played.entered
    assert played.is_completed


def test_an_event_that_a_multi_instance_throws_may_interrupt_it(case):
    played = case("loops/behavior_one_interrupting")

    played.complete("work", 1)

    assert played.open == ["note"]
    assert played.cancelled.count("work") == 2


@pytest.mark.parametrize(
    ("name", "problem"),
    [("without_event", "loop-event-missing"), ("unknown", "loop-behavior-unsupported")],
)
def test_a_behavior_that_throws_nothing_or_is_none_is_refused(refused, name, problem):
    assert refused(f"loops/behavior_{name}") == [(problem, "work")]
