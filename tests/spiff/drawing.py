"""Diagrams for tests, drawn in a few words: `Drawing().start().user("a").end().chain("start", "a", "end")`."""

from html import escape
from itertools import pairwise

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"\n'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"\n'
    ' id="definitions" targetNamespace="test">\n'
)
DEFINITIONS = (
    '<bpmn:message id="msg_a" name="a"/><bpmn:message id="msg_b" name="b"/><bpmn:signal id="sig_s" name="s"/>\n'
    '<bpmn:error id="err_e" errorCode="E"/><bpmn:error id="err_f" errorCode="F"/>\n'
    '<bpmn:escalation id="esc_x" escalationCode="X"/><bpmn:escalation id="esc_y" escalationCode="Y"/>\n'
)
MESSAGE = '<bpmn:messageEventDefinition messageRef="msg_a"/>'
SIGNAL = '<bpmn:signalEventDefinition signalRef="sig_s"/>'
ERROR = '<bpmn:errorEventDefinition errorRef="err_e"/>'
ANY_ERROR = "<bpmn:errorEventDefinition/>"
ESCALATION = '<bpmn:escalationEventDefinition escalationRef="esc_x"/>'
ANY_ESCALATION = "<bpmn:escalationEventDefinition/>"
COMPENSATE = "<bpmn:compensateEventDefinition/>"
CANCEL = "<bpmn:cancelEventDefinition/>"
TERMINATE = "<bpmn:terminateEventDefinition/>"


def timer(rule: str, text: str) -> str:
    """`timer("timeDuration", "PT1H")`."""
    return f"<bpmn:timerEventDefinition><bpmn:{rule}>{escape(text)}</bpmn:{rule}></bpmn:timerEventDefinition>"


def compensate(activity: str | None = None, *, waits: bool = True) -> str:
    """Throws compensation, of one activity or of all that are visible."""
    said = "" if activity is None else f' activityRef="{activity}"'
    said += "" if waits else ' waitForCompletion="false"'
    return f"<bpmn:compensateEventDefinition{said}/>"


def extensions(*inside: str) -> str:
    return f"<bpmn:extensionElements>{''.join(inside)}</bpmn:extensionElements>"


def parameters(inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None) -> str:
    inside = "".join(
        f'<camunda:inputParameter name="{name}">{escape(text)}</camunda:inputParameter>'
        for name, text in (inputs or {}).items()
    ) + "".join(
        f'<camunda:outputParameter name="{name}">{escape(text)}</camunda:outputParameter>'
        for name, text in (outputs or {}).items()
    )
    return f"<camunda:inputOutput>{inside}</camunda:inputOutput>"


def correlation(text: str) -> str:
    return f'<camunda:properties><camunda:property name="correlation_key" value="{escape(text)}"/></camunda:properties>'


def many(
    *,
    collection: str | None = None,
    item: str | None = None,
    cardinality: str | None = None,
    output: tuple[str, str] | None = None,
    completion: str | None = None,
    sequential: bool = False,
) -> str:
    """Multi-instance characteristics; `output` is (collection, item)."""
    attributes = ' isSequential="true"' if sequential else ""
    if collection is not None:
        attributes += f' camunda:collection="{escape(collection)}"'
    if item is not None:
        attributes += f' camunda:elementVariable="{item}"'
    inside = ""
    if cardinality is not None:
        inside += f"<bpmn:loopCardinality>{escape(cardinality)}</bpmn:loopCardinality>"
    if output is not None:
        inside += f'<bpmn:loopDataOutputRef>{output[0]}</bpmn:loopDataOutputRef><bpmn:outputDataItem id="{output[1]}"/>'
    if completion is not None:
        inside += f"<bpmn:completionCondition>{escape(completion)}</bpmn:completionCondition>"
    return f"<bpmn:multiInstanceLoopCharacteristics{attributes}>{inside}</bpmn:multiInstanceLoopCharacteristics>"


def again(*, condition: str | None = None, maximum: int | None = None, before: bool = False) -> str:
    """Standard loop characteristics."""
    attributes = (f' loopMaximum="{maximum}"' if maximum is not None else "") + (' testBefore="true"' if before else "")
    inside = f"<bpmn:loopCondition>{escape(condition)}</bpmn:loopCondition>" if condition is not None else ""
    return f"<bpmn:standardLoopCharacteristics{attributes}>{inside}</bpmn:standardLoopCharacteristics>"


