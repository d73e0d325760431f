"""Trying a version out: everything of it runs, nothing of it is real."""

import io
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from engine import handlers
from engine.handlers import Call, Registry
from engine.persistence.process_instances import compress
from tests.api.conftest import User
from tests.api.playing import UNKNOWN, Counts, deploy
from tests.engine.diagrams import TIMER, WAITS_FOR_MESSAGE, chain, diagram, end, service, start, user

FORM = b"""{"type": "default", "id": "judgement", "schemaVersion": 19, "components": [
  {"type": "checkbox", "key": "approved", "label": "OK", "id": "a"},
  {"type": "textfield", "key": "why", "label": "Why", "id": "b", "validate": {"required": true}}]}"""
WITH_FORM = diagram(chain(start(), user("judge", attributes='camunda:formRef="judgement"'), user("after"), end()))
BOUGHT = diagram(
    chain(
        start(),
        service("buy", "shop_buy", '<camunda:inputParameter name="item">pen</camunda:inputParameter>'),
        user("after"),
        end(),
    )
)
ASKS = diagram(
    chain(
        start(),
        (
            "ask",
            '<scriptTask id="ask" scriptFormat="feel" camunda:resultVariable="stock">'
            '<script>=stock_of("pen")</script></scriptTask>',
        ),
        user("after"),
        end(),
    )
)
REAL = frozenset({"sandbox", "sandbox_step"})


@pytest.fixture
def registry() -> Iterator[Registry]:
    before, made = handlers.installed(), Registry()

    @made.handler("shop_buy")
    def shop_buy(call: Call, *, item: str) -> Mapping[str, object]:
        raise AssertionError(item)  # a sandbox calls nobody

    @made.function("stock_of")
    def stock_of(call: Call, item: str) -> object:
        raise LookupError(f"there is no {item} in a sandbox")

    handlers.install(made)
    yield made
    handlers.install(before)


@pytest.fixture
def begun(owner: User) -> Callable[..., Any]:
    """Deploy a diagram and start it in a sandbox."""

    def begin(source: bytes, *files: tuple[str, bytes], **members: Any) -> Any:
        made = deploy(owner, ("test.bpmn", source), *files)
        assert made.status_code == 201, made.json
        (definition,) = made.json["process_definitions"]
        answer = owner.post("/api/sandboxes", {"definition_id": definition["id"], **members})
        assert answer.status_code == 201, answer.json
        return answer.json

    return begin


def address(sandbox: Any) -> str:
    return f"/api/sandboxes/{sandbox['id']}"


def types(owner: User, sandbox: Any) -> list[tuple[str, str | None]]:
    """What happened, in the order it did."""
    steps = owner.get(f"{address(sandbox)}/steps").json["items"]
    return [(each["type"], each.get("element_id")) for step in reversed(steps) for each in step["events"]]


def test_a_version_runs_to_its_end_and_nothing_real_is_written(
    owner: User, begun: Callable[..., Any], written: Counts
) -> None:
    made = begun(WITH_FORM, ("judgement.form", FORM))
    before = {name: count for name, count in written().items() if name not in REAL}

    form = owner.get(f"{address(made)}/user-tasks/{made['user_tasks'][0]['task_id']}/form")
    judged = owner.post(
        f"{address(made)}/completions",
        {
            "task_id": made["user_tasks"][0]["task_id"],
            "variables": {"approved": True, "why": "王芳说可以"},
            "played_as": "boss",
        },
    )
    done = owner.post(f"{address(made)}/completions", {"task_id": judged.json["user_tasks"][0]["task_id"]})

    assert [each["element_id"] for each in made["user_tasks"]] == ["judge"]
    assert [each["key"] for each in form.json["form"]["components"]] == ["approved", "why"]
    assert (judged.status_code, judged.json["variables"]["approved"]) == (200, True)
    assert judged.json["variables"]["why"].startswith("sealed:")  # as in earnest, and here nothing is behind it
    assert (done.json["is_completed"], done.json["tokens"], done.json["steps"]) == (True, [], 3)
    assert {name: count for name, count in written().items() if name not in REAL} == before
    assert "王芳" not in owner.get(f"{address(made)}/steps").text


