"""
What runs, in which position. The deployment check refuses the rest, the builder knows the same names.

Read `EVENTS` as: in this position, these event definitions. An entry `none` is the event without a definition.
"""

import re

_WORD = re.compile("[a-z]+")
ACTIVITIES = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "scriptTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "businessRuleTask",
        "subProcess",
        "transaction",
        "adHocSubProcess",
        "callActivity",
    }
)
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})
EVENT_KINDS = frozenset({"startEvent", "endEvent", "intermediateThrowEvent", "intermediateCatchEvent", "boundaryEvent"})
NODES = ACTIVITIES | GATEWAYS | EVENT_KINDS

CATCHABLE = frozenset({"message", "timer", "signal", "error", "escalation", "conditional"})
EVENTS: dict[str, frozenset[str]] = {
    "process start": frozenset({"none", "message", "timer", "signal"}),
    "sub-process start": frozenset({"none"}),
    "event sub-process start": CATCHABLE | {"compensate"},
    "event sub-process start, non-interrupting": CATCHABLE - {"error"} | {"compensate"},
    "intermediate catch": frozenset({"message", "timer", "signal", "conditional", "link"}),
    "intermediate throw": frozenset({"none", "message", "signal", "escalation", "link", "compensate"}),
    "boundary": CATCHABLE | {"compensate", "cancel"},
    "boundary, non-interrupting": CATCHABLE - {"error"} | {"compensate"},
    "end": frozenset({"none", "message", "signal", "error", "escalation", "terminate", "compensate", "cancel"}),
}

LOOP_BEHAVIORS = frozenset({None, "All", "None", "One", "Complex"})
LOOP_EVENTS = frozenset({"escalation", "signal", "message", "error"})
MOST_TOKENS = 1_000  # startQuantity, completionQuantity
SEVERAL_CAUGHT = frozenset({"message", "timer", "signal", "error", "escalation", "conditional"})
ALL_CAUGHT = frozenset({"message", "timer", "signal", "conditional"})
SEVERAL_THROWN = frozenset({"message", "signal", "escalation", "terminate", "compensate"})
INSTANTIATING = frozenset({"message", "signal", "timer"})

TIMER_RULES = frozenset({"timeDate", "timeDuration", "timeCycle"})
EVENT_GATEWAY_EVENTS = frozenset({"message", "timer", "signal", "conditional"})
CONDITION_LANGUAGES = ("feel", "juel")
BINDINGS = frozenset({"latest", "deployment", "version", "versionTag"})
DECISION_MAPPINGS = frozenset({"singleEntry", "singleResult", "collectEntries", "resultList"})

_EVERYWHERE = frozenset({"asyncBefore", "asyncAfter", "async", "exclusive", "jobPriority", "modelerTemplate"})
EXTERNAL = frozenset({"type", "topic", "taskPriority"})
_HANDLED = frozenset({"class", "delegateExpression", "expression", "resultVariable"}) | EXTERNAL
ATTRIBUTES: dict[str, frozenset[str]] = {
    "userTask": frozenset(
        {
            *("assignee", "candidateGroups", "candidateUsers", "dueDate", "followUpDate", "priority"),
            *("formKey", "formRef", "formRefBinding", "formRefVersion"),
        }
    ),
    "serviceTask": _HANDLED,
    "sendTask": _HANDLED,
    "scriptTask": frozenset({"resultVariable"}),
    "businessRuleTask": _HANDLED
    | {"decisionRef", "decisionRefBinding", "decisionRefVersion", "decisionRefVersionTag", "mapDecisionResult"},
    "callActivity": frozenset({"calledElementBinding", "calledElementVersion", "calledElementVersionTag"}),
    "startEvent": frozenset({"initiator", "formKey", "formRef", "formRefBinding", "formRefVersion"}),
}
ATTRIBUTES["manualTask"] = ATTRIBUTES["userTask"]
EXTENSIONS: dict[str, frozenset[str]] = {
    "intermediateThrowEvent": frozenset({"errorEventDefinition"}),
    "endEvent": frozenset({"errorEventDefinition"}),
    "callActivity": frozenset({"in", "out"}),
    "userTask": frozenset({"taskListener", "formData"}),
    "manualTask": frozenset({"taskListener", "formData"}),
    "startEvent": frozenset({"formData"}),
    "serviceTask": frozenset({"field", "errorEventDefinition"}),
    "sendTask": frozenset({"field", "errorEventDefinition"}),
    "businessRuleTask": frozenset({"field", "errorEventDefinition"}),
}
PROCESS_EXTENSIONS = frozenset({"properties", "executionListener"})
PROCESS_ATTRIBUTES = frozenset(
    {
        *("versionTag", "historyTimeToLive", "candidateStarterGroups", "candidateStarterUsers"),
        *("isStartableInTasklist", "jobPriority", "taskPriority", "modelerTemplate"),
    }
)
FLOW_EXTENSIONS = frozenset({"properties", "executionListener"})
EXECUTION_EVENTS = frozenset({"start", "end"})
FLOW_EVENTS = frozenset({"take"})
TASK_EVENTS = frozenset({"create", "assignment", "complete", "update", "delete", "timeout"})
EVENT_ATTRIBUTES: dict[str, frozenset[str]] = {
    "error": frozenset({"errorCodeVariable", "errorMessageVariable"}),
    "escalation": frozenset({"escalationCodeVariable"}),
    "conditional": frozenset({"variableName", "variableEvents"}),
}
THROWN_MESSAGE_ATTRIBUTES = _HANDLED
VARIABLE_EVENTS = frozenset({"create", "update", "delete"})
REFUSED_ARTIFACTS = frozenset({"correlationSubscription"})
_MAPPED = ACTIVITIES | {"intermediateCatchEvent", "intermediateThrowEvent", "endEvent"}
EXTENSIONS_EVERYWHERE = frozenset({"properties", "failedJobRetryTimeCycle", "executionListener"})


def runs_script(language: str) -> bool:
    """Whether a `scriptFormat` is FEEL or JUEL: by name, as a media type (`text/x-feel`) or as FEEL's address."""
    said = language.strip().lower()
    return said in ("", "juel") or "feel" in _WORD.findall(said)


def attributes_of(kind: str) -> frozenset[str]:
    """`camunda:` attributes that mean something on an element of this kind."""
    return ATTRIBUTES.get(kind, frozenset()) | _EVERYWHERE


def extensions_of(kind: str) -> frozenset[str]:
    """`camunda:` extension elements that mean something on an element of this kind."""
    mapped = frozenset({"inputOutput"}) if kind in _MAPPED else frozenset()
    return EXTENSIONS.get(kind, frozenset()) | mapped | EXTENSIONS_EVERYWHERE


def event_extensions_of(kind: str, event: str, *, is_handled: bool) -> frozenset[str]:
    """`camunda:` extension elements that mean something on an event definition of an element of this kind."""
    known = {"inputOutput", "properties"} | ({"field"} if is_handled else set())
    return frozenset(
        known | ({"in"} if event == "signal" and kind in ("intermediateThrowEvent", "endEvent") else set())
    )


def event_attributes_of(kind: str, event: str) -> frozenset[str]:
    """`camunda:` attributes that mean something on an event definition of an element of this kind."""
    if event == "message" and kind in ("intermediateThrowEvent", "endEvent"):
        return THROWN_MESSAGE_ATTRIBUTES
    return EVENT_ATTRIBUTES.get(event, frozenset())
