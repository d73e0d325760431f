"""Outside inputs as journal entries, and back. What is written here is what a replay reads: change it with care."""

from collections.abc import Mapping
from datetime import datetime

from engine.history.journal import Entry
from engine.replay.external_tasks import EXTERNAL_TASK_TYPES, report_from_entry, report_to_entry
from engine.replay.operator_inputs import OPERATOR_TYPES, operation_from_entry, operation_to_entry
from engine.replay.repairs import REPAIR_TYPES, repair_from_entry, repair_to_entry
from engine.spiff.inputs import (
    AdHocCompletion,
    AdHocStart,
    Cancel,
    DueStep,
    ExternalTaskInput,
    Input,
    MessageDelivery,
    OperatorInput,
    OwnInput,
    Rearm,
    RepairInput,
    SignalDelivery,
    Start,
    UserTaskChange,
    UserTaskCompletion,
)
from engine.spiff.semantics import SEMANTICS_VERSION

STARTED = "process_instance.started"
COMPLETED = "user_task.completed"
CHANGED = "user_task.change_told"
MESSAGE = "message.delivered"
SIGNAL = "signal.delivered"
AD_HOC_STARTED = "ad_hoc_activity.started"
AD_HOC_COMPLETED = "ad_hoc_sub_process.completed"
DUE = "due.reached"
REARMED = "timers.rearmed"
CANCELLED = "process_instance.cancelled"
INPUT_TYPES = (
    EXTERNAL_TASK_TYPES
    | OPERATOR_TYPES
    | REPAIR_TYPES
    | {*(STARTED, COMPLETED, CHANGED, MESSAGE, SIGNAL, DUE, REARMED, CANCELLED, AD_HOC_STARTED, AD_HOC_COMPLETED)}
)


def to_entry(given: Input, **facts: object) -> Entry:
    """Write an input down; `facts` are said beside it for readers and ignored in replay."""
    if isinstance(given, ExternalTaskInput):
        return report_to_entry(given, **facts)
    if isinstance(given, OperatorInput):
        return operation_to_entry(given, **facts)
    if isinstance(given, RepairInput):
        return repair_to_entry(given, **facts)
    return _written(given, facts)


def _written(given: OwnInput, facts: dict[str, object]) -> Entry:
    match given:
        case Start():
            payload = {
                "variables": dict(given.variables),
                "start_element_id": given.start_element_id,
                "business_key": given.business_key,
                "initiator": given.initiator,
                "semantics": SEMANTICS_VERSION,
            }
            return Entry(STARTED, payload | facts)
        case UserTaskCompletion():
            return Entry(COMPLETED, {"variables": dict(given.variables)} | facts, task_id=given.task_id)
        case UserTaskChange():
            return Entry(CHANGED, {"events": list(given.events)} | facts, task_id=given.task_id)
        case AdHocStart():
            return Entry(AD_HOC_STARTED, {"element_id": given.element_id} | facts, task_id=given.task_id)
        case AdHocCompletion():
            return Entry(AD_HOC_COMPLETED, facts, task_id=given.task_id)
        case MessageDelivery():
            payload = {"name": given.name, "variables": dict(given.variables)}
            return Entry(MESSAGE, payload | facts, task_id=given.task_id)
        case SignalDelivery():
            payload = {"name": given.name, "variables": dict(given.variables)}
            return Entry(SIGNAL, payload | {"thrown_by": given.thrown_by} | facts)
        case DueStep():
            return Entry(DUE, {"due_at": given.due_at.isoformat()} | facts, task_id=given.task_id)
        case Rearm():
            return Entry(REARMED, facts)
        case Cancel():
            return Entry(CANCELLED, facts)


def from_entry(type: str, task_id: str | None, payload: Mapping[str, object]) -> Input | None:
    """Read an input back; `None` for an event that is no input."""
    if type not in INPUT_TYPES:
        return None
    if type in EXTERNAL_TASK_TYPES:
        return report_from_entry(type, task_id or "", payload)
    if type in OPERATOR_TYPES:
        return operation_from_entry(type, payload)
    if type in REPAIR_TYPES:
        return repair_from_entry(type, task_id, payload)
    return _read(type, task_id or "", payload)


def _read(type: str, task: str, payload: Mapping[str, object]) -> OwnInput:
    if type in (AD_HOC_STARTED, AD_HOC_COMPLETED):
        element_id = _text(payload, "element_id")
        return AdHocCompletion(task) if element_id is None else AdHocStart(task, element_id)
    variables = payload.get("variables")
    values = variables if isinstance(variables, Mapping) else {}
    match type:
        case "process_instance.started":
            return Start(
                values, _text(payload, "start_element_id"), _text(payload, "business_key"), _text(payload, "initiator")
            )
        case "user_task.completed":
            return UserTaskCompletion(task, values)
        case "user_task.change_told":
            events = payload.get("events")
            return UserTaskChange(task, tuple(map(str, events)) if isinstance(events, list) else ())
        case "message.delivered":
            return MessageDelivery(task, str(payload["name"]), values)
        case "signal.delivered":
            return SignalDelivery(str(payload["name"]), values, _text(payload, "thrown_by"))
        case "due.reached":
            return DueStep(task, datetime.fromisoformat(str(payload["due_at"])))
        case "timers.rearmed":
            return Rearm()
        case _:
            return Cancel()


def _text(payload: Mapping[str, object], name: str) -> str | None:
    value = payload.get(name)
    return value if isinstance(value, str) else None