def test_a_form_is_checked_and_a_wrong_one_is_refused_field_by_field(
    owner: User, begun: Callable[..., Any], written: Counts
) -> None:
    made = begun(WITH_FORM, ("judgement.form", FORM))
    before = written()

    refused = owner.post(f"{address(made)}/completions", {"task_id": made["user_tasks"][0]["task_id"]})

    assert (refused.status_code, refused.json["type"]) == (422, "/problems/form-invalid")
    assert [each["field"] for each in refused.json["errors"]] == ["why"]
    assert written() == before


def test_a_draft_is_tried_with_its_own_form_before_anybody_approves_it(owner: User, begun: Callable[..., Any]) -> None:
    begun(WITH_FORM, ("judgement.form", FORM))
    changed = FORM.replace(b'"approved"', b'"accepted"')
    draft = owner.send(
        "POST",
        "/api/deployments",
        data={
            "draft": "true",
            "a": _file("test.bpmn", WITH_FORM.replace(b"after", b"later")),
            "b": _file("judgement.form", changed),
        },
        content_type="multipart/form-data",
    ).json
    (definition,) = draft["process_definitions"]

    made = owner.post("/api/sandboxes", {"definition_id": definition["id"]}).json
    form = owner.get(f"{address(made)}/user-tasks/{made['user_tasks'][0]['task_id']}/form").json

    assert draft["state"] == "draft"
    assert form["form"]["components"][0]["key"] == "accepted"


def test_handlers_do_nothing_by_themselves_and_are_told_in_the_trace(owner: User, begun: Callable[..., Any]) -> None:
    made = begun(BOUGHT)

    steps = owner.get(f"{address(made)}/steps").json["items"]

    assert [each["element_id"] for each in made["user_tasks"]] == ["after"]
    (called,) = [each for each in steps[0]["events"] if each["type"] == "handler.completed"]
    assert called["detail"] == {"name": "shop_buy", "inputs": {"item": "pen"}, "outputs": {}, "is_automatic": True}


@pytest.mark.parametrize(
    ("answer", "element_id", "variables"),
    [
        ({"value": {"price": 3}}, "after", {"price": 3}),
        ({"outcome": "failure", "message": "closed"}, "buy", {}),
    ],
)
def test_who_tries_it_out_answers_for_a_handler(
    owner: User, begun: Callable[..., Any], answer: Any, element_id: str, variables: Any
) -> None:
    made = begun(BOUGHT, is_automatic=False)
    (incident,) = made["incidents"]

    told = owner.post(f"{address(made)}/answers", {"task_id": incident["task_id"], **answer}).json

    assert incident["question"] == {"kind": "handler", "name": "shop_buy", "inputs": {"item": "pen"}, "why": ""}
    assert [each["element_id"] for each in told["tokens"]] == [element_id]
    assert told["variables"] == variables
    assert [each["question"] for each in told["incidents"]] == [None] * len(told["incidents"])


def test_a_bpmn_error_answered_goes_where_the_diagram_catches_it(owner: User, begun: Callable[..., Any]) -> None:
    caught = BOUGHT.replace(
        b"</process>",
        b'<boundaryEvent id="sold_out" attachedToRef="buy"><errorEventDefinition errorRef="e"/></boundaryEvent>'
        b'<endEvent id="sorry"/><sequenceFlow id="x" sourceRef="sold_out" targetRef="sorry"/></process>',
    ).replace(b"<process ", b'<error id="e" name="sold out" errorCode="SOLD_OUT"/><process ')
    made = begun(caught, is_automatic=False)

    told = owner.post(
        f"{address(made)}/answers",
        {"task_id": made["incidents"][0]["task_id"], "outcome": "error", "code": "SOLD_OUT"},
    ).json

    assert told["is_completed"]
    assert ("element.completed", "sorry") in types(owner, made)


