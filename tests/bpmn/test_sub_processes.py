def test_an_embedded_sub_process_runs_inside(case):
    played = case("sub_processes/embedded")

    played.complete("inner", found=1)

    assert played.left == ["start", "in", "inner", "out", "sub"]
    assert played.open == ["after"]
    assert played.variables == {"found": 1}


def test_what_is_behind_a_sub_process_waits_for_its_inside(case):
    played = case("sub_processes/embedded")

    assert played.entered == ["start", "sub", "in", "inner"]
    assert played.open == ["inner"]


def test_a_call_activity_runs_another_process_with_variables_of_its_own(case):
    played = case("sub_processes/call_activity", amount=4, hidden=1)

    played.complete("inner", local=1)

    assert played.left == ["start", "in", "inner", "answer", "out", "call"]
    assert played.open == ["after"]
    assert played.variables == {"amount": 4, "hidden": 1, "outcome": 5}


def test_a_called_process_does_not_see_what_is_not_handed_in(case):
    played = case("sub_processes/call_activity", given=7)

    played.complete("inner")

    assert played.variables == {"given": 7, "outcome": None}


def test_an_empty_sub_process_completes_as_soon_as_it_begins(case):
    played = case("sub_processes/empty")

    assert played.open == ["after"]
    assert played.left == ["start", "sub", "all", "each", "each", "each#multiInstanceBody"]
    assert played.cancelled == []
