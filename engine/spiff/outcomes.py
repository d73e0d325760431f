"""What leaves a process instance when it has run: typed, plain, without SpiffWorkflow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Transition:
    """
    One step in the life of an element instance, in the order it happened.

    Attributes:
        state: `activated`, `completed`, `cancelled` (by an interruption), `failed` (parked), `resumed`,
            `compensated` (long after it completed; `task_id` is the element instance that did), `migrated` (it goes on
            as this element of another version).
        task_id: The engine's id of the element instance, from the instance's own counter (`t17`).
        scope_id: Element instance of the enclosing sub-process or call activity, `None` at the top.
        flow_id: The sequence flow taken into the element, where known.
        detail: Facts worth keeping: `{"due_at": …}` of a timer armed, old → new of one re-armed, an error's message.
    """

    state: Literal["activated", "completed", "cancelled", "failed", "resumed", "rearmed", "compensated", "migrated"]
    task_id: str
    element_id: str
    element_type: str
    element_name: str | None
    scope_id: str | None
    definition_id: UUID | None = None
    flow_id: str | None = None
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UserTaskWait:
    """
    An open user or manual task. Candidates: `candidateGroups`/`candidateUsers`, else the lane's group.

    Attributes:
        separate_from: Elements whose completers in this case may not do this one (segregation of duties).
        excluded_people: Subjects or user names who may not do it, e.g. the one it is about.
        separation_rule: What that rule is called, for the refusal.
        form_binding: `latest`, `deployment` or `version` of `form_ref`.
    """

    task_id: str
    element_id: str
    element_name: str | None
    definition_id: UUID | None
    scope_id: str | None
    assignee: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    due_at: datetime | None
    follow_up_at: datetime | None
    priority: int
    form_key: str | None
    form_ref: str | None
    documentation: str | None
    lane: str | None
    definition_key: str | None = None
    separation_rule: str | None = None
    separate_from: tuple[str, ...] = ()
    excluded_people: tuple[str, ...] = ()
    form_binding: str = "latest"
    form_version: str | None = None


@dataclass(frozen=True, slots=True)
class ExternalTaskWait:
    """
    Work for somebody outside.

    Attributes:
        topic: What workers ask for.
        retries: Attempts left, `None` before the first failure; with 0 it is an incident too, and nobody may fetch it.
    """

    task_id: str
    element_id: str
    element_name: str | None
    definition_id: UUID
    definition_key: str
    topic: str
    priority: int
    retries: int | None
    error_message: str | None


@dataclass(frozen=True, slots=True)
class EventWait:
    """An open message, signal or conditional subscription. `correlation_key` defaults to the business key."""

    task_id: str
    element_id: str
    kind: Literal["message", "signal", "conditional"]
    name: str
    correlation_key: str | None


@dataclass(frozen=True, slots=True)
class IncidentWait:
    """
    A parked element.

    Attributes:
        kind: `handler`, `expression`, `decision`, `error_uncaught`, `timer`, `called_process`, `form`,
            `external_task`.
    """

    task_id: str
    element_id: str
    element_name: str | None
    kind: str
    message: str
    retries_left: int


@dataclass(frozen=True, slots=True)
class AdHocActivity:
    """
    An activity of an open ad-hoc sub-process that nothing leads to.

    Attributes:
        sub_process_task_id: Element instance of the sub-process.
        is_enabled: Whether it can begin now; in a sequential one only when nothing else runs.
        active: How many of it run.
    """

    sub_process_task_id: str
    sub_process_id: str
    element_id: str
    element_name: str | None
    element_type: str
    is_enabled: bool
    active: int


Wait = UserTaskWait | ExternalTaskWait | EventWait | IncidentWait


@dataclass(frozen=True, slots=True)
class OpenElement:
    """An element instance. `is_opened`: it runs or listens; else its token has only just come."""

    task_id: str
    element_id: str
    type: str
    name: str | None
    is_opened: bool


@dataclass(frozen=True, slots=True)
class Foreseen:
    """
    What would become of an element instance.

    Attributes:
        action: `stays`, `ends`, `opens` (a sub-process, or an event that listens from then on), `begins`.
        becomes: Element id afterwards; another one after a migration that renames it, `None` when it ends.
    """

    action: Literal["stays", "ends", "opens", "begins"]
    element_id: str
    becomes: str | None
    element_type: str
    element_name: str | None
    task_id: str


@dataclass(frozen=True, slots=True)
class MappedElement:
    """
    An element tokens can rest at, and the one that takes it over in another version.

    Attributes:
        target_id: `None` when none was found; then `problem` says why: `element-missing`, `type-changed`,
            `scope-changed`, `event-changed`.
    """

    source_id: str
    target_id: str | None
    element_type: str
    element_name: str | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """Engine work with a time: the command loop applies a `DueStep` for each that is due, earliest first."""

    task_id: str
    element_id: str
    kind: Literal["timer", "async", "retry"]
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Token:
    """
    A live element instance.

    Attributes:
        local: Variables that only it sees.
        inner: Variables of what runs inside it: a sub-process of its own scope, or a called process.
    """

    task_id: str
    element_id: str
    element_name: str | None
    element_type: str
    scope_id: str | None
    definition_id: UUID
    is_parked: bool
    local: Mapping[str, object]
    inner: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Thrown:
    """A message or signal that left the instance; the command puts it into the inbox."""

    kind: Literal["message", "signal"]
    name: str
    correlation_key: str | None
    variables: Mapping[str, object]
    element_id: str
    task_id: str


@dataclass(frozen=True, slots=True)
class StartTrigger:
    """How a process may begin."""

    element_id: str
    kind: Literal["none", "message", "signal", "timer"]
    name: str | None
    form_ref: str | None = None
    business_key_field: str | None = None


@dataclass(frozen=True, slots=True)
class ProcessSummary:
    """What a deployed file says about one executable process."""

    key: str
    name: str | None
    version_tag: str | None
    history_ttl_days: int | None
    starts: tuple[StartTrigger, ...]
    called_keys: tuple[str, ...]
    form_refs: tuple[str, ...]
    decision_refs: tuple[str, ...]
    candidate_starter_groups: tuple[str, ...] = ()
    candidate_starter_users: tuple[str, ...] = ()
    is_startable: bool = True


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One finding of the deployment check; `error` refuses, `warning` is kept with the deployment.

    Attributes:
        element_name: What the diagram shows for `element_id`, where it has a name.
    """

    severity: Literal["error", "warning"]
    file: str
    element_id: str | None
    line: int | None
    code: str
    message_en: str
    message_zh: str
    element_name: str | None = None
