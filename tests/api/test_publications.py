"""Publishing a version over HTTP: by one person, and by two where the house wants it so."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import Engine

from api.app import create_app
from engine.handlers import Registry
from engine.settings import Settings
from tests.api.conftest import User
from tests.api.playing import ONE_TASK, UNKNOWN, Counts, begin, deploy
from tests.engine.diagrams import chain, diagram, end, start, user

SECOND_VERSION = diagram(chain(start(), user("check", "supervisor"), end()), key="approval")


@pytest.fixture
def app(database: Engine, settings: Settings, registry: Registry) -> Flask:
    return create_app(replace(settings, is_four_eyes=True), registry)


@pytest.fixture
def colleague(user: Callable[..., User]) -> User:
    return user("colleague", "process_owner")


def test_where_two_people_publish_a_deployment_waits_for_the_second(owner: User, colleague: User) -> None:
    made = deploy(owner, ("approval.bpmn", ONE_TASK)).json
    address = f"/api/deployments/{made['id']}"

    early = owner.post("/api/process-instances", {"definition_key": "approval"})
    at_once = owner.put(f"{address}/activation")
    proposed = owner.put(f"{address}/proposal", {"note": "shorter"})
    own = owner.put(f"{address}/approval", {})
    approved = colleague.put(f"{address}/approval", {"note": "good"})
    active = owner.put(f"{address}/activation")

    assert (made["state"], early.status_code) == ("draft", 404)
    assert (at_once.status_code, at_once.json["type"]) == (409, "/problems/deployment-not-ready")
    assert (proposed.status_code, proposed.json["state"]) == (200, "proposed")
    assert (own.status_code, own.json["type"]) == (403, "/problems/segregation-of-duties")
    assert own.json["rule"] == "author ≠ publisher"
    assert (approved.json["state"], approved.json["reviewed_by"]) == ("approved", colleague.subject)
    assert (active.status_code, active.json["state"]) == (200, "active")
    assert begin(owner)["state"] == "active"


def test_a_version_is_retired_and_reinstated_with_a_reason(owner: User, colleague: User, written: Counts) -> None:
    address = f"/api/deployments/{deploy(owner, ('approval.bpmn', ONE_TASK)).json['id']}"
    owner.put(f"{address}/proposal")
    colleague.put(f"{address}/approval")
    owner.put(f"{address}/activation")
    version = owner.get("/api/process-definitions?key=approval").json["items"][0]["id"]
    retirement = f"/api/process-definitions/{version}/retirement"
    before = written()

    without = owner.put(retirement, {})
    unchanged = written()
    retired = owner.put(retirement, {"reason": "no longer offered"})
    refused = owner.post("/api/process-instances", {"definition_id": version})
    back = owner.delete(f"{retirement}?reason=offered%20again")

    assert (without.status_code, without.json["type"]) == (422, "/problems/reason-required")
    assert unchanged == before
    assert (retired.status_code, retired.json["state"]) == (200, "retired")
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/process-definition-not-ready")
    assert (back.status_code, back.json["state"]) == (200, "active")


def test_refusals_of_publishing_write_nothing(owner: User, colleague: User, outsider: User, written: Counts) -> None:
    made = deploy(owner, ("approval.bpmn", ONE_TASK)).json
    address = f"/api/deployments/{made['id']}"
    before = written()

    not_allowed = outsider.put(f"{address}/proposal")
    not_proposed = colleague.put(f"{address}/approval")
    no_reason = colleague.put(f"{address}/refusal", {})
    unknown = owner.put(f"/api/deployments/{UNKNOWN}/proposal")
    no_such_version = owner.put(f"/api/process-definitions/{UNKNOWN}/retirement", {"reason": "x"})
    strange = owner.get("/api/deployments?state=lost")

    answers = (not_allowed, not_proposed, no_reason, unknown, no_such_version, strange)
    assert [each.status_code for each in answers] == [403, 409, 422, 404, 404, 422]
    assert written() == before


def test_drafts_are_listed_sent_back_and_withdrawn(owner: User, colleague: User) -> None:
    made = deploy(owner, ("approval.bpmn", SECOND_VERSION)).json
    address = f"/api/deployments/{made['id']}"
    owner.put(f"{address}/proposal")

    sent_back = colleague.put(f"{address}/refusal", {"reason": "no documentation"})
    drafts = owner.get("/api/deployments?state=draft").json["items"]
    withdrawn = owner.put(f"{address}/withdrawal", {})
    read = owner.get(address)

    assert (sent_back.json["state"], sent_back.json["review_note"]) == ("draft", "no documentation")
    assert [each["id"] for each in drafts] == [made["id"]]
    assert (withdrawn.json["state"], read.json["state"]) == ("withdrawn", "withdrawn")


def test_a_camunda_client_sees_no_drafts(owner: User) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK))

    listed = owner.get("/engine-rest/process-definition?key=approval")

    assert (listed.status_code, listed.json) == (200, [])
