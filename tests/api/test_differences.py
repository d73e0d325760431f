"""Comparing two versions over HTTP."""

from tests.api.conftest import User
from tests.api.playing import ONE_TASK, UNKNOWN, deploy
from tests.engine.diagrams import chain, diagram, end, start, user

SECOND = diagram(chain(start(), user("approve", "leads"), end()), key="approval")


def test_what_changed_between_two_versions_is_told_in_both_languages(owner: User) -> None:
    first = deploy(owner, ("approval.bpmn", ONE_TASK)).json["process_definitions"][0]["id"]
    second = deploy(owner, ("approval.bpmn", SECOND)).json["process_definitions"][0]["id"]

    found = owner.get(f"/api/process-definitions/{first}/differences?with={second}")

    (element,) = found.json["elements"]
    (change,) = element["properties"]
    assert found.status_code == 200
    assert (element["element_id"], element["change"], element["element_name"]) == ("approve", "changed", "approve")
    assert (change["name"], change["name_zh"]) == ("Candidate groups", "候选组")
    assert (change["old"], change["new"]) == ("supervisor", "leads")
    assert (found.json["moved"], found.json["is_whole"]) == ([], True)


def test_a_version_that_is_not_there_is_a_404_and_one_that_is_not_named_a_422(owner: User, anybody: User) -> None:
    first = deploy(owner, ("approval.bpmn", ONE_TASK)).json["process_definitions"][0]["id"]
    address = f"/api/process-definitions/{first}/differences"

    missing = owner.get(f"{address}?with={UNKNOWN}")
    unnamed = owner.get(address)
    nobody = anybody.get(f"{address}?with={first}")

    assert (missing.status_code, missing.json["type"]) == (404, "/problems/process-definition-not-found")
    assert unnamed.status_code == 422
    assert nobody.status_code == 401
