"""What holds for every address under `/engine-rest`."""

from collections.abc import Iterator

from flask import Flask
from sqlalchemy.exc import OperationalError

from tests.api.camunda7.modeler import ONE_TASK, Modeler
from tests.api.conftest import User
from tests.api.test_hostile import BODIES, QUERIES, SEGMENTS


def routes(app: Flask) -> Iterator[tuple[str, str, bool]]:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/engine-rest/") and not rule.rule.startswith("/engine-rest/engine/default"):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, rule.rule.removeprefix("/engine-rest"), bool(rule.arguments)


def filled(rule: str, segment: str) -> str:
    head, _, rest = rule.partition("<")
    return head + segment + rest.partition(">")[2] if rest else rule


def test_every_address_needs_its_senders_name_but_the_list_of_engines(app: Flask, stranger: Modeler) -> None:
    told = {(method, rule): stranger.send(method, filled(rule, "x")).status_code for method, rule, _ in routes(app)}

    assert {where for where, status in told.items() if status != 401} == {("GET", "/engine")}
    assert stranger.get("/engine").json == [{"name": "default"}]
    assert stranger.get("/engine", headers={"Authorization": "Basic x"}).status_code == 200


def test_every_refusal_has_camundas_shape_and_nothing_sent_is_a_5xx(app: Flask, modeler: Modeler) -> None:
    asked = 0
    for method, rule, has_arguments in routes(app):
        for segment in SEGMENTS if has_arguments else ("",):
            path = filled(rule, segment)
            tries = [f"{path}?{query}" for query in QUERIES] if method == "GET" and not has_arguments else [path]
            for target in tries:
                for body in BODIES if method == "POST" else ({},):
                    options = {} if method == "GET" else {"json": body}
                    answer = modeler.send(method, target, **options)
                    asked += 1
                    assert answer.status_code < 500, (method, target, body)
                    if answer.status_code >= 400:
                        assert answer.headers["Content-Type"] == "application/json", (method, target)
                        assert set(answer.json) >= {"type", "message", "code"}
    assert asked > 100


def test_what_is_not_there_is_told_in_this_edges_words(modeler: Modeler) -> None:
    unknown = modeler.get("/case-instance")
    other_engine = modeler.get("/engine/other/version")
    method = modeler.send("PUT", "/deployment/create", json={})

    for answer in (unknown, other_engine, method):
        assert (answer.status_code, answer.json["type"], answer.json["code"]) == (404, "NotFoundException", 0)


def test_get_with_a_json_body_is_legal(modeler: Modeler) -> None:
    assert modeler.get("/deployment", json={}).json == []


def test_none_of_it_is_in_the_openapi_document(anybody: User) -> None:
    assert not [path for path in anybody.get("/api/openapi.json").json["paths"] if "engine-rest" in path]


def test_a_defect_and_a_database_that_is_away_tell_nothing_of_themselves(app: Flask, modeler: Modeler) -> None:
    def answer_of(error: Exception) -> tuple[int, str, str]:
        def broken() -> None:
            raise error

        broken.__dict__.update(app.view_functions["camunda7.read_version"].__dict__)
        app.view_functions["camunda7.read_version"] = broken
        answer = modeler.get("/version")
        return answer.status_code, answer.json["type"], answer.get_data(as_text=True)

    defect = answer_of(ZeroDivisionError("secret"))
    away = answer_of(OperationalError("SELECT secret", {}, Exception("secret")))

    assert defect[:2] == (500, "ProcessEngineException")
    assert away[:2] == (503, "ProcessEngineException")
    assert "secret" not in defect[2] + away[2]


def test_repeating_a_request_with_its_idempotency_key_starts_nothing_twice(modeler: Modeler) -> None:
    modeler.deploy(("approval.bpmn", ONE_TASK))

    first, second = (
        modeler.send(
            "POST", "/process-definition/key/approval/start", json={}, headers={"Idempotency-Key": "start-once"}
        )
        for _ in range(2)
    )

    assert first.json == second.json
    assert second.headers["Content-Type"] == "application/json"