class Drawing:
    """One process or the inside of one sub-process."""

    def __init__(self, key: str = "proc") -> None:
        self.key = key
        self.parts: list[str] = []
        self.flows = 0

    def add(self, xml: str) -> "Drawing":
        self.parts.append(xml)
        return self

    def element(self, kind: str, id: str, inside: str = "", **attributes: str) -> "Drawing":
        said = "".join(f' {name.replace("__", ":")}="{escape(value)}"' for name, value in attributes.items())
        return self.add(f'<bpmn:{kind} id="{id}" name="{id}"{said}>{inside}</bpmn:{kind}>\n')

    def start(self, id: str = "start", inside: str = "", **attributes: str) -> "Drawing":
        return self.element("startEvent", id, inside, **attributes)

    def end(self, id: str = "end", inside: str = "") -> "Drawing":
        return self.element("endEvent", id, inside)

    def user(self, id: str, inside: str = "", **attributes: str) -> "Drawing":
        attributes.setdefault("camunda__candidateGroups", "staff")
        return self.element("userTask", id, inside, **attributes)

    def script(self, id: str, feel: str, inside: str = "", **attributes: str) -> "Drawing":
        return self.element("scriptTask", id, f"{inside}<bpmn:script>{escape(feel)}</bpmn:script>", **attributes)

    def service(self, id: str, handler: str = "work", inside: str = "", **attributes: str) -> "Drawing":
        return self.element("serviceTask", id, inside, camunda__delegateExpression=f"${{{handler}}}", **attributes)

    def call(self, id: str, key: str, inside: str = "", **attributes: str) -> "Drawing":
        return self.element("callActivity", id, inside, calledElement=key, **attributes)

    def gateway(self, kind: str, id: str, **attributes: str) -> "Drawing":
        return self.element(f"{kind}Gateway", id, **attributes)

    def catch(self, id: str, event: str, inside: str = "") -> "Drawing":
        return self.element("intermediateCatchEvent", id, inside + event)

    def throw(self, id: str, event: str = "", inside: str = "") -> "Drawing":
        return self.element("intermediateThrowEvent", id, inside + event)

    def boundary(self, id: str, host: str, event: str, *, interrupting: bool = True, inside: str = "") -> "Drawing":
        said = {} if interrupting else {"cancelActivity": "false"}
        return self.element("boundaryEvent", id, inside + event, attachedToRef=host, **said)

    def undo(self, host: str, handler: str, id: str | None = None) -> "Drawing":
        """A compensation boundary event on `host`, associated with the activity `handler`."""
        event = id or f"{host}_undo"
        self.boundary(event, host, COMPENSATE)
        return self.add(f'<bpmn:association id="{event}_to" sourceRef="{event}" targetRef="{handler}"/>\n')

    def undoable(self, *ids: str) -> "Drawing":
        """User tasks, each with a task that undoes it: `a` and `undo_a`."""
        for each in ids:
            self.user(each).undo(each, f"undo_{each}").user(f"undo_{each}", isForCompensation="true")
        return self

    def sub(self, id: str, body: "Drawing", inside: str = "", **attributes: str) -> "Drawing":
        return self.element("subProcess", id, inside + body.inside(), **attributes)

    def transaction(self, id: str, body: "Drawing", inside: str = "", **attributes: str) -> "Drawing":
        return self.element("transaction", id, inside + body.inside(), **attributes)

    def on_event(self, id: str, event: str, body: "Drawing", *, interrupting: bool, extra: str = "") -> "Drawing":
        """An event sub-process; `body` must lead on from `<id>_start`."""
        said = "" if interrupting else ' isInterrupting="false"'
        start = f'<bpmn:startEvent id="{id}_start"{said}>{extra}{event}</bpmn:startEvent>\n'
        return self.add(
            f'<bpmn:subProcess id="{id}" triggeredByEvent="true">{start}{body.inside()}</bpmn:subProcess>\n'
        )

    def flow(self, source: str, target: str, condition: str | None = None, id: str | None = None) -> "Drawing":
        self.flows += 1
        own = id or f"{self.key}_{self.flows}"
        inside = ""
        if condition is not None:
            text = escape(condition)
            inside = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{text}</bpmn:conditionExpression>'
        return self.add(
            f'<bpmn:sequenceFlow id="{own}" sourceRef="{source}" targetRef="{target}">{inside}</bpmn:sequenceFlow>\n'
        )

    def chain(self, *ids: str) -> "Drawing":
        for source, target in pairwise(ids):
            self.flow(source, target)
        return self

    def inside(self) -> str:
        return "".join(self.parts)

    def process(self) -> str:
        return f'<bpmn:process id="{self.key}" name="{self.key}" isExecutable="true">\n{self.inside()}</bpmn:process>\n'

    def xml(self, *others: "Drawing", definitions: str = DEFINITIONS) -> bytes:
        processes = "".join(drawing.process() for drawing in (self, *others))
        return f"{HEAD}{definitions}{processes}</bpmn:definitions>".encode()


def straight(*ids: str, key: str = "proc") -> Drawing:
    """start → user tasks → end."""
    drawing = Drawing(key).start()
    for each in ids:
        drawing.user(each)
    return drawing.end().chain("start", *ids, "end")


def inner(name: str, *ids: str) -> Drawing:
    """The inside of a sub-process: `<name>_in` → user tasks → `<name>_out`."""
    drawing = Drawing(name).start(f"{name}_in")
    for each in ids:
        drawing.user(each)
    return drawing.end(f"{name}_out").chain(f"{name}_in", *ids, f"{name}_out")


def condition(text: str) -> str:
    """A conditional event definition."""
    inside = f'<bpmn:condition xsi:type="bpmn:tFormalExpression">{escape(text)}</bpmn:condition>'
    return f"<bpmn:conditionalEventDefinition>{inside}</bpmn:conditionalEventDefinition>"
