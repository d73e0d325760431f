def test_every_activity_nothing_leads_to_begins_and_the_condition_ends_the_rest(case):
    played = case("adhoc/parallel")

    began = sorted(played.open)
    played.complete("b", enough=False)
    going_on = sorted(played.open)
    played.complete("c", enough=True)

    assert began == ["a", "b", "c"]
    assert going_on == ["a", "c"]
    assert played.open == ["after"]
    assert played.cancelled == ["a"]


def test_without_cancelling_what_runs_is_done_but_nothing_more_begins(case):
    played = case("adhoc/keeps_remaining")

    played.complete("b", enough=True)
    before = played.open
    played.complete("a")

    assert before == ["a"]
    assert played.open == ["after"]
    assert "c" not in played.entered


def test_without_a_condition_it_ends_when_all_that_began_is_done(case, service):
    warned = service.deploy("adhoc/without_condition").warnings
    played = case("adhoc/without_condition")

    played.complete("b")
    before = played.open
    played.complete("a")

    assert before == ["a"]
    assert played.open == ["after"]
    assert ("ad-hoc-without-condition", "some") in [(each.code, each.element_id) for each in warned]


def test_a_sequential_one_does_one_activity_after_the_other_along_their_flows(case):
    played = case("adhoc/sequential")

    for task in ("a", "c"):
        played.complete(task)
    then = played.open
    played.complete("b", enough=True)

    assert then == ["b"]
    assert played.entered == ["start", "some", "a", "c", "b", "after"]


def test_the_condition_is_asked_after_each_activity(case):
    played = case("adhoc/automatic", n=0)

    assert played.entered == ["start", "some", "one", "two", "after"]
    assert played.variables == {"n": 2}


def test_a_boundary_event_ends_it(case):
    played = case("adhoc/boundary")

    played.complete("a")
    played.wait(hours=1)

    assert played.open == ["chase"]
    assert played.cancelled == ["b", "some"]


def test_start_events_have_no_place_in_it(refused):
    assert ("ad-hoc-event", "s") in refused("adhoc/start_event")


def test_without_an_activity_that_can_begin_it_is_refused(refused):
    assert ("ad-hoc-empty", "some") in refused("adhoc/no_activity")
