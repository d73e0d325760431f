"""
Models with something broken in them, over HTTP: each is refused with its element or line, or it starts; none is a 5xx.

`OPSFLOW_FUZZ_EXAMPLES` says how many (`make fuzz ARGS="deployments --count 1000"`).
"""

import os
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask

from engine.handlers import Registry
from operations.registry import build_registry
from tests.api.camunda7.modeler import BOUNDARY, multipart
from tests.api.conftest import User
from tests.api.mutating import mutated

ROOT = Path(__file__).resolve().parents[2]
MODELS = sorted([*(ROOT / "processes").rglob("*.bpmn"), *(ROOT / "tests" / "bpmn").rglob("*.bpmn")])
CASES = int(os.environ.get("OPSFLOW_FUZZ_EXAMPLES", "150"))
FIRST = int(os.environ.get("OPSFLOW_FUZZ_SEED", "0"))
BLOCK = 25
OF_THE_FILE = {"no-executable-process", "not-bpmn", "missing-id", "process-defined-twice"}


@pytest.fixture
def registry() -> Registry:
    return build_registry()


def deploy(owner: User, source: bytes) -> Any:
    body = multipart({}, (("m.bpmn", source),))
    return owner.send("POST", "/api/deployments", data=body, content_type=f"multipart/form-data; boundary={BOUNDARY}")


def starts(owner: User, key: str) -> Any:
    return owner.post("/api/process-instances", {"definition_key": key, "variables": {"n": 1, "amount": 7}})


@pytest.mark.parametrize("block", range(FIRST, FIRST + CASES, BLOCK))
def test_a_mutated_model_is_refused_with_its_place_or_starts(house: Flask, owner: User, block: int) -> None:
    for seed in range(block, min(block + BLOCK, FIRST + CASES)):
        choices = Random(seed)
        source = mutated(choices.choice(MODELS).read_bytes(), choices)

        answer = deploy(owner, source)

        assert answer.status_code in {201, 422}, (seed, answer.status_code, answer.json)
        if answer.status_code == 422:
            for each in (each for each in answer.json["problems"] if each["severity"] == "error"):
                assert each["element_id"] or each["line"] or each["code"] in OF_THE_FILE, (seed, each)
                assert each["message"], (seed, each)
                assert each["message_zh"], (seed, each)
        else:
            for definition in answer.json["process_definitions"]:
                begun = starts(owner, definition["key"])
                assert begun.status_code in {201, 422}, (seed, definition, begun.json)
