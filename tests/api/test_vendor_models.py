"""Files as other tools write them: they run, are kept as documentation, or are refused by name."""

from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import User
from tests.api.playing import begin
from tests.api.test_deployment_reports import check
from tests.api.test_large_models import sent

FOLDER = Path(__file__).resolve().parents[1] / "bpmn" / "vendors"
RUN = {
    "activiti.bpmn20.xml": ("activiti_vacation", "handleRequest"),
    "blueworks.bpmn": ("bwl_4", "bwl_t"),
    "trisotech.bpmn": ("_proc", "_a"),
}
DRAWN = ("adonis.bpmn", "bizagi.bpmn", "choreography.bpmn", "conversation.bpmn", "signavio.bpmn")
REFUSED = {
    "bonita.bpmn": {("script-language", "_f2")},
    "camunda8.bpmn": {("handler-missing", "Activity_charge")},
    "flowable.bpmn20.xml": {("handler-missing", "notify"), ("handler-missing", "mail")},
    "jbpm.bpmn2.bpmn": {("script-language", "_log")},
    "beta_namespace.bpmn": {("not-bpmn", None)},
    "xpdl.bpmn": {("not-bpmn", None)},
}


def read(name: str) -> tuple[str, bytes]:
    return name, (FOLDER / name).read_bytes()


def errors(answer: Any) -> set[tuple[str, str | None]]:
    return {(each["code"], each["element_id"]) for each in answer["problems"] if each["severity"] == "error"}


def test_every_file_of_another_tool_is_expected_to_do_something():
    assert {path.name for path in FOLDER.iterdir()} == {*RUN, *DRAWN, *REFUSED, "two_pools.bpmn"}


@pytest.mark.parametrize("name", RUN)
def test_what_is_executable_runs_to_its_first_task(owner: User, name: str) -> None:
    key, task = RUN[name]

    answer = sent(owner, read(name))

    assert answer.status_code == 201, answer.json
    assert [each["element_id"] for each in begin(owner, key)["user_tasks"]][:1] == [task]


@pytest.mark.parametrize("name", DRAWN)
def test_what_is_only_drawn_is_refused_or_kept_as_documentation(owner: User, name: str) -> None:
    refused = check(owner, read(name)).json
    kept = check(owner, read(name), documentation="true").json

    assert {code for code, _ in errors(refused)} == {"no-executable-process"}
    assert (kept["is_deployable"], kept["documents"]) == (True, [name])


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_run_is_refused_by_name(owner: User, name: str) -> None:
    answer = sent(owner, read(name))

    assert answer.status_code == 422
    assert errors(answer.json) >= REFUSED[name]


def test_two_pools_are_two_processes(owner: User) -> None:
    answer = sent(owner, read("two_pools.bpmn"))

    assert [each["key"] for each in answer.json["process_definitions"]] == ["buyer_process", "seller_process"]


def test_what_activiti_says_as_camunda_does_is_read_and_what_it_says_otherwise_is_told(owner: User) -> None:
    told = check(owner, read("activiti.bpmn20.xml")).json["problems"]

    read_as = [each["message"] for each in told if each["code"] == "extension-alias"]
    ignored = [each["message"] for each in told if each["code"] == "extension-foreign"]
    assert [each.split()[0] for each in read_as] == ["activiti:initiator", "activiti:candidateGroups"]
    assert [each.split()[2] for each in ignored] == ["activiti:formProperty"]
