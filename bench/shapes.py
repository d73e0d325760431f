"""The diagrams that are measured, drawn in code: no diagram interchange, nothing but what the engine reads."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from xml.sax.saxutils import escape

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="bench" targetNamespace="https://opsflow.example/bench">\n'
)
GROUP = "bench"


@dataclass(slots=True)
class Drawing:
    """A process being drawn; every method adds one element and returns its id."""

    key: str
    parts: list[str] = field(default_factory=list)
    flows: int = 0

    def node(self, kind: str, id: str, inside: str = "", **attributes: str) -> str:
        """Any element; attribute names take `_` for `:`."""
        written = "".join(f' {name.replace("_", ":")}="{escape(value)}"' for name, value in attributes.items())
        self.parts.append(f'<bpmn:{kind} id="{id}"{written}>{inside}</bpmn:{kind}>')
        return id

    def user_task(self, id: str) -> str:
        """A user task of the group `bench`."""
        return self.node("userTask", id, name=id, camunda_candidateGroups=GROUP)

    def script(self, id: str, variable: str, feel: str) -> str:
        """A script task that assigns one variable."""
        inside = f"<bpmn:script>{escape(feel)}</bpmn:script>"
        return self.node("scriptTask", id, inside, name=id, scriptFormat="feel", camunda_resultVariable=variable)

    def flow(self, source: str, target: str, condition: str | None = None, id: str | None = None) -> str:
        """A sequence flow, conditional when a FEEL condition is given."""
        self.flows += 1
        name = id or f"{self.key}_f{self.flows}"
        inside = (
            "" if condition is None else f"<bpmn:conditionExpression>={escape(condition)}</bpmn:conditionExpression>"
        )
        return self.node("sequenceFlow", name, inside, sourceRef=source, targetRef=target)

    def chain(self, ids: Iterable[str]) -> None:
        """Sequence flows from each to the next."""
        for source, target in pairwise(ids):
            self.flow(source, target)

    def xml(self, beside: str = "") -> bytes:
        """The whole file; `beside` are root elements next to the process."""
        inside = "\n".join(self.parts)
        text = f'{HEAD}{beside}<bpmn:process id="{self.key}" name="{self.key}" isExecutable="true" '
        text += f'camunda:historyTimeToLive="P1D">\n{inside}\n</bpmn:process>\n</bpmn:definitions>\n'
        return text.encode()


def sequential(length: int) -> bytes:
    """Start, `length` user tasks one after the other, end."""
    drawing = Drawing(f"bench_sequential_{length}")
    tasks = [drawing.user_task(f"step_{number}") for number in range(1, length + 1)]
    drawing.chain([drawing.node("startEvent", "start"), *tasks, drawing.node("endEvent", "end")])
    return drawing.xml()


def parallel(width: int, tail: int = 0) -> bytes:
    """`width` user tasks between two parallel gateways, then `tail` more, one after the other."""
    drawing = Drawing(f"bench_parallel_{width}_{tail}")
    split, join = drawing.node("parallelGateway", "split"), drawing.node("parallelGateway", "join")
    drawing.chain([drawing.node("startEvent", "start"), split])
    for number in range(1, width + 1):
        drawing.chain([split, drawing.user_task(f"branch_{number}"), join])
    after = [drawing.user_task(f"tail_{number}") for number in range(1, tail + 1)]
    drawing.chain([join, *after, drawing.node("endEvent", "end")])
    return drawing.xml()


def lanes() -> bytes:
    """Two user tasks whose candidates come from their lanes."""
    drawing = Drawing("bench_lanes")
    references = [("lane_1", "agents", ("start", "ask")), ("lane_2", "reviewers", ("check", "end"))]
    inside = "".join(
        f'<bpmn:lane id="{lane}" name="{name}">'
        + "".join(f"<bpmn:flowNodeRef>{node}</bpmn:flowNodeRef>" for node in nodes)
        + "</bpmn:lane>"
        for lane, name, nodes in references
    )
    drawing.node("laneSet", "lanes", inside)
    drawing.node("startEvent", "start")
    drawing.node("userTask", "ask", name="ask")
    drawing.node("userTask", "check", name="check")
    drawing.node("endEvent", "end")
    drawing.chain(["start", "ask", "check", "end"])
    return drawing.xml()


def loop(passes: int) -> bytes:
    """A user task and a script that counts, again and again, `passes` times."""
    drawing = Drawing(f"bench_loop_{passes}")
    drawing.node("startEvent", "start")
    drawing.script("begin", "n", "0")
    drawing.user_task("work")
    drawing.script("count", "n", "n + 1")
    drawing.node("exclusiveGateway", "again", default="back")
    drawing.node("endEvent", "end")
    drawing.chain(["start", "begin", "work", "count", "again"])
    drawing.flow("again", "work", id="back")
    drawing.flow("again", "end", f"n >= {passes}")
    return drawing.xml()


def timer(duration: str) -> bytes:
    """One timer and the end: what a worker drains."""
    drawing = Drawing("bench_timer")
    inside = f"<bpmn:timerEventDefinition><bpmn:timeDuration>{duration}</bpmn:timeDuration></bpmn:timerEventDefinition>"
    drawing.chain(
        [
            drawing.node("startEvent", "start"),
            drawing.node("intermediateCatchEvent", "wait", inside, name="wait"),
            drawing.node("endEvent", "end"),
        ]
    )
    return drawing.xml()


def external(topic: str) -> bytes:
    """One external task and the end: what two workers share."""
    drawing = Drawing("bench_external")
    said = {"camunda:type": "external", "camunda:topic": topic}
    drawing.chain(
        [
            drawing.node("startEvent", "start"),
            drawing.node("serviceTask", "work", **said),
            drawing.node("endEvent", "end"),
        ]
    )
    return drawing.xml()


def straight() -> bytes:
    """Start, three scripts, a choice, end: it never waits."""
    drawing = Drawing("bench_straight")
    drawing.node("startEvent", "start")
    for number in range(1, 4):
        drawing.script(f"work_{number}", "n", f"amount + {number}")
    drawing.node("exclusiveGateway", "large", default="small")
    drawing.node("endEvent", "end")
    drawing.script("extra", "extra", "n * 2")
    drawing.chain(["start", "work_1", "work_2", "work_3", "large"])
    drawing.flow("large", "end", id="small")
    drawing.flow("large", "extra", "n > 5")
    drawing.flow("extra", "end")
    return drawing.xml()


def many(width: int) -> bytes:
    """One user task in `width` parallel instances."""
    drawing = Drawing(f"bench_many_{width}")
    drawing.node("startEvent", "start")
    loop = f"<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>{width}</bpmn:loopCardinality>"
    inside = f"{loop}</bpmn:multiInstanceLoopCharacteristics>"
    drawing.node("userTask", "work", inside, name="work", camunda_candidateGroups=GROUP)
    drawing.node("endEvent", "end")
    drawing.chain(["start", "work", "end"])
    return drawing.xml()
