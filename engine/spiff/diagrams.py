"""A BPMN file as plain facts: what is drawn, before anyone asks whether it can run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.spiff.attached import NO_DATA, NOBODY, DataFlow, FormField, People


@dataclass(frozen=True, slots=True)
class Text:
    """A parameter's value as text, under the one rule for text in a model."""

    text: str


@dataclass(frozen=True, slots=True)
class TextList:
    """`camunda:list`."""

    items: "tuple[Value, ...]"


@dataclass(frozen=True, slots=True)
class TextMap:
    """`camunda:map`."""

    entries: "tuple[tuple[str, Value], ...]"


@dataclass(frozen=True, slots=True)
class ScriptValue:
    """`camunda:script` as a parameter's value; only `feel` runs."""

    format: str
    text: str


Value = Text | TextList | TextMap | ScriptValue


@dataclass(frozen=True, slots=True)
class Parameter:
    """`camunda:inputParameter` or `camunda:outputParameter`."""

    name: str
    value: Value
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Listener:
    """
    `camunda:executionListener` or `camunda:taskListener`: what to do when this happens to the element.

    Attributes:
        event: `start` or `end` of an element, `take` of a flow; `create`, `assignment`, `complete`, `update`, `delete`
            or `timeout` of a user task.
        kind: What `text` is: `handler` (its name), `expression`, `script`, or `nothing` that could run.
        language: `scriptFormat` of a script.
        fields: `camunda:field`s, the inputs of its handler.
        timer: The rule of a `timeout`.
    """

    event: str
    kind: str
    text: str
    language: str = ""
    fields: tuple[Parameter, ...] = ()
    timer: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class VariableMapping:
    """
    `camunda:in` or `camunda:out`.

    Attributes:
        kind: `variable` (source → target), `expression` (sourceExpression → target), `all`, `business_key`.
        is_local: Only variables of the element's own go in; what comes out is seen by its output parameters alone.
    """

    kind: str
    source: str
    target: str
    is_local: bool = False


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """
    What an event waits for or throws.

    Attributes:
        kind: `message`, `signal`, `timer`, `error`, `escalation`, `terminate`, `link`, `conditional`, `compensate`,
            `cancel`.
        name: Name of the message or signal, code of the error or escalation, name of the link; `None` catches any code.
        rule: `timeDate`, `timeDuration` or `timeCycle` of a timer; `condition` of a conditional event.
        text: The rule's text.
        code_variable: Receives the code that was caught.
        message_variable: Receives the error's message.
        message: `camunda:errorMessage` of the error that is thrown.
        variable: Variable a conditional event watches, with `variable_events` (`create`, `update`); `None` for all.
    """

    kind: str
    line: int | None
    name: str | None = None
    rule: str | None = None
    text: str = ""
    reference: str | None = None
    code_variable: str | None = None
    message_variable: str | None = None
    message: str | None = None
    variable: str | None = None
    variable_events: frozenset[str] = frozenset()
    inputs: tuple[Parameter, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    extensions: tuple[str, ...] = ()
    fields: tuple[Parameter, ...] = ()
    ins: tuple[VariableMapping, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorCondition:
    """`camunda:errorEventDefinition` of an external task: when `expression` holds, it throws the error."""

    expression: str
    code: str | None
    message: str | None
    line: int | None
    reference: str | None


@dataclass(frozen=True, slots=True)
class LoopEvent:
    """An event that a multi-instance throws when an instance completes; `condition` asks first (behavior Complex)."""

    event: EventDefinition
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Loop:
    """
    Multi-instance or standard loop characteristics.

    Attributes:
        collection: Variable name or expression, of `camunda:collection` or `loopDataInputRef`.
        output_collection: `loopDataOutputRef`, filled in the order of the items with each instance's `output_item`.
        maximum: `loopMaximum` of a standard loop.
    """

    is_standard: bool
    is_sequential: bool
    cardinality: str | None = None
    collection: str | None = None
    item: str | None = None
    output_collection: str | None = None
    output_item: str | None = None
    completion: str | None = None
    condition: str | None = None
    maximum: int | None = None
    tests_before: bool = False
    line: int | None = None
    behavior: str | None = None
    throws: tuple[LoopEvent, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; `condition` is `None` when there is none."""

    id: str
    source: str
    target: str
    name: str | None
    condition: str | None
    line: int | None
    language: str | None = None
    extensions: tuple[str, ...] = ()
    listeners: tuple[Listener, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """
    A flow node.

    Attributes:
        kind: Local name of the XML element: `userTask`, `exclusiveGateway`, `boundaryEvent`, …
        attributes: Its own attributes and those of the `camunda:` namespace, the latter as `camunda:name`.
        form_business_key: The field of its form that is the business key of the process it starts.
        extensions: Names of the `camunda:` extension elements found, to tell those nobody reads.
        associated: Ids of the elements that associations connect with this one.
        condition: Activation condition of a complex gateway.
    """

    id: str
    kind: str
    name: str | None
    line: int | None
    documentation: str | None
    lane: str | None
    incoming: tuple[Flow, ...]
    outgoing: tuple[Flow, ...]
    attributes: Mapping[str, str]
    events: tuple[EventDefinition, ...] = ()
    loop: Loop | None = None
    body: "Body | None" = None
    script: str | None = None
    condition: str | None = None
    inputs: tuple[Parameter, ...] = ()
    outputs: tuple[Parameter, ...] = ()
    ins: tuple[VariableMapping, ...] = ()
    outs: tuple[VariableMapping, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    retry_cycle: str | None = None
    error_conditions: tuple[ErrorCondition, ...] = ()
    extensions: tuple[str, ...] = ()
    data: DataFlow = NO_DATA
    associated: tuple[str, ...] = ()
    listeners: tuple[Listener, ...] = ()
    task_listeners: tuple[Listener, ...] = ()
    fields: tuple[Parameter, ...] = ()
    people: People = NOBODY
    form: tuple[FormField, ...] = ()
    form_business_key: str | None = None

    def camunda(self, name: str) -> str | None:
        """Value of a `camunda:` attribute, `None` when absent or blank."""
        return self.attributes.get(f"camunda:{name}", "").strip() or None

    def says(self, name: str, *, default: bool) -> bool:
        """Value of an `xsd:boolean` attribute."""
        text = self.attributes.get(name)
        return default if text is None else text.strip() in ("true", "1")


@dataclass(frozen=True, slots=True)
class Body:
    """
    The inside of a process or sub-process; `artifacts` are names of children that are no flow nodes.

    Attributes:
        data_objects: Names of the variables its data objects are.
    """

    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    artifacts: tuple[str, ...] = ()
    data_objects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Process:
    """A process. `lanes` maps a lane's name to the candidate group it stands for."""

    id: str
    name: str | None
    line: int | None
    is_executable: bool
    attributes: Mapping[str, str]
    documentation: str | None
    body: Body
    lanes: Mapping[str, str | None] = field(default_factory=dict)
    extensions: tuple[str, ...] = ()
    listeners: tuple[Listener, ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something the reader could not make sense of; `code` is one of `findings.py`."""

    code: str
    element_id: str | None
    line: int | None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Diagram:
    """Everything one file draws."""

    processes: tuple[Process, ...]
    troubles: tuple[Trouble, ...] = ()
    has_interchange: bool = True


def triggers_of(node: Node) -> tuple[tuple[str, EventDefinition], ...]:
    """
    The events of a start event, each with the name it is started by: the event's id.

    When all of them are needed (`parallelMultiple`) the id and the place tell which one has happened: `start#0`.
    """
    if len(node.events) > 1 and node.says("parallelMultiple", default=False):
        return tuple((f"{node.id}#{place}", event) for place, event in enumerate(node.events))
    return tuple((node.id, event) for event in node.events)


def is_instantiating(node: Node) -> bool:
    """Whether a process can begin at this receive task or event-based gateway."""
    is_kind = node.kind in ("receiveTask", "eventBasedGateway")
    return is_kind and not node.incoming and node.says("instantiate", default=False)


def instantiating_events(body: Body) -> dict[str, str]:
    """By the id of each receive task or event that can begin a process, the element its token begins at."""
    gates: dict[str, str] = {}
    for node in body.nodes:
        if is_instantiating(node) and node.kind == "receiveTask":
            gates[node.id] = node.id
        elif is_instantiating(node):
            gates |= {flow.target: node.id for flow in node.outgoing}
    return gates


def implicit_starts(body: Body) -> tuple[Node, ...]:
    """
    The nodes that begin a scope which has no start event.

    Source:
        BPMN 2.0.2 §10.5.2: all that have no incoming flow, but for boundary events, event sub-processes, links and
        activities that compensate.
    """
    return tuple(node for node in body.nodes if needs_incoming(node) and not node.incoming)


def is_empty(body: Body) -> bool:
    """Whether nothing in a scope gets a token by itself: it has no more than event sub-processes and compensation."""
    aside = ("triggeredByEvent", "isForCompensation")
    return all(any(node.says(name, default=False) for name in aside) for node in body.nodes)


def needs_incoming(node: Node) -> bool:
    """Whether a token comes to this node only along a sequence flow, or where a scope begins without a start event."""
    is_link = node.kind == "intermediateCatchEvent" and any(event.kind == "link" for event in node.events)
    stands_apart = node.kind in ("startEvent", "boundaryEvent") or is_link
    aside = node.says("triggeredByEvent", default=False) or node.says("isForCompensation", default=False)
    return not (stands_apart or aside)


def walk(body: Body, parent: Node | None = None) -> Iterator[tuple[Node, Node | None]]:
    """Every node with the sub-process it stands in, outermost first, at any depth."""
    for node in body.nodes:
        yield node, parent
        if node.body is not None:
            yield from walk(node.body, node)