def test_a_function_that_finds_nothing_is_answered_and_remembered(owner: User, begun: Callable[..., Any]) -> None:
    made = begun(ASKS)
    (incident,) = made["incidents"]

    told = owner.post(
        f"{address(made)}/answers", {"task_id": incident["task_id"], "value": 7, "is_remembered": True}
    ).json

    assert incident["question"]["kind"] == "function"
    assert incident["question"]["inputs"] == ["pen"]
    assert "no pen in a sandbox" in incident["question"]["why"]
    assert (told["variables"], told["incidents"]) == ({"stock": 7}, [])


def test_the_clock_goes_to_the_next_timer_and_to_a_moment(owner: User, begun: Callable[..., Any]) -> None:
    made = begun(TIMER, begins_at="2027-02-01T08:00:00Z")
    (due,) = made["dues"]

    before = owner.put(f"{address(made)}/clock", {"until": "2027-02-01T08:59:59Z"}).json
    fired = owner.put(f"{address(made)}/clock", {}).json

    assert due["due_at"] == "2027-02-01T09:00:00+00:00"
    assert before["moment"] == "2027-02-01T08:59:59+00:00"
    assert [each["element_id"] for each in before["tokens"]] == ["wait"]
    assert (fired["moment"], fired["dues"]) == (due["due_at"], [])
    assert ("timer.fired", "wait") in types(owner, made)


def test_a_clock_that_goes_back_or_waits_for_nothing_is_refused(
    owner: User, begun: Callable[..., Any], written: Counts
) -> None:
    made = begun(TIMER, begins_at="2027-02-01T08:00:00Z")
    owner.put(f"{address(made)}/clock", {})
    before = written()

    back = owner.put(f"{address(made)}/clock", {"until": "2027-02-01T08:30:00Z"})
    far = owner.put(f"{address(made)}/clock", {"until": "2900-01-01T00:00:00Z"})
    nothing = owner.put(f"{address(made)}/clock", {})

    assert (back.status_code, back.json["type"]) == (422, "/problems/sandbox-clock-invalid")
    assert far.status_code == 422
    assert (nothing.status_code, nothing.json["type"]) == (409, "/problems/sandbox-nothing-open")
    assert written() == before


def test_a_message_arrives_and_the_last_step_is_undone(owner: User, begun: Callable[..., Any]) -> None:
    made = begun(WAITS_FOR_MESSAGE)
    (awaited,) = made["events"]

    paid = owner.post(f"{address(made)}/events", {"task_id": awaited["task_id"], "variables": {"sum": 5}}).json
    again = owner.post(f"{address(made)}/events", {"task_id": awaited["task_id"]})
    undone = owner.delete(f"{address(made)}/steps/last").json
    first = owner.delete(f"{address(made)}/steps/last")

    assert (awaited["kind"], awaited["name"]) == ("message", "paid")
    assert ([each["element_id"] for each in paid["tokens"]], paid["variables"]) == (["after"], {"sum": 5})
    assert again.status_code == 409
    assert (undone["events"], undone["variables"], undone["steps"]) == (made["events"], {}, 1)
    assert (first.status_code, first.json["type"]) == (409, "/problems/sandbox-nothing-open")


def test_what_the_process_sends_to_itself_arrives(owner: User, begun: Callable[..., Any]) -> None:
    throw = (
        "throw",
        '<intermediateThrowEvent id="throw"><signalEventDefinition signalRef="s"/></intermediateThrowEvent>',
    )
    hear = ("hear", '<intermediateCatchEvent id="hear"><signalEventDefinition signalRef="s"/></intermediateCatchEvent>')
    body = (
        chain(start(), ("split", '<parallelGateway id="split"/>'), hear, user("heard"), end())
        + user("before")[1]
        + throw[1]
        + end("other")[1]
        + '<sequenceFlow id="x1" sourceRef="split" targetRef="before"/>'
        + '<sequenceFlow id="x2" sourceRef="before" targetRef="throw"/>'
        + '<sequenceFlow id="x3" sourceRef="throw" targetRef="other"/>'
    )
    made = begun(diagram(body, outside='<signal id="s" name="go"/>'))

    told = owner.post(f"{address(made)}/completions", {"task_id": made["user_tasks"][0]["task_id"]}).json

    assert [each["element_id"] for each in told["user_tasks"]] == ["heard"]


