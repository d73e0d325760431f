def test_a_task_takes_its_input_from_a_data_object_and_gives_its_output_to_another(case):
    played = case("data/io_specification", order=7)

    played.complete("decide", answer="yes", noise=1)

    assert played.is_completed
    assert played.variables == {"order": 7, "decision": "YES"}


def test_a_task_whose_input_is_missing_waits_until_a_message_brings_it(case):
    played = case("data/io_specification")
    before = played.open

    played.message("order", order=7)

    assert before == []
    assert played.open == ["decide"]
    assert played.incidents == []


def test_an_output_that_is_missing_is_an_incident_and_the_work_is_kept(case):
    played = case("data/io_specification", order=7)

    played.complete("decide")

    assert played.incidents == [("decide", "expression")]
    assert played.variables == {"order": 7}
