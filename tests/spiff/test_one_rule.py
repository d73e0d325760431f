"""One rule everywhere (docs/reference/expressions.md): `=…` FEEL, `${…}` JUEL, anything else a literal."""

from datetime import timedelta

import pytest

from tests.spiff.drawing import MESSAGE, Drawing, condition, correlation, extensions, many, parameters, timer
from tests.spiff.play import BEGIN, Play, errors_of


def led(text: str) -> list[str]:
    drawing = Drawing().start().gateway("exclusive", "g", default="other").user("a").user("b").end()
    drawing.chain("start", "g").flow("g", "a", text).flow("g", "b", id="other").chain("a", "end").chain("b", "end")
    return Play(drawing, amount=5).open()


@pytest.mark.parametrize("text", ["amount > 3", "=amount > 3", "${amount > 3}", "#{amount gt 3}"])
def test_a_condition_of_a_flow_needs_no_equals_sign(text):
    assert led(text) == ["a"]


@pytest.mark.parametrize("text", ["n > 1", "=n > 1", "${n > 1}"])
def test_a_condition_of_an_event_needs_no_equals_sign(text):
    drawing = Drawing().start().catch("c", condition(text)).user("u").end().chain("start", "c", "u", "end")

    assert Play(drawing, n=1).open() == []
    assert Play(drawing, n=2).open() == ["u"]


@pytest.mark.parametrize(
    ("rule", "text", "after"),
    [
        ("timeDuration", "PT2H", timedelta(hours=2)),
        ("timeDuration", '=duration("PT1H") * 2', timedelta(hours=2)),
        ("timeDuration", "=wait", timedelta(hours=2)),
        ("timeDuration", "${wait}", timedelta(hours=2)),
        ("timeDuration", "PT${hours}H", timedelta(hours=2)),
        ("timeDate", "2026-03-02T03:00:00Z", timedelta(hours=2)),
        ("timeDate", '=now() + @"PT2H"', timedelta(hours=2)),
        ("timeDate", "${dateTime().plusHours(hours)}", timedelta(hours=2)),
        ("timeCycle", "R2/PT2H", timedelta(hours=2)),
        ("timeCycle", '="R2/" + wait', timedelta(hours=2)),
        ("timeCycle", "R2/${wait}", timedelta(hours=2)),
    ],
)
def test_a_timer_is_written_in_each_way(rule, text, after):
    drawing = Drawing().start().user("u").boundary("t", "u", timer(rule, text), interrupting=False).user("v").end()
    drawing.chain("start", "u", "end").chain("t", "v")

    play = Play(drawing, wait="PT2H", hours=2)

    assert play.due() == [("t", after)]


@pytest.mark.parametrize("repeated", [{"collection": "=people"}, {"collection": "${people}"}, {"collection": "people"}])
def test_a_collection_of_a_multi_instance_is_an_expression_or_the_name_of_a_variable(repeated):
    drawing = Drawing().start().user("u", many(item="person", **repeated)).end().chain("start", "u", "end")

    assert Play(drawing, people=["ann", "bob"]).open() == ["u", "u"]


@pytest.mark.parametrize("text", ["2", "=count", "${count}", "=count(people)"])
def test_a_cardinality_of_a_multi_instance_is_written_in_each_way(text):
    drawing = Drawing().start().user("u", many(cardinality=text)).end().chain("start", "u", "end")

    assert Play(drawing, count=2, people=["ann", "bob"]).open() == ["u", "u"]


@pytest.mark.parametrize("mark", ["{}", "={}", "${{{}}}"])
def test_a_completion_condition_needs_no_equals_sign(mark):
    text = mark.format("nrOfCompletedInstances >= 1")
    drawing = Drawing().start().user("u", many(cardinality="3", completion=text)).end().chain("start", "u", "end")
    play = Play(drawing)

    play.complete("u")

    assert play.is_completed


