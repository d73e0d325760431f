"""The report of a deployment: all problems at once, the same without deploying, and in the modeler's shape."""

import io
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.api.conftest import User
from tests.api.playing import ONE_TASK, deploy
from tests.engine.diagrams import HEAD

Counts = Callable[[], Mapping[str, int]]
BROKEN = (
    HEAD
    + '<process id="p" name="p" isExecutable="true"><startEvent id="s"/>\n<serviceTask id="t" name="通知客户"/>\n'
    + '<sequenceFlow id="f" sourceRef="s" targetRef="t"/></process></definitions>'
).encode()
DRAWN = (HEAD + '<process id="drawn" name="画"><task id="t"/></process></definitions>').encode()


def check(user: User, *files: tuple[str, bytes], **fields: str) -> Any:
    data: dict[str, Any] = {f"f{n}": (io.BytesIO(content), name) for n, (name, content) in enumerate(files)}
    return user.send("POST", "/api/deployments/check", data=data | fields, content_type="multipart/form-data")


def test_a_check_gives_the_report_of_a_deployment_and_writes_nothing(owner: User, written: Counts) -> None:
    before = written()

    checked = check(owner, ("a.bpmn", BROKEN))
    deployed = deploy(owner, ("a.bpmn", BROKEN))

    assert (checked.status_code, checked.json["is_deployable"]) == (200, False)
    assert checked.json["problems"] == deployed.json["problems"]
    (missing,) = [each for each in checked.json["problems"] if each["code"] == "handler-missing"]
    assert (missing["severity"], missing["file"], missing["element_id"]) == ("error", "a.bpmn", "t")
    assert (missing["element_name"], missing["line"]) == ("通知客户", 2)
    assert re.search(r"[\u4e00-\u9fff]", missing["message_zh"])
    assert written() == before


def test_a_check_of_a_sound_model_says_what_it_holds(owner: User, written: Counts) -> None:
    before = written()

    checked = check(owner, ("a.bpmn", ONE_TASK)).json

    assert (checked["is_deployable"], checked["processes"]) == (True, [{"file": "a.bpmn", "key": "approval"}])
    assert written() == before


def test_checking_needs_the_permission_to_deploy(outsider: User) -> None:
    assert check(outsider, ("a.bpmn", ONE_TASK)).status_code == 403


def test_the_findings_are_told_as_bpmnlint_tells_them(owner: User) -> None:
    found = check(owner, ("a.bpmn", BROKEN)).json["lint"]["a.bpmn"]["handler-missing"]

    assert [(each["id"], each["name"], each["category"]) for each in found] == [("t", "通知客户", "error")]
    rule = owner.get(found[0]["meta"]["documentation"]["url"])
    assert (rule.status_code, rule.json["name"], rule.json["category"]) == (200, "handler-missing", "error")


def test_every_rule_is_listed_in_two_languages(owner: User) -> None:
    rules = owner.get("/api/modeler/lint-rules").json

    assert rules["config"]["rules"]["unreachable"] in {"error", "warn"}
    assert {each["name"] for each in rules["items"]} == set(rules["config"]["rules"])
    assert all(re.search(r"[\u4e00-\u9fff]", each["message_zh"]) for each in rules["items"])
    assert owner.get("/api/modeler/lint-rules/nonsense").status_code == 404


def test_a_diagram_without_an_executable_process_is_kept_as_documentation_when_asked(
    owner: User, written: Counts
) -> None:
    before = written()
    refused = deploy(owner, ("drawn.bpmn", DRAWN))
    after_refusal = written()

    data = {"documentation": "true", "f": (io.BytesIO(DRAWN), "drawn.bpmn")}
    kept = owner.send("POST", "/api/deployments", data=data, content_type="multipart/form-data")

    assert (refused.status_code, {each["code"] for each in refused.json["problems"]}) == (
        422,
        {"no-executable-process"},
    )
    assert after_refusal == before
    assert (kept.status_code, kept.json["is_new"], kept.json["process_definitions"]) == (201, True, [])
    assert [each["code"] for each in kept.json["warnings"]] == ["kept-as-documentation"]
    assert written()["deployment_file"] == before["deployment_file"] + 1


def test_the_same_document_again_is_nothing_new(owner: User, written: Counts) -> None:
    def keep() -> Any:
        data = {"documentation": "true", "f": (io.BytesIO(DRAWN), "drawn.bpmn")}
        return owner.send("POST", "/api/deployments", data=data, content_type="multipart/form-data").json

    first = keep()
    before = written()

    second = keep()

    assert (second["id"], second["is_new"]) == (first["id"], False)
    assert written() == before


def test_documentation_is_true_or_false(owner: User, written: Counts) -> None:
    before = written()

    answer = check(owner, ("a.bpmn", DRAWN), documentation="maybe")

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/documentation")
    assert written() == before


