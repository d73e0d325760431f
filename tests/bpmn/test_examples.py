"""What the check accepts has a diagram here that is run through the service."""

from engine.spiff import supported
from engine.spiff.examples import examples

WITHOUT = {("event sub-process start, non-interrupting", "compensate"), ("boundary, non-interrupting", "compensate")}
"""A compensation handler interrupts nothing, whatever the attribute says (BPMN 2.0.2 §10.5.4)."""


def test_every_supported_event_in_every_position_has_a_diagram():
    wanted = {(position, event) for position, row in supported.EVENTS.items() for event in row}

    assert wanted - WITHOUT - examples().keys() == set()


def test_every_supported_activity_and_gateway_has_a_diagram():
    wanted = {(kind, "") for kind in supported.ACTIVITIES | supported.GATEWAYS}

    assert wanted - examples().keys() == set()
