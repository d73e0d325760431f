"""Message flows lead from one participant to another, from what sends to what receives (BPMN 2.0.2 §7.6.2)."""

import pytest

from tests.spiff.test_reference_check import found, pool


def flow(source: str, target: str) -> str:
    return f'<bpmn:messageFlow id="mf" sourceRef="{source}" targetRef="{target}"/>'


@pytest.mark.parametrize(("source", "target"), [("start", "a"), ("us", "a"), ("a", "us"), ("us", "us")])
def test_a_message_flow_within_one_participant_is_refused(source: str, target: str):
    problems = found(pool("proc", flow(source, target)))

    assert ("error", "message-flow-within", "mf") in problems


@pytest.mark.parametrize(("source", "target"), [("start", "they"), ("they", "end")])
def test_a_message_flow_from_a_start_or_to_an_end_is_refused(source: str, target: str):
    problems = found(pool("proc", flow(source, target)))

    assert ("error", "message-flow-end", "mf") in problems


@pytest.mark.parametrize(("source", "target"), [("a", "they"), ("they", "a"), ("they", "start"), ("end", "they")])
def test_a_message_flow_between_participants_is_fine(source: str, target: str):
    problems = found(pool("proc", flow(source, target)))

    assert not [each for each in problems if each[1].startswith("message-flow")]
