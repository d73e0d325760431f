"""Models of a size nobody draws: they run, or are refused in words; none takes the service down."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.api.camunda7.modeler import BOUNDARY, multipart
from tests.api.conftest import User
from tests.api.playing import begin
from tests.spiff.drawing import Drawing, timer

Counts = Callable[[], Mapping[str, int]]
FINISHED = "completed"


def complete(user: User, instance: Any) -> Any:
    """Complete the first open task of an instance and read the instance."""
    task = instance["user_tasks"][0]["id"]
    answer = user.post(f"/api/user-tasks/{task}/completion", {"variables": {}})
    assert answer.status_code == 200, answer.json
    return answer.json


def sent(owner: User, file: tuple[str, bytes]) -> Any:
    """Deploy a file in a body of our own making: the test client's would leave its temporary files open."""
    return owner.send(
        "POST",
        "/api/deployments",
        data=multipart({}, (file,)),
        content_type=f"multipart/form-data; boundary={BOUNDARY}",
    )


def deployed(owner: User, drawing: Drawing) -> None:
    answer = sent(owner, ("large.bpmn", drawing.xml()))
    assert answer.status_code == 201, answer.json


def test_a_chain_of_5000_tasks_runs_through(owner: User) -> None:
    ids = [f"t{n}" for n in range(5_000)]
    drawing = Drawing().start()
    for each in ids:
        drawing.element("task", each)
    deployed(owner, drawing.end().chain("start", *ids, "end"))

    instance = begin(owner, "proc")

    assert instance["state"] == FINISHED


def test_a_chain_of_5000_user_tasks_goes_on_from_one_to_the_next(owner: User, supervisor: User) -> None:
    ids = [f"t{n}" for n in range(5_000)]
    drawing = Drawing().start()
    for each in ids:
        drawing.user(each, camunda__candidateGroups="supervisor")
    deployed(owner, drawing.end().chain("start", *ids, "end"))

    after = complete(supervisor, begin(owner, "proc"))

    assert [each["element_id"] for each in after["user_tasks"]] == ["t1"]


def test_200_nested_sub_processes_run_to_the_innermost_and_out_again(owner: User, supervisor: User) -> None:
    drawing = (
        Drawing("d").start("in").user("u", camunda__candidateGroups="supervisor").end("out").chain("in", "u", "out")
    )
    for n in range(200):
        outer = Drawing(f"d{n}").start(f"s{n}").sub(f"p{n}", drawing).end(f"e{n}")
        drawing = outer.chain(f"s{n}", f"p{n}", f"e{n}")
    drawing.key = "proc"
    deployed(owner, drawing)

    after = complete(supervisor, begin(owner, "proc"))

    assert after["state"] == FINISHED


def test_elements_nested_deeper_than_is_read_are_refused(owner: User, written: Counts) -> None:
    before = written()
    source = b"<a>" * 300 + b"</a>" * 300

    answer = sent(owner, ("deep.bpmn", source))

    assert (answer.status_code, answer.json["problems"][0]["code"]) == (422, "xml-refused")
    assert written() == before


def test_1000_parallel_branches_open_their_tasks_and_go_on_one_by_one(owner: User, supervisor: User) -> None:
    drawing = Drawing().start().gateway("parallel", "fork").gateway("parallel", "join").end()
    drawing.chain("start", "fork").chain("join", "end")
    for n in range(1_000):
        drawing.user(f"u{n}", camunda__candidateGroups="supervisor").chain("fork", f"u{n}", "join")
    deployed(owner, drawing)

    instance = begin(owner, "proc")
    after = complete(supervisor, instance)

    assert len(instance["user_tasks"]) == 1_000
    assert len(after["user_tasks"]) == 999


def test_1000_parallel_branches_meet_again(owner: User) -> None:
    drawing = Drawing().start().gateway("parallel", "fork").gateway("inclusive", "join").end()
    drawing.chain("start", "fork").chain("join", "end")
    for n in range(1_000):
        drawing.element("task", f"t{n}").chain("fork", f"t{n}", "join")
    deployed(owner, drawing)

    assert begin(owner, "proc")["state"] == FINISHED


def test_a_diagram_of_ten_megabytes_is_deployed_and_starts_with_a_bounded_report(owner: User) -> None:
    drawing, last = Drawing().start(), "start"
    for n in range(4_000):
        note = f"<bpmn:documentation>{'长' * 600}</bpmn:documentation>"
        drawing.user(f"u{n}", note).boundary(f"b{n}", f"u{n}", timer("timeDuration", "PT1H")).flow(last, f"u{n}")
        drawing.flow(f"b{n}", "end")
        last = f"u{n}"
    source = drawing.end().flow(last, "end").xml()

    answer = sent(owner, ("large.bpmn", source))

    assert 8_500_000 < len(source) < 10_000_000
    assert answer.status_code == 201
    assert len(answer.json["warnings"]) < 1_100
    assert [each["element_id"] for each in begin(owner, "proc")["user_tasks"]] == ["u0"]


def test_more_than_ten_megabytes_is_too_large(owner: User, written: Counts) -> None:
    before = written()

    answer = sent(owner, ("large.bpmn", b" " * 10_000_001))

    assert answer.status_code == 413
    assert written() == before
