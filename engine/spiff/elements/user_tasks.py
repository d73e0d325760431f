"""
User and manual tasks.

Source:
    BPMN 2.0.2 §10.3.4 (Human Interactions), §13.3.2; the `camunda:` attributes as Camunda 7 reads them.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import UserTask as SpiffUserTask
from SpiffWorkflow.util.task import TaskState

from engine.expressions import compile_value
from engine.spiff import timers
from engine.spiff.diagrams import Listener
from engine.spiff.drawn_forms import form_key, with_defaults
from engine.spiff.elements.activities import begin
from engine.spiff.elements.catching import BoundaryEvent
from engine.spiff.elements.flowing import Flowing
from engine.spiff.elements.listening import notify, run_listener
from engine.spiff.elements.parameters import deliver
from engine.spiff.evaluation import Failure, evaluate, short, unfit, zone_at
from engine.spiff.instances import ElementInstance, from_micros, to_micros
from engine.spiff.outcomes import UserTaskWait

_PRIORITY = re.compile(r"-?[0-9]{1,9}", re.ASCII)
_MOST_NAMES = 1_000


class UserTask(Flowing, SpiffUserTask):
    """
    Open until a person completes it. Who may, and by when, is worked out once, when it opens.

    Attributes:
        lane_group: Candidate group of its lane, used when the task names nobody.
    """

    def __init__(self, *args: Any, lane_group: str | None, **kwargs: Any) -> None:  # noqa: ANN401 - Spiff has no types
        super().__init__(*args, **kwargs)
        self.lane_group = lane_group

    def enter(self, my_task: ElementInstance) -> None:
        """Open the task."""
        begin(my_task)
        work = my_task.facts["work"] = self._work(my_task)
        listeners = self.node.task_listeners
        notify(my_task, "create", listeners)
        if "assignee" in work:
            notify(my_task, "assignment", listeners)
        my_task._set_state(TaskState.READY)

    def perform(self, my_task: ElementInstance) -> None:
        """Take over what the person entered."""
        deliver(my_task, with_defaults(my_task, my_task.facts.get("submitted", {})))
        notify(my_task, "complete", self.node.task_listeners)

    def _work(self, task: ElementInstance) -> dict[str, Any]:
        node = self.node
        people = node.people
        users = [name for text in (node.camunda("candidateUsers"), *people.users) for name in _names(task, text)]
        groups = [name for text in (node.camunda("candidateGroups"), *people.groups) for name in _names(task, text)]
        assignee = _name(task, node.camunda("assignee") or people.assignee)
        if not users and not groups and assignee is None and self.lane_group:
            groups = [self.lane_group]
        work: dict[str, Any] = {"assignee": assignee, "groups": groups, "users": users}
        for fact, attribute in _DATES:
            moment = _moment(task, node.camunda(attribute))
            if moment is not None:
                work[fact] = to_micros(moment)
        work["excluded"] = _names(task, node.properties.get("excluded_people"))
        priority = _value(task, node.camunda("priority"))
        if priority is not None:
            work["priority"] = priority_number(priority)
        for fact, attribute in (("form_key", "formKey"), ("form_ref", "formRef")):
            name = _name(task, node.camunda(attribute))
            if name is not None:
                work[fact] = name
        if node.form:
            work["form_ref"] = form_key(task.workflow.executable.key, node.id)
        return {fact: value for fact, value in work.items() if value not in (None, [])}


class TimeoutListener(BoundaryEvent):
    """A `timeout` listener of a user task: a timer beside the task that only runs the listener, drawn by nobody."""

    def __init__(self, *args: Any, listener: Listener, **kwargs: Any) -> None:  # noqa: ANN401 - Spiff has no types
        super().__init__(*args, **kwargs)
        self.listener = listener
        self.is_silent = True

    def perform(self, my_task: ElementInstance) -> None:
        """Run the listener."""
        run_listener(my_task, self.listener)


_DATES = (("due", "dueDate"), ("follow_up", "followUpDate"))


def redate(task: ElementInstance) -> dict[str, str]:
    """
    Ask the rules of an open task's dates again; what moved, by attribute: the new moment.

    Raises:
        Failure: A rule fails; nothing has moved then.
    """
    work = task.facts["work"]
    asked = {fact: _moment(task, task.task_spec.node.camunda(attribute)) for fact, attribute in _DATES}
    moved = {fact: to_micros(moment) for fact, moment in asked.items() if moment is not None}
    moved = {fact: micros for fact, micros in moved.items() if work.get(fact) != micros}
    work.update(moved)
    return {attribute: from_micros(moved[fact]).isoformat() for fact, attribute in _DATES if fact in moved}


def waiting_user_task(task: ElementInstance) -> UserTaskWait:
    """What a task list shows of an open user task."""
    spec, work = task.task_spec, task.facts["work"]
    owner = task.workflow.owner
    return UserTaskWait(
        task_id=task.id,
        element_id=spec.bpmn_id,
        element_name=spec.bpmn_name,
        definition_id=task.workflow.executable.definition_id,
        definition_key=task.workflow.executable.key,
        scope_id=None if owner is None else owner.id,
        assignee=work.get("assignee"),
        candidate_groups=tuple(work.get("groups", ())),
        candidate_users=tuple(work.get("users", ())),
        due_at=_when(work, "due"),
        follow_up_at=_when(work, "follow_up"),
        priority=work.get("priority", 50),
        form_key=work.get("form_key"),
        form_ref=work.get("form_ref"),
        documentation=spec.node.documentation,
        lane=spec.node.lane,
        form_binding=spec.node.camunda("formRefBinding") or ("deployment" if spec.node.form else "latest"),
        form_version=spec.node.camunda("formRefVersion"),
        separation_rule=spec.node.properties.get("separation_rule"),
        separate_from=_listed(spec.node.properties.get("separate_from", "")),
        excluded_people=tuple(work.get("excluded", ())),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _when(work: Mapping[str, Any], fact: str) -> datetime | None:
    return from_micros(work[fact]) if fact in work else None


def _value(task: ElementInstance, text: str | None) -> object:
    return None if text is None else evaluate(task, compile_value(text))


def _name(task: ElementInstance, text: str | None) -> str | None:
    value = _value(task, text)
    if value is None or isinstance(value, str):
        return short(text or "", value) if value else None
    raise unfit("expression", text or "", "text", "文本", value)


def _names(task: ElementInstance, text: str | None) -> list[str]:
    value = _value(task, text)
    if value is None:
        return []
    names = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names) or len(names) > _MOST_NAMES:
        wanted, wanted_zh = f"text or a list of at most {_MOST_NAMES} texts", f"文本或最多 {_MOST_NAMES} 项的文本列表"
        raise unfit("expression", text or "", wanted, wanted_zh, value)
    return [short(text or "", name) for name in names if name]


def _moment(task: ElementInstance, text: str | None) -> datetime | None:
    base = from_micros(task.facts["at"])
    value = None if text is None else evaluate(task, compile_value(text), now=base)
    if value is None:
        return None
    plan = timers.parse_rule(value, base=base, zone=partial(zone_at, task))
    if plan is None or plan.every is not None:
        raise unfit("timer", text or "", "a date, a time or a duration", "日期、时间或时长", value)
    return plan.due_at


def is_priority(text: str) -> bool:
    """Whether it is a whole number that a priority can be."""
    return _PRIORITY.fullmatch(text) is not None


def priority_number(value: object) -> int:
    """
    A priority that an expression gave.

    Raises:
        Failure: It is no whole number of at most nine digits.
    """
    text = str(int(value) if isinstance(value, float) and value.is_integer() else value)
    if not is_priority(text):
        message = "A priority must be a whole number of at most nine digits."
        raise Failure("expression", message, "优先级应为整数,最多九位。")
    return int(text)
