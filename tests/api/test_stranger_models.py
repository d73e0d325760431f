"""What other tools and careless people send: it runs as drawn, or is refused by name and in two languages."""

import re

from tests.api.careless_models import OTHERS, REFUSED
from tests.api.conftest import User
from tests.api.playing import Counts, deploy
from tests.api.stranger_models import RUN

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LEAKS = re.compile(r"Traceback|Exception|Error\b|lxml|libxml|object at 0x")


def told_badly(name: str, source: bytes, owner: User) -> list[object]:
    """What is wrong with the way a file is refused."""
    answer = deploy(owner, ("模型.bpmn", source))
    if answer.status_code != 422:
        return [(name, answer.status_code, answer.text[:300])]
    errors = [each for each in answer.json["problems"] if each["severity"] == "error"]
    bad = [each for each in errors if each["file"] != "模型.bpmn" or not _CHINESE.search(each["message_zh"])]
    bad += [each for each in errors if not each["message"] or _LEAKS.search(each["message"] + each["message_zh"])]
    return [(name, each) for each in bad] if errors else [(name, "no error")]


def test_what_strangers_draw_runs(owner: User, supervisor: User) -> None:
    wrong = []
    for name, (source, opened) in RUN.items():
        deployed = deploy(owner, (f"{name}.bpmn", source))
        if deployed.status_code != 201:
            wrong.append((name, [each for each in deployed.json["problems"] if each["severity"] == "error"]))
            continue
        (made,) = deployed.json["process_definitions"]
        begun = owner.post("/api/process-instances", {"definition_id": made["id"]})
        found = sorted(each["element_id"] for each in begun.json.get("user_tasks", [{"element_id": begun.text[:300]}]))
        state = "active" if opened else "completed"
        if (found, begun.json.get("state")) != (opened, state):
            wrong.append((name, found, begun.json.get("state")))

    assert wrong == [], "\n".join(map(str, wrong))


def test_what_is_no_bpmn_is_refused_in_words_and_writes_nothing(owner: User, written: Counts) -> None:
    before = written()

    wrong = [each for name, source in OTHERS.items() for each in told_badly(name, source, owner)]

    assert wrong == [], "\n".join(map(str, wrong))
    assert written() == before


def test_what_cannot_run_is_refused_by_its_elements_name_and_writes_nothing(owner: User, written: Counts) -> None:
    before = written()

    wrong: list[object] = []
    for name, (source, code, element) in REFUSED.items():
        wrong += told_badly(name, source, owner)
        problems = deploy(owner, ("m.bpmn", source)).json.get("problems", [])
        found = {(each["code"], each["element_id"]) for each in problems if each["severity"] == "error"}
        if (code, element) not in found:
            wrong.append((name, found))

    assert wrong == [], "\n".join(map(str, wrong))
    assert written() == before
