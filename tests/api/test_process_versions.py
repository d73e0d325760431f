"""The versions of a process as its owners see them."""

import io
from collections.abc import Callable

from tests.api.conftest import User
from tests.api.playing import ONE_TASK, UNKNOWN, begin, deploy
from tests.engine.diagrams import chain, diagram, end, start, user

SECOND = diagram(chain(start(), user("approve", "leads"), end()), key="approval")
FORM = b'{"type": "default", "id": "asking", "schemaVersion": 19, "components": []}'
WITH_FORM = diagram(chain(("start", '<startEvent id="start" camunda:formRef="asking"/>'), user("x"), end()))


def drafted(owner: User, content: bytes) -> str:
    data = {"draft": "true", "note": "shorter", "a": (io.BytesIO(content), "approval.bpmn")}
    made = owner.send("POST", "/api/deployments", data=data, content_type="multipart/form-data").json
    return str(made["id"])


def test_versions_tell_their_stage_who_did_what_and_what_runs(owner: User, user: Callable[..., User]) -> None:
    colleague = user("colleague", "process_owner")
    deploy(owner, ("approval.bpmn", ONE_TASK))
    begin(owner), begin(owner)
    draft = drafted(owner, SECOND)
    owner.put(f"/api/deployments/{draft}/proposal", {"note": "please look"})

    proposed, active = owner.get("/api/process-versions?key=approval").json["items"]
    colleague.put(f"/api/deployments/{draft}/approval", {"note": "good"})
    approved, _ = owner.get("/api/process-versions?key=approval").json["items"]

    assert (proposed["version"], proposed["stage"], proposed["running"]) == (2, "proposed", 0)
    assert proposed["proposed_by"] == owner.subject
    assert (active["version"], active["stage"], active["running"]) == (1, "active", 2)
    assert active["names"] == {owner.subject: "owner"}
    assert [each["kind"] for each in active["starts"]] == ["none"]
    assert (approved["stage"], approved["review_note"]) == ("approved", "good")
    assert approved["names"][colleague.subject] == "colleague"


def test_versions_come_in_pages(owner: User) -> None:
    for group in ("a", "b", "c"):
        deploy(owner, ("approval.bpmn", diagram(chain(start(), user("approve", group), end()), key="approval")))

    first = owner.get("/api/process-versions?key=approval&limit=2").json
    rest = owner.get(f"/api/process-versions?key=approval&limit=2&cursor={first['next']}").json

    assert [each["version"] for each in first["items"] + rest["items"]] == [3, 2, 1]
    assert rest["next"] is None


def test_the_form_with_which_somebody_begins_is_found(owner: User) -> None:
    deploy(owner, ("test.bpmn", WITH_FORM), ("asking.form", FORM), ("approval.bpmn", ONE_TASK))
    ids = {each["key"]: each["id"] for each in owner.get("/api/process-definitions").json["items"]}

    with_form = owner.get(f"/api/process-definitions/{ids['test']}/start-form").json
    without = owner.get(f"/api/process-definitions/{ids['approval']}/start-form").json
    missing = owner.get(f"/api/process-definitions/{UNKNOWN}/start-form")

    assert (with_form["form_ref"], with_form["form"]["id"]) == ("asking", "asking")
    assert without == {"form": None, "form_ref": None}
    assert missing.status_code == 404


def test_the_policy_of_publishing_is_told(owner: User, anybody: User) -> None:
    told = owner.get("/api/publication-policy")
    nobody = anybody.get("/api/publication-policy")

    policies = ("is_published_apart", "is_four_eyes", "requires_backtest", "requires_performers")
    assert told.json == dict.fromkeys(policies, False)
    assert nobody.status_code == 401
