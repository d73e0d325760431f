"""The processes that are run while everything fails: small, and with one of everything that must not get lost."""

from tests.engine.diagrams import HEAD, chain, diagram, end, parallel, service, start, user


def _telling(id: str, template: str) -> tuple[str, str]:
    inputs = "".join(
        f'<camunda:inputParameter name="{name}">{value}</camunda:inputParameter>'
        for name, value in (("group", "customer_service"), ("template", template))
    )
    return service(id, "notify_group", inputs)


def _timer(id: str, duration: str) -> tuple[str, str]:
    rule = f'<timeDuration xsi:type="tFormalExpression">{duration}</timeDuration>'
    timer = f"<timerEventDefinition>{rule}</timerEventDefinition>"
    return id, f'<intermediateCatchEvent id="{id}">{timer}</intermediateCatchEvent>'


_RECEIVED = (
    "start",
    '<startEvent id="start"><messageEventDefinition messageRef="m"/></startEvent>',
)
CASE = diagram(
    chain(
        _RECEIVED,
        _telling("tell_arrival", "case_assigned"),
        user("work", group="customer_service"),
        _telling("tell_work", "urge"),
        _timer("wait", "PT1H"),
        _telling("tell_time", "progress_due"),
        user("close", group="customer_service"),
        end(),
    ),
    key="service_request",
    outside='<message id="m" name="demand_received"/>',
)
"""A request opens a case: told, worked on, told, an hour later told again, closed. Three messages in all."""
MESSAGES_PER_CASE = 3

SENDER = (
    f'{HEAD}<message id="m" name="passed_on"/><process id="sender" isExecutable="true">'
    + chain(
        start(),
        user("send", group="customer_service"),
        ("throw", '<sendTask id="throw" messageRef="m"/>'),
        end(),
    )
    + "</process></definitions>"
).encode()
RECEIVER = diagram(
    chain(
        ("begin", '<startEvent id="begin"><messageEventDefinition messageRef="m"/></startEvent>'),
        user("received", group="customer_service"),
        end(),
    ),
    key="receiver",
    outside='<message id="m" name="passed_on"/>',
)
WAITING = diagram(
    chain(
        start(),
        (
            "wait",
            '<intermediateCatchEvent id="wait"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>',
        ),
        user("paid", group="customer_service"),
        end(),
    ),
    key="waiting",
    outside='<message id="m" name="payment"/>',
)
TIMERS = diagram(chain(start(), _timer("first", "PT1H"), _timer("second", "PT2H"), user("then"), end()), key="timers")
BRANCHES = 64
MANY = diagram(parallel(BRANCHES).replace('"staff"', '"customer_service"'), key="many")

ALL = {
    "case.bpmn": CASE,
    "sender.bpmn": SENDER,
    "receiver.bpmn": RECEIVER,
    "waiting.bpmn": WAITING,
    "timers.bpmn": TIMERS,
    "many.bpmn": MANY,
}
