"""What is deployed, and what a diagram may refer to, for those who draw."""

import io
from pathlib import Path

import pytest
from flask import Flask

from engine.handlers import Call, Registry
from tests.api.conftest import User
from tests.api.playing import ONE_TASK, UNKNOWN, deploy
from tests.engine.diagrams import chain, diagram, end, start, user

ROOT = Path(__file__).resolve().parents[2]
SEVERITY = (ROOT / "processes/complaint_handling/complaint_severity.dmn").read_bytes()
FORM = b'{"type":"default","id":"approve_form","components":[]}'
SECOND = diagram(chain(start(), user("check", "supervisor"), end()), key="approval")


@pytest.fixture
def registry() -> Registry:
    registry = Registry()

    @registry.handler("notify")
    def notify(call: Call, *, template: str, days: float | None = None, **more: object) -> None:
        """Tell somebody."""

    return registry


def test_the_newest_version_of_everything_is_listed_with_the_one_in_use(owner: User) -> None:
    deploy(owner, ("approval.bpmn", ONE_TASK), ("severity.dmn", SEVERITY), ("approve.form", FORM))
    data = {"file": (io.BytesIO(SECOND), "approval.bpmn"), "draft": "true", "note": "waits"}
    owner.send("POST", "/api/deployments", data=data, content_type="multipart/form-data")

    found = owner.get("/api/models").json["items"]

    listed = {(each["kind"], each["key"]): each for each in found}
    process = listed["process", "approval"]
    assert (process["version"], process["state"], process["active_version"], process["note"]) == (
        2,
        "draft",
        1,
        "waits",
    )
    assert listed["form", "approve_form"]["active_version"] == 1
    assert listed["decision", "complaint_severity"]["file_name"] == "severity.dmn"


def test_deployed_files_are_read_byte_for_byte_by_kind(owner: User) -> None:
    files = {"process": ("approval.bpmn", ONE_TASK), "decision": ("s.dmn", SEVERITY), "form": ("approve.form", FORM)}
    deploy(owner, *files.values())

    for each in owner.get("/api/models").json["items"]:
        content = owner.get(f"/api/models/{each['kind']}/{each['id']}/content")
        assert content.data == files[each["kind"]][1]

    for kind, code in (("process", "process-definition"), ("decision", "decision"), ("form", "form")):
        missing = owner.get(f"/api/models/{kind}/{UNKNOWN}/content")
        assert (missing.status_code, missing.json["type"]) == (404, f"/problems/{code}-not-found")


def test_the_catalogue_names_handlers_with_their_inputs(owner: User) -> None:
    found = owner.get("/api/models/catalogue").json

    assert found["handlers"] == [
        {
            "name": "notify",
            "description": "Tell somebody.",
            "accepts_any": True,
            "outputs": [],
            "parameters": [
                {"name": "template", "kinds": ["str"], "is_required": True},
                {"name": "days", "kinds": ["float"], "is_required": False},
            ],
        }
    ]


def test_the_catalogue_names_the_messages_of_the_house(house: Flask, owner: User) -> None:
    found = owner.get("/api/models/catalogue").json

    assert found["messages"] == sorted(found["messages"])
    assert found["messages"]


def test_the_templates_of_messages_are_named_with_their_subjects(house: Flask, owner: User) -> None:
    found = {each["key"]: each for each in owner.get("/api/models/templates").json["items"]}

    assert found["escalation_reminder"]["audience"] == "staff"
    assert all(each["subject_zh"] and each["subject_en"] for each in found.values())


def test_models_are_no_business_of_everybody(outsider: User) -> None:
    refused = [outsider.get(f"/api/models{path}") for path in ("", "/catalogue", "/templates")]

    assert [each.status_code for each in refused] == [403, 403, 403]
