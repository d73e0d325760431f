"""Which sequence flows a token takes: BPMN 2.0.2 §13.4, and §13.3.2 for activities."""

from collections.abc import Mapping

from tests.tokengame.diagrams import Flow, Node


def ways_out(node: Node, data: Mapping[str, object]) -> tuple[Flow, ...] | None:
    """The flows to take; `None` when there would have to be one and there is none."""
    flows = tuple(node.outgoing)
    if node.kind == "parallelGateway" or not flows:
        return flows
    default = tuple(flow for flow in flows if flow.id == node.default)
    asked = [flow for flow in flows if flow not in default and flow.condition is not None]
    held = [flow for flow in asked if holds(flow.condition or "", data)]
    always = [flow for flow in flows if flow not in default and flow.condition is None]
    if node.kind == "exclusiveGateway":
        return (*held, *always)[:1] or default or None
    return (*always, *(held or default)) or None


def holds(text: str, data: Mapping[str, object]) -> bool:
    """`true`, `false`, a variable, or `not(…)` of them."""
    if text.startswith("not("):
        return not holds(text[4:-1], data)
    value = {"true": True, "false": False}.get(text, data.get(text))
    assert isinstance(value, bool)
    return value