@pytest.mark.parametrize("text", ["order-7", '="order-" + string(no)', "${key}", "order-${no}"])
def test_a_correlation_key_is_written_in_each_way(text):
    drawing = Drawing().start().catch("c", MESSAGE, extensions(correlation(text))).end().chain("start", "c", "end")

    play = Play(drawing, no=7, key="order-7")

    assert [wait.correlation_key for wait in play.events()] == ["order-7"]


@pytest.mark.parametrize(
    ("attribute", "texts", "expected"),
    [
        ("assignee", ("ann", "=who", "${who}"), "ann"),
        ("priority", ("80", "=level", "${level}"), 80),
    ],
)
def test_an_assignment_is_written_in_each_way(attribute, texts, expected):
    for text in texts:
        said = {f"camunda__{attribute}": text}
        drawing = Drawing().start().user("u", **said).end().chain("start", "u", "end")

        task = Play(drawing, who="ann", level=80).task("u")

        assert getattr(task, attribute) == expected


@pytest.mark.parametrize("attribute", ["candidateGroups", "candidateUsers"])
@pytest.mark.parametrize("text", ["a, b", '=["a", "b"]', "${groups}", "a, ${second}"])
def test_candidates_are_written_in_each_way(attribute, text):
    said = {f"camunda__{attribute}": text}
    drawing = Drawing().start().user("u", **said).end().chain("start", "u", "end")

    task = Play(drawing, groups=["a", "b"], second="b").task("u")

    assert {"a", "b"} <= set(task.candidate_groups) | set(task.candidate_users)


@pytest.mark.parametrize("attribute", ["dueDate", "followUpDate"])
@pytest.mark.parametrize(
    "text", ["2026-03-04T01:00:00Z", "P2D", '=now() + @"P2D"', "=wait", "${wait}", "${dateTime().plusDays(2).toDate()}"]
)
def test_a_due_date_is_written_in_each_way(attribute, text):
    said = {f"camunda__{attribute}": text}
    drawing = Drawing().start().user("u", **said).end().chain("start", "u", "end")

    task = Play(drawing, wait="P2D").task("u")

    assert (task.due_at if attribute == "dueDate" else task.follow_up_at) == BEGIN + timedelta(days=2)


@pytest.mark.parametrize(
    ("text", "expected"), [("x + 1", "x + 1"), ("=x + 1", 6), ("${x + 1}", 6), ("no ${x}", "no 5")]
)
def test_an_input_and_an_output_parameter_are_written_in_each_way(text, expected):
    inside = extensions(parameters({"y": text}, {"z": text, "same": "=y"}))
    drawing = Drawing().start().user("u", inside).end().chain("start", "u", "end")
    play = Play(drawing, x=5)

    play.complete("u")

    assert (play.variables["z"], play.variables["same"]) == (expected, expected)


UNSAFE = ["${''.getClass()}", "${S(x)}", "${x = 1}", "=1 +", "${bean.method()}", "${execution.getEngineServices()}"]


@pytest.mark.parametrize("text", UNSAFE)
@pytest.mark.parametrize(
    "place",
    [
        lambda text: Drawing().user("u", camunda__assignee=text),
        lambda text: Drawing().user("u", camunda__dueDate=text),
        lambda text: Drawing().user("u", extensions(parameters({"y": text}))),
        lambda text: Drawing().user("u", many(cardinality=text)),
        lambda text: Drawing().catch("u", timer("timeDuration", text)),
        lambda text: Drawing().catch("u", MESSAGE, extensions(correlation(text))),
        lambda text: Drawing().catch("u", condition(text)),
    ],
    ids=["assignee", "due date", "input", "cardinality", "timer", "correlation", "condition"],
)
def test_whatever_is_not_in_the_subset_is_refused_with_its_element_wherever_it_stands(place, text):
    drawing = place(text).start().end().chain("start", "u", "end")

    errors = errors_of(drawing.xml())

    assert [each for each in errors if each[0] in {"expression-invalid", "function-unknown"}]
    assert {element for _, element in errors} == {"u"}
