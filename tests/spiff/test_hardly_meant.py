"""What runs, and is hardly what somebody meant: told when it is deployed."""

from dataclasses import replace

import pytest

from engine.spiff.models import read_model
from tests.spiff.drawing import ANY_ERROR, ANY_ESCALATION, ERROR, Drawing, straight, timer
from tests.spiff.test_deployment_check import known, one


def gateway_before(key: str) -> Drawing:
    """A process that calls itself as long as it is told to."""
    drawing = Drawing().start().gateway("exclusive", "g", default="d").call("c", key).end()
    return drawing.chain("start", "g").flow("g", "c", "again").flow("g", "end", id="d").chain("c", "end")


@pytest.mark.parametrize(
    ("drawing", "warning"),
    [
        (Drawing().start().sub("s", Drawing("b")).end().chain("start", "s", "end"), ("sub-process-empty", "s")),
        (Drawing().start().end("e", ANY_ERROR).chain("start", "e"), ("error-without-code", "e")),
        (Drawing().start().end("e", ANY_ESCALATION).chain("start", "e"), ("escalation-without-code", "e")),
        (
            Drawing().start().throw("t", ANY_ESCALATION).end().chain("start", "t", "end"),
            ("escalation-without-code", "t"),
        ),
        (straight("u").boundary("b", "u", timer("timeDuration", "PT1H")), ("boundary-without-way", "b")),
        (one("intermediateCatchEvent", timer("timeDuration", "PT0S")), ("timer-at-once", "t")),
        (one("intermediateCatchEvent", timer("timeDuration", "-P1D")), ("timer-at-once", "t")),
        (Drawing().start().call("c", "proc").chain("start", "c"), ("call-endless", "c")),
        (straight("u").call("c", "proc").chain("u", "c"), ("call-endless", "c")),
        (
            Drawing().start().sub("s", Drawing("b").start("i").call("c", "proc").chain("i", "c")).chain("start", "s"),
            ("call-endless", "c"),
        ),
    ],
)
def test_what_runs_but_is_hardly_meant_is_told(drawing: Drawing, warning: tuple[str, str]):
    reading = read_model("a.bpmn", drawing.xml(), replace(known(), processes=frozenset({"proc"})))

    assert not [each for each in reading.problems if each.severity == "error"]
    assert warning in {(each.code, each.element_id) for each in reading.problems}


@pytest.mark.parametrize(
    "drawing",
    [
        Drawing().start().end("e", ERROR).chain("start", "e"),
        straight("u").boundary("b", "u", ANY_ERROR).chain("b", "end"),
        straight("u").undoable("v").flow("u", "v"),
        one("intermediateCatchEvent", timer("timeDuration", "PT1S")),
        one("intermediateCatchEvent", timer("timeCycle", "0 0 9 ? * MON-FRI")),
        gateway_before("proc"),
        straight("u").call("c", "other").chain("u", "c"),
    ],
)
def test_what_is_meant_is_not_told(drawing: Drawing):
    reading = read_model("a.bpmn", drawing.xml(), replace(known(), processes=frozenset({"proc", "other"})))

    hardly = {"error-without-code", "escalation-without-code", "boundary-without-way", "timer-at-once", "call-endless"}
    assert [each.code for each in reading.problems if each.severity == "error" or each.code in hardly] == []
