"""A task nobody can work on: a warning, or a refusal where the house wants it so."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from engine.settings import Settings
from tests.api.camunda7.modeler import Modeler
from tests.api.conftest import User
from tests.api.playing import ONE_TASK, Counts, deploy
from tests.api.test_deployment_reports import check
from tests.api.test_drafts import drawn, id_of

NOBODY = ONE_TASK.replace(b' camunda:candidateGroups="supervisor"', b"")
ON_MARS = ONE_TASK.replace(b'"supervisor"', b'"on_mars"')
BY_HAND = NOBODY.replace(b"userTask", b"manualTask")
ON_MARS_BY_HAND = ON_MARS.replace(b"userTask", b"manualTask")
FOR_NOBODY = [
    (NOBODY, "user-task-nobody"),
    (BY_HAND, "user-task-nobody"),
    (ON_MARS, "user-task-group-unknown"),
    (ON_MARS_BY_HAND, "user-task-group-unknown"),
]


@pytest.fixture
def strict(app: Flask, settings: Settings) -> None:
    app.extensions["opsflow_settings"] = replace(settings, requires_performers=True)


def found(problems: list[dict[str, Any]], code: str) -> tuple[str, str]:
    (one,) = [each for each in problems if each["code"] == code]
    return one["severity"], one["element_id"]


@pytest.mark.parametrize(("source", "code"), FOR_NOBODY)
def test_a_task_nobody_can_work_on_deploys_with_a_warning(owner: User, source: bytes, code: str) -> None:
    answer = deploy(owner, ("a.bpmn", source))

    assert answer.status_code == 201
    assert found(answer.json["warnings"], code) == ("warning", "approve")


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize(("source", "code"), FOR_NOBODY)
def test_where_the_house_requires_performers_it_is_refused_and_nothing_is_written(
    owner: User, written: Counts, source: bytes, code: str
) -> None:
    before = written()

    answer = deploy(owner, ("a.bpmn", source))

    assert answer.status_code == 422
    assert found(answer.json["problems"], code) == ("error", "approve")
    assert "In this house" in answer.text
    assert found(check(owner, ("a.bpmn", source)).json["problems"], code) == ("error", "approve")
    assert written() == before


@pytest.mark.usefixtures("strict")
def test_where_the_house_requires_performers_the_modelers_and_drafts_are_refused_too(
    app: Flask, owner: User, written: Counts
) -> None:
    draft = id_of(drawn(owner, content=NOBODY))
    modeler = Modeler(app.test_client(use_cookies=False), f"Bearer {owner.token}")
    before = written()

    checked = owner.post("/api/drafts/check", {"ids": [draft]})
    from_draft = owner.post("/api/drafts/deployment", {"drafts": [{"id": draft, "revision": 1}]})
    from_modeler = modeler.deploy(("a.bpmn", NOBODY))

    assert (checked.json["is_deployable"], from_draft.status_code, from_modeler.status_code) == (False, 422, 400)
    assert found(checked.json["problems"], "user-task-nobody") == ("error", "approve")
    assert written() == before


@pytest.mark.usefixtures("strict")
def test_where_the_house_requires_performers_what_somebody_can_work_on_is_deployed(
    owner: User, supervisor: User
) -> None:
    several = ONE_TASK.replace(b'"supervisor"', b'"on_mars, supervisor"')
    computed = ONE_TASK.replace(b'"supervisor"', b'"${groups}"')

    answers = [deploy(owner, ("a.bpmn", each)).status_code for each in (ONE_TASK, several, computed)]

    assert answers == [201, 201, 201]


def test_the_lint_rules_and_the_policy_say_what_the_house_requires(owner: User, app: Flask, settings: Settings) -> None:
    def told() -> tuple[str, str, bool]:
        listed = owner.get("/api/modeler/lint-rules").json["config"]["rules"]["user-task-nobody"]
        one = owner.get("/api/modeler/lint-rules/user-task-group-unknown").json["category"]
        return listed, one, owner.get("/api/publication-policy").json["requires_performers"]

    usual = told()
    app.extensions["opsflow_settings"] = replace(settings, requires_performers=True)
    strict = told()

    assert usual == ("warn", "warn", False)
    assert strict == ("error", "error", True)
