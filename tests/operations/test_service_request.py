"""A request from the first word to the archive, through the diagrams of the house."""

from pathlib import Path

import pytest
from sqlalchemy import Connection

from engine import handlers
from engine.actors import system
from engine.commands.deployments import deploy
from operations.customers import Contact
from operations.registry import build_registry
from operations.requests import RequestDraft, submit_request
from operations.tracking import view_case
from tests.operations.examples import AGENT, NOW

ROOT = Path(__file__).parents[2]


@pytest.fixture
def service(seeded: Connection):
    registry = build_registry()
    before = handlers.installed()
    handlers.install(registry)
    files = {path.name: path.read_bytes() for pattern in ("processes/*/*.bpmn", "processes/*/*.dmn", "forms/*.form") for path in ROOT.glob(pattern)}
    try:
        deploy(seeded, files, registry=registry, actor=system("test", reason="the test's"), now=NOW)
    except Exception as e:
        print([p for p in e.facts["problems"] if p["severity"]=="error"])
        raise
    yield seeded
    handlers.install(before)


def test_a_request_opens_a_case_and_starts_its_process(service):
    draft = RequestDraft("web_form", Contact(name="王小明", phone="13800005678"), "fault", "打印机", "打印机不工作")

    submitted = submit_request(service, draft, actor=AGENT, now=NOW)

    view = view_case(service, submitted.tracking_token, now=NOW)
    assert view.case_number == submitted.case_number
    print(view)
