"""Small diagrams for tests of the engine's commands."""

from itertools import pairwise

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'id="definitions" targetNamespace="http://opsflow/test">'
)


def diagram(body: str, *, key: str = "test", outside: str = "") -> bytes:
    """One executable process around `body`; messages and signals go `outside`."""
    process = f'<process id="{key}" name="测试 / Test" isExecutable="true">{body}</process>'
    return f"{HEAD}{outside}{process}</definitions>".encode()


def chain(*elements: tuple[str, str]) -> str:
    """Elements `(id, xml)` one after the other."""
    flows = "".join(
        f'<sequenceFlow id="f{number}" sourceRef="{source[0]}" targetRef="{target[0]}"/>'
        for number, (source, target) in enumerate(pairwise(elements))
    )
    return "".join(xml for _, xml in elements) + flows


def start(id: str = "start") -> tuple[str, str]:
    return id, f'<startEvent id="{id}"/>'


def end(id: str = "end") -> tuple[str, str]:
    return id, f'<endEvent id="{id}"/>'


def user(id: str, group: str = "staff", inside: str = "", attributes: str = "") -> tuple[str, str]:
    return id, f'<userTask id="{id}" name="{id}" camunda:candidateGroups="{group}" {attributes}>{inside}</userTask>'


def service(id: str, handler: str, inputs: str = "") -> tuple[str, str]:
    inside = (
        f"<extensionElements><camunda:inputOutput>{inputs}</camunda:inputOutput></extensionElements>" if inputs else ""
    )
    return id, f'<serviceTask id="{id}" name="{id}" camunda:delegateExpression="${{{handler}}}">{inside}</serviceTask>'


def parallel(count: int) -> str:
    """`count` user tasks side by side, then a join."""
    branches = "".join(
        f'{user(f"u{n}")[1]}<sequenceFlow id="a{n}" sourceRef="split" targetRef="u{n}"/>'
        f'<sequenceFlow id="b{n}" sourceRef="u{n}" targetRef="join"/>'
        for n in range(count)
    )
    return (
        f'{start()[1]}<parallelGateway id="split"/><parallelGateway id="join"/>{end()[1]}{branches}'
        '<sequenceFlow id="s" sourceRef="start" targetRef="split"/>'
        '<sequenceFlow id="e" sourceRef="join" targetRef="end"/>'
    )


ONE_TASK = diagram(chain(start(), user("approve"), end()))
TWO_TASKS = diagram(chain(start(), user("first"), user("second"), end()))
WAITS_FOR_MESSAGE = diagram(
    chain(
        start(),
        ("wait", '<intermediateCatchEvent id="wait"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>'),
        user("after"),
        end(),
    ),
    outside='<message id="m" name="paid"/>',
)
TIMER = diagram(
    chain(
        start(),
        (
            "wait",
            '<intermediateCatchEvent id="wait"><timerEventDefinition>'
            '<timeDuration xsi:type="tFormalExpression">PT1H</timeDuration>'
            "</timerEventDefinition></intermediateCatchEvent>",
        ),
        user("after"),
        end(),
    )
)