@pytest.mark.parametrize("name", ["a.bpmn20.xml", "A.BPMN", "流程.bpmn", "a.bpmn2", "a.xml"])
def test_diagrams_are_known_by_their_names(owner: User, name: str) -> None:
    assert deploy(owner, (name, ONE_TASK)).status_code == 201


@pytest.mark.parametrize("name", ["a.txt", "bpmn", "a.bpmn.zip"])
def test_other_names_are_refused(owner: User, written: Counts, name: str) -> None:
    before = written()

    answer = deploy(owner, (name, ONE_TASK))

    assert (answer.status_code, answer.json["problems"][0]["code"]) == (422, "unknown-file-kind")
    assert written() == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<a/>",
        b'<definitions xmlns="urn:other"/>',
        b'<x:definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:x="urn:x"/>',
    ],
)
def test_a_file_that_is_only_called_xml_and_holds_neither_bpmn_nor_dmn_is_refused(owner: User, content: bytes) -> None:
    answer = check(owner, ("a.xml", content))

    assert [each["code"] for each in answer.json["problems"]] == ["unknown-file-kind"]


def test_a_file_that_is_only_called_xml_is_what_its_root_says(owner: User) -> None:
    decisions = b'<?xml version="1.0"?><!-- by hand --><d:definitions id="t" name="t" namespace="urn:t" '
    decisions += b"xmlns:d='https://www.omg.org/spec/DMN/20191111/MODEL/'><d:nothing/></d:definitions>"

    answer = check(owner, ("rules.xml", decisions), ("drawn.XML", ONE_TASK.decode().encode("utf-16")))

    assert "unknown-file-kind" not in [each["code"] for each in answer.json["problems"]]
    assert {each["file"] for each in answer.json["problems"]} >= {"rules.xml"}


PROLOGUE = '<?xml version="1.0" encoding="{}"?>\n'


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "GBK", "GB18030", "UTF-8-SIG"])
def test_a_diagram_may_be_written_in_any_declared_encoding(owner: User, encoding: str) -> None:
    text = ONE_TASK.decode().partition("?>")[2] or ONE_TASK.decode()
    source = (PROLOGUE.format(encoding.removesuffix("-SIG")) + text).encode(encoding)

    answer = deploy(owner, ("a.bpmn", source))

    assert answer.status_code == 201, answer.json


HOSTILE = {
    "empty": b"",
    "blank": b" \n ",
    "zip": b"PK\x03\x04" + b"\x00" * 100,
    "binary": bytes(range(256)),
    "cut": ONE_TASK[:-30],
    "wrong root": b"<html/>",
    "other namespace": ONE_TASK.replace(b"20100524", b"20090101"),
    "doctype": b"<!DOCTYPE definitions>" + ONE_TASK.partition(b"?>")[2],
    "bomb": b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>',
    "external": b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
    "external entity": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
    "wrong encoding": ONE_TASK.replace(b"UTF-8", b"UTF-16"),
    "unknown encoding": b'<?xml version="1.0" encoding="no-such-code"?><a/>',
    "deep": b"<a>" * 400 + b"</a>" * 400,
    "deeper": b"<a>" * 100_000,
    "attributes": b"<a " + b" ".join(b"a%d=''" % n for n in range(2_000)) + b"/>",
    "prefixes": b"<a " + b" ".join(b"xmlns:a%d='u'" % n for n in range(2_000)) + b"/>",
    "xinclude": b'<x xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd"/></x>',
    "dmn": b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>',
    "json": b'{"id": "x"}',
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("ending", ["bpmn", "dmn", "form"])
def test_what_is_no_diagram_is_refused_in_words_and_writes_nothing(
    owner: User, written: Counts, content: bytes, ending: str
) -> None:
    if ending == "dmn" and content == HOSTILE["dmn"]:
        pytest.skip("that one is a decision model, if an empty one")
    before = written()

    answer = deploy(owner, (f"a.{ending}", content))

    assert answer.status_code == 422
    (problem, *_) = answer.json["problems"]
    assert (problem["severity"], problem["file"]) == ("error", f"a.{ending}")
    assert "Traceback" not in problem["message"]
    assert "root:" not in answer.text
    assert written() == before


@pytest.mark.parametrize(
    ("group", "is_told"), [("on_mars", True), ("supervisor", False), ("on_mars, supervisor", False)]
)
def test_a_task_for_a_group_that_does_not_exist_is_a_warning(
    owner: User, supervisor: User, group: str, is_told: bool
) -> None:
    source = ONE_TASK.replace(b'"supervisor"', f'"{group}"'.encode())

    told = {(each["severity"], each["code"]) for each in check(owner, ("a.bpmn", source)).json["problems"]}

    assert (("warning", "user-task-group-unknown") in told) == is_told
