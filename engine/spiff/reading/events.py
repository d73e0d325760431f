"""Event definitions, and the messages, signals, errors and escalations they refer to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from engine.spiff.diagrams import ErrorCondition, EventDefinition, Trouble
from engine.spiff.reading.extensions import extension_names, extensions_of, input_output, variable_mappings
from engine.spiff.reading.listeners import fields_of
from engine.spiff.reading.xml import BPMN, attributes_of, bpmn_children, line_of, local_name, owner_id, text_of


@dataclass(slots=True)
class Definitions:
    """
    Named definitions beside the processes, and what is wrong with the file.

    Attributes:
        definitions: Event definitions beside the processes by id; `inside`: all there are, once somebody asked for one.
        items: The variable of each data element by id.
        stores: Ids of data stores and references to them.
    """

    messages: dict[str, str] = field(default_factory=dict)
    signals: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str | None] = field(default_factory=dict)
    error_messages: dict[str, str | None] = field(default_factory=dict)
    resources: dict[str, str] = field(default_factory=dict)
    escalations: dict[str, str | None] = field(default_factory=dict)
    definitions: dict[str, etree._Element] = field(default_factory=dict)
    inside: dict[str, etree._Element] | None = None
    items: dict[str, str] = field(default_factory=dict)
    stores: set[str] = field(default_factory=set)
    troubles: list[Trouble] = field(default_factory=list)
    associations: dict[str, list[str]] = field(default_factory=dict)

    def complain(self, code: str, element: etree._Element, **facts: str) -> None:
        """Note what cannot be made sense of."""
        self.troubles.append(Trouble(code, owner_id(element), line_of(element), facts))


def read_definitions(root: etree._Element, found: Definitions) -> None:
    """Read what stands beside the processes: messages, signals, errors, escalations, shared event definitions."""
    for element in bpmn_children(root):
        kind, own_id = local_name(element), element.get("id") or ""
        if kind == "message":
            found.messages[own_id] = element.get("name") or own_id
        elif kind == "signal":
            found.signals[own_id] = element.get("name") or own_id
        elif kind == "error":
            found.errors[own_id] = element.get("errorCode") or None
            found.error_messages[own_id] = attributes_of(element).get("camunda:errorMessage")
        elif kind == "resource":
            found.resources[own_id] = element.get("name") or own_id
        elif kind == "escalation":
            found.escalations[own_id] = element.get("escalationCode") or None
        elif kind.endswith("EventDefinition"):
            found.definitions[own_id] = element
    for association in root.iter(f"{{{BPMN}}}association"):
        ends = [(association.get(name) or "").rpartition(":")[2] for name in ("sourceRef", "targetRef")]
        for one, other in (ends, reversed(ends)):
            found.associations.setdefault(one, []).append(other)


def events_of(element: etree._Element, found: Definitions) -> Iterator[EventDefinition]:
    """The event definitions of an event, shared ones resolved; the message of a send or receive task."""
    for child in bpmn_children(element):
        if local_name(child) == "eventDefinitionRef":
            shared = found.definitions.get((child.text or "").strip().rpartition(":")[2])
            if shared is None:
                found.complain("dangling-reference", child, reference=(child.text or "").strip())
            else:
                yield replace(_event(shared, found), line=line_of(child))
        elif local_name(child).endswith("EventDefinition"):
            yield _event(child, found)
    if local_name(element) in ("sendTask", "receiveTask"):
        name = _resolve(element, "messageRef", found.messages, found)
        yield EventDefinition("message", line_of(element), name=name, reference=element.get("messageRef"))


def referred_event(reference: str, element: etree._Element, found: Definitions) -> EventDefinition | None:
    """The event definition of this id, beside the processes or inside one."""
    local = reference.strip().rpartition(":")[2]
    shared = found.definitions.get(local)
    if shared is None:
        if found.inside is None:
            found.inside = _definitions_inside(element.getroottree().getroot())
        shared = found.inside.get(local)
    if shared is None:
        found.complain("dangling-reference", element, reference=reference)
        return None
    return _event(shared, found)


def _definitions_inside(root: etree._Element) -> dict[str, etree._Element]:
    """Event definitions anywhere, by id."""
    found: dict[str, etree._Element] = {}
    for each in root.iter(f"{{{BPMN}}}*"):
        if local_name(each).endswith("EventDefinition"):
            found.setdefault(each.get("id") or "", each)
    return found


def error_conditions_of(element: etree._Element, found: Definitions) -> Iterator[ErrorCondition]:
    """When an external task throws which error."""
    for definition in extensions_of(element, "errorEventDefinition"):
        reference = definition.get("errorRef")
        yield ErrorCondition(
            expression=(definition.get("expression") or "").strip(),
            code=_resolve(definition, "errorRef", found.errors, found),
            message=found.error_messages.get((reference or "").rpartition(":")[2]),
            line=line_of(definition),
            reference=reference,
        )


def _event(element: etree._Element, found: Definitions) -> EventDefinition:
    kind = local_name(element).removesuffix("EventDefinition")
    attributes = attributes_of(element)
    inputs, _ = input_output(element)
    rule, text = _rule(element, kind)
    name, reference = _event_name(element, kind, found)
    return EventDefinition(
        kind=kind,
        line=line_of(element),
        name=name,
        rule=rule,
        text=text,
        reference=reference,
        code_variable=attributes.get(f"camunda:{kind}CodeVariable"),
        message_variable=attributes.get("camunda:errorMessageVariable"),
        message=found.error_messages.get((reference or "").rpartition(":")[2]) if kind == "error" else None,
        variable=attributes.get("camunda:variableName"),
        variable_events=frozenset(_split(attributes.get("camunda:variableEvents", ""))),
        inputs=inputs,
        attributes=attributes,
        extensions=tuple(extension_names(element)),
        fields=fields_of(element),
        ins=variable_mappings(element, "in"),
    )


def _split(text: str) -> Iterator[str]:
    return (part.strip() for part in text.split(",") if part.strip())


def _rule(element: etree._Element, kind: str) -> tuple[str | None, str]:
    wanted = {"timer": ("timeDate", "timeDuration", "timeCycle"), "conditional": ("condition",)}.get(kind, ())
    for child in bpmn_children(element):
        if local_name(child) in wanted:
            return local_name(child), text_of(child)
    return None, ""


def _event_name(element: etree._Element, kind: str, found: Definitions) -> tuple[str | None, str | None]:
    if kind == "link":
        return element.get("name") or None, element.get("name")
    known: Mapping[str, str | None] | None = {
        "message": found.messages,
        "signal": found.signals,
        "error": found.errors,
        "escalation": found.escalations,
    }.get(kind)  # type: ignore[assignment]  # messages and signals always have a name
    if known is None:
        return None, None
    attribute = f"{kind}Ref"
    return _resolve(element, attribute, known, found), element.get(attribute)


def _resolve(
    element: etree._Element, attribute: str, known: Mapping[str, str | None], found: Definitions
) -> str | None:
    reference = element.get(attribute)
    if reference is None:
        return None
    local = reference.rpartition(":")[2]
    for candidate in (reference, local):
        if candidate in known:
            return known[candidate]
    found.complain("dangling-reference", element, reference=reference)
    return None