def test_variables_are_changed_and_an_external_task_is_done(owner: User, begun: Callable[..., Any]) -> None:
    outside = ("outside", '<serviceTask id="outside" camunda:type="external" camunda:topic="print"/>')
    made = begun(diagram(chain(start(), outside, user("after"), end())))
    (work,) = made["external_tasks"]

    changed = owner.put(f"{address(made)}/variables", {"variables": {"colour": "red"}}).json
    done = owner.post(f"{address(made)}/external-tasks", {"task_id": work["task_id"], "variables": {"pages": 2}}).json

    assert work["topic"] == "print"
    assert changed["variables"] == {"colour": "red"}
    assert done["variables"] == {"colour": "red", "pages": 2}
    assert [each["element_id"] for each in done["user_tasks"]] == ["after"]


def test_a_sandbox_is_its_owners_own(
    owner: User, outsider: User, user: Callable[..., User], begun: Callable[..., Any], written: Counts
) -> None:
    made = begun(TIMER)
    colleague = user("colleague", "process_owner")
    before = written()

    others = [
        colleague.get(address(made)),
        colleague.put(f"{address(made)}/clock", {}),
        colleague.delete(address(made)),
    ]
    unknown = owner.get(f"/api/sandboxes/{UNKNOWN}")
    not_permitted = outsider.post("/api/sandboxes", {"definition_id": made["definition_id"]})

    assert [each.status_code for each in others] == [404, 404, 404]
    assert unknown.json["type"] == "/problems/sandbox-not-found"
    assert (not_permitted.status_code, not_permitted.json["type"]) == (403, "/problems/not-permitted")
    assert colleague.get("/api/sandboxes").json["items"] == []
    assert written() == before


def test_one_person_has_only_so_many_and_may_delete_them(owner: User, begun: Callable[..., Any]) -> None:
    made = begun(TIMER)
    body = {"definition_id": made["definition_id"]}
    for _ in range(9):
        assert owner.post("/api/sandboxes", body).status_code == 201

    refused = owner.post("/api/sandboxes", body)
    deleted = owner.delete(address(made))
    again = owner.post("/api/sandboxes", body)

    assert (refused.status_code, refused.json["type"]) == (409, "/problems/sandboxes-too-many")
    assert (deleted.status_code, again.status_code) == (204, 201)
    assert len(owner.get("/api/sandboxes").json["items"]) == 10


def test_a_sandbox_that_expired_or_is_of_an_older_engine_is_gone(
    owner: User, begun: Callable[..., Any], database: Engine
) -> None:
    made = begun(TIMER)

    with database.begin() as connection:
        connection.execute(text("UPDATE sandbox_step SET state = :state"), {"state": compress(b"[0]")})
    unreadable = owner.get(address(made))
    with database.begin() as connection:
        connection.execute(text("UPDATE sandbox SET expires_at = created_at"))
    expired = owner.get(address(made))
    owner.post("/api/sandboxes", {"definition_id": made["definition_id"]})

    assert (unreadable.status_code, unreadable.json["type"]) == (404, "/problems/sandbox-not-found")
    assert (expired.status_code, expired.json["type"]) == (404, "/problems/sandbox-not-found")
    with database.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM sandbox")) == 1


def test_a_timer_that_goes_off_for_ever_stops_after_a_hundred_times(owner: User, begun: Callable[..., Any]) -> None:
    cycle = (
        '<boundaryEvent id="tick" attachedToRef="after" cancelActivity="false"><timerEventDefinition>'
        "<timeCycle>R/PT1M</timeCycle></timerEventDefinition></boundaryEvent>"
        '<endEvent id="ticked"/><sequenceFlow id="x" sourceRef="tick" targetRef="ticked"/>'
    )
    made = begun(diagram(chain(start(), user("after"), end()) + cycle), begins_at="2027-02-01T08:00:00Z")

    told = owner.put(f"{address(made)}/clock", {"until": "2028-02-01T08:00:00Z"}).json

    moment = datetime.fromisoformat(told["moment"])
    assert moment == datetime.fromisoformat("2027-02-01T08:00:00Z") + timedelta(minutes=100)


def _file(name: str, content: bytes) -> tuple[Any, str]:
    return io.BytesIO(content), name
