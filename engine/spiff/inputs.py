"""What may come into a process instance from outside. Each is journalled; replay feeds the same ones again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Start:
    """A new instance at its none start event, or at the start event that catches `start_element_id`."""

    variables: Mapping[str, object]
    start_element_id: str | None = None
    business_key: str | None = None
    initiator: str | None = None


@dataclass(frozen=True, slots=True)
class UserTaskCompletion:
    """A person completed the open user task `task_id` (the engine's own id, as in `UserTaskWait`)."""

    task_id: str
    variables: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class UserTaskChange:
    """A person changed the open user task `task_id`: its listeners of `events` (`update`, `assignment`) hear it."""

    task_id: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExternalTaskCompletion:
    """A worker did the open external task `task_id`. Local variables are seen by its output parameters only."""

    task_id: str
    worker_id: str
    variables: Mapping[str, object]
    local_variables: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ExternalTaskFailure:
    """
    A worker could not do it; `retries` attempts are left, none makes it an incident.

    Attributes:
        error_details: Only for a task whose error definitions look at them: they may hold anything, and are kept.
    """

    task_id: str
    worker_id: str
    error_message: str | None
    error_details: str | None
    retries: int
    variables: Mapping[str, object]
    local_variables: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ExternalTaskError:
    """A worker throws a BPMN error at it."""

    task_id: str
    worker_id: str
    code: str
    message: str
    variables: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ExternalTaskRetries:
    """Somebody sets how many attempts are left; more than none resumes a task that parked for want of them."""

    task_id: str
    retries: int


@dataclass(frozen=True, slots=True)
class MessageDelivery:
    """A message for the one open subscription `task_id`."""

    task_id: str
    name: str
    variables: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SignalDelivery:
    """
    A signal for every subscription of that name inside the instance.

    Attributes:
        thrown_by: The element instance of this very instance that threw it: only what waited then hears it, for a
            signal is not kept (BPMN 2.0.2 §10.5.1). Without it, it came from elsewhere.
    """

    name: str
    variables: Mapping[str, object]
    thrown_by: str | None = None


@dataclass(frozen=True, slots=True)
class DueStep:
    """The timer, async continuation or retry of `task_id` that was due at `due_at` (its own time, however late)."""

    task_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Retry:
    """Resume the parked element `task_id`."""

    task_id: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """Somebody did by hand what the parked activity `task_id` should have done; it is done, with these variables."""

    task_id: str
    variables: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class VariablesChange:
    """
    Somebody corrects variables.

    Attributes:
        task_id: As this open element instance would write them; without it, for all of the instance, branches included.
    """

    variables: Mapping[str, object]
    task_id: str | None = None


@dataclass(frozen=True, slots=True)
class AdHocStart:
    """Begin an activity (`element_id`) of the ad-hoc sub-process that runs as `task_id`."""

    task_id: str
    element_id: str


@dataclass(frozen=True, slots=True)
class AdHocCompletion:
    """The ad-hoc sub-process that runs as `task_id` is done."""

    task_id: str


@dataclass(frozen=True, slots=True)
class Rearm:
    """Evaluate the rule of every waiting timer again; those that changed move."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """End everything that is still alive."""


@dataclass(frozen=True, slots=True)
class Migrate:
    """
    Go on with another version of the process; what is open stays open.

    Attributes:
        mapping: Element and sequence flow ids here → there; what is not named keeps its id.
        updates_timers: Ask the rule of every waiting timer again, as of its activation; else they keep their time.
    """

    source_definition_id: UUID
    target_definition_id: UUID
    mapping: Mapping[str, str]
    updates_timers: bool = False


Action = Literal["cancel", "start_before", "start_after", "start_flow"]


@dataclass(frozen=True, slots=True)
class Instruction:
    """
    One step of a modification.

    Attributes:
        action: `cancel` an element instance, or all of an element; `start_before` an element; `start_after` it, on its
            one outgoing flow; `start_flow`: on this sequence flow.
        element_id: The element or flow; of a `cancel` it may be left out when `task_id` is given.
        task_id: The element instance to cancel, or the open sub-process to start in when there are several.
    """

    action: Action
    element_id: str | None = None
    task_id: str | None = None


@dataclass(frozen=True, slots=True)
class Modify:
    """Somebody moves tokens by hand. `variables` are set in the process first, whatever branch wrote them."""

    instructions: tuple[Instruction, ...]
    variables: Mapping[str, object]


OperatorInput = Migrate | Modify
UserTaskInput = UserTaskCompletion | UserTaskChange
ExternalTaskInput = ExternalTaskCompletion | ExternalTaskFailure | ExternalTaskError | ExternalTaskRetries
AdHocInput = AdHocStart | AdHocCompletion
EventInput = MessageDelivery | SignalDelivery | DueStep
RepairInput = Retry | Resolution | VariablesChange
OwnInput = Start | UserTaskInput | AdHocInput | EventInput | Rearm | Cancel
Input = OwnInput | ExternalTaskInput | RepairInput | OperatorInput
