"""
Errors the engine raises, and nothing about HTTP. What fails inside a running instance parks there as an incident.

EngineError
├── NotFound         ProcessDefinitionNotFound, ProcessInstanceNotFound, UserTaskNotFound, DecisionNotFound,
│                    FormNotFound, DeploymentNotFound, IncidentNotFound, PersonNotFound, GroupNotFound, TokenNotFound,
│                    SubstitutionNotFound, ExternalTaskNotFound, ElementInstanceNotFound, EventNotFound
├── Forbidden        NotPermitted, NotCandidate, SegregationOfDuties
├── Conflict         UserTaskNotActive, UserTaskClaimed, ProcessInstanceNotActive, ProcessInstanceSuspended,
│                    MessageAmbiguous, MessageNotCorrelated, IncidentResolved, IdempotencyKeyReused, NameTaken,
│                    AdministratorExists, UserTaskDelegated, SubstitutionOverlaps, SubstitutionCyclic,
│                    DeploymentNotReady, ProcessDefinitionNotReady, ExternalTaskNotLocked, IncidentNotResolvable,
│                    ProcessInstanceNotMovable, ProcessDefinitionSuspended, UserTaskDraftChanged
├── Invalid          DeploymentInvalid, FormInvalid, VariablesInvalid, ReasonRequired, StartNotPossible,
│                    DecisionInvalid, PersonInvalid, SubstitutionInvalid, ReplayTooLong,
│                    PurposeRequired
├── NotAuthenticated CredentialsWrong, LockedOut
├── Busy             InstanceLocked
└── ExecutionFailed  ReplayDiverged

Those of jobs and bulk operations are in `engine.job_errors`, those of drafts in `engine.draft_errors`.
"""

from typing import ClassVar


class EngineError(Exception):
    """Something the caller asked for cannot be done."""

    code: ClassVar[str] = "engine-error"

    def __init__(self, detail: str, **facts: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.facts = facts


class NotFound(EngineError):
    """The thing named in the request does not exist, or the actor may not see it."""

    code = "not-found"


class Forbidden(EngineError):
    """The actor may see the thing but not do this to it."""

    code = "forbidden"


class Conflict(EngineError):
    """The thing exists but is not in a state that allows the command."""

    code = "conflict"


class Invalid(EngineError):
    """The request says something that cannot be right."""

    code = "invalid"


class NotAuthenticated(EngineError):
    """The request does not say who is asking, or not believably."""

    code = "not-authenticated"


class Busy(EngineError):
    """Somebody else is at work on the same thing; try again shortly."""

    code = "busy"


class ExecutionFailed(EngineError):
    """The engine could not carry out what the diagram says."""

    code = "execution-failed"


class DeploymentNotFound(NotFound):
    """No deployment has this id."""

    code = "deployment-not-found"


class ProcessDefinitionNotFound(NotFound):
    """No process definition has this id or key."""

    code = "process-definition-not-found"


class DecisionNotFound(NotFound):
    """No decision has this key."""

    code = "decision-not-found"


class FormNotFound(NotFound):
    """No form has this id, or the task has none."""

    code = "form-not-found"


class ProcessInstanceNotFound(NotFound):
    """No process instance has this id."""

    code = "process-instance-not-found"


class UserTaskNotFound(NotFound):
    """No user task has this id."""

    code = "user-task-not-found"


class IncidentNotFound(NotFound):
    """No incident has this id."""

    code = "incident-not-found"


class ElementInstanceNotFound(NotFound):
    """No element with this id is open in the process instance."""

    code = "element-instance-not-found"


class EventNotFound(NotFound):
    """The journal has no event with this number."""

    code = "event-not-found"


class ExternalTaskNotFound(NotFound):
    """No external task with this id is open."""

    code = "external-task-not-found"


class MessageNotCorrelated(NotFound):
    """Nobody waits for this message."""

    code = "message-not-correlated"


class PersonNotFound(NotFound):
    """No person has this id or user name."""

    code = "person-not-found"


class GroupNotFound(NotFound):
    """No group has this id."""

    code = "group-not-found"


class TokenNotFound(NotFound):
    """The person has no token with this id."""

    code = "token-not-found"


class SubstitutionNotFound(NotFound):
    """No substitution has this id."""

    code = "substitution-not-found"


class NotPermitted(Forbidden):
    """The actor's groups do not grant this."""

    code = "not-permitted"


class NotCandidate(Forbidden):
    """The actor is neither the assignee nor a candidate of this user task."""

    code = "not-candidate"


class SegregationOfDuties(Forbidden):
    """The same person may not do both in one case."""

    code = "segregation-of-duties"


class UserTaskNotActive(Conflict):
    """The user task is already completed or cancelled."""

    code = "user-task-not-active"


class UserTaskClaimed(Conflict):
    """Somebody else has claimed the user task."""

    code = "user-task-claimed"


class UserTaskDelegated(Conflict):
    """The user task is delegated; it goes back to its owner first."""

    code = "user-task-delegated"


class UserTaskDraftChanged(Conflict):
    """Another draft of this task was saved meanwhile; nothing of yours was kept."""

    code = "user-task-draft-changed"


class ExternalTaskNotLocked(Conflict):
    """The external task is not locked by this worker."""

    code = "external-task-not-locked"


class SubstitutionOverlaps(Conflict):
    """Somebody stands in for this person already during the period."""

    code = "substitution-overlaps"


class SubstitutionCyclic(Conflict):
    """In the end this person would stand in for himself."""

    code = "substitution-cyclic"


class AdHocActivityNotEnabled(Conflict):
    """The ad-hoc sub-process is not open, or is at work on something else."""

    code = "ad-hoc-activity-not-enabled"


class ProcessInstanceNotActive(Conflict):
    """The process instance has already ended."""

    code = "process-instance-not-active"


class ProcessInstanceSuspended(Conflict):
    """The process instance is suspended."""

    code = "process-instance-suspended"


class MessageAmbiguous(Conflict):
    """More than one process instance waits for this message; say which."""

    code = "message-ambiguous"


class IncidentResolved(Conflict):
    """The incident is resolved already."""

    code = "incident-resolved"


class IncidentNotResolvable(Conflict):
    """What failed here cannot be done by hand; correct what it needs and retry it, or move the token."""

    code = "incident-not-resolvable"


class ProcessInstanceNotMovable(Conflict):
    """The process instance cannot be migrated, modified or restarted like this."""

    code = "process-instance-not-movable"


class IdempotencyKeyReused(Conflict):
    """This idempotency key was used for a different request."""

    code = "idempotency-key-reused"


class NameTaken(Conflict):
    """Something else has this name already."""

    code = "name-taken"


class AdministratorExists(Conflict):
    """There is an administrator already; he makes the next one."""

    code = "administrator-exists"


class DeploymentNotReady(Conflict):
    """The deployment is not in the state this step of its publication begins with."""

    code = "deployment-not-ready"


class ProcessDefinitionNotReady(Conflict):
    """This version of the process is a draft, or retired, or the other way round."""

    code = "process-definition-not-ready"


class ProcessDefinitionSuspended(Conflict):
    """This version of the process is suspended: nothing starts with it until it is resumed."""

    code = "process-definition-suspended"


class DeploymentInvalid(Invalid):
    """The deployment has errors; nothing of it was stored."""

    code = "deployment-invalid"


class FormInvalid(Invalid):
    """Some fields of the form are missing or wrong."""

    code = "form-invalid"


class VariablesInvalid(Invalid):
    """The variables are not JSON of a bearable size."""

    code = "variables-invalid"


class DecisionInvalid(Invalid):
    """The decision model cannot be used."""

    code = "decision-invalid"


class PersonInvalid(Invalid):
    """The name, password or group is not acceptable."""

    code = "person-invalid"


class SubstitutionInvalid(Invalid):
    """The substitution is between two people, for a period that is not over."""

    code = "substitution-invalid"


class StartNotPossible(Invalid):
    """The process does not start like this."""

    code = "start-not-possible"


class ReplayTooLong(Invalid):
    """This history is too long to be replayed while you wait; read its events, or have it verified."""

    code = "replay-too-long"


class ReasonRequired(Invalid):
    """This command needs a reason."""

    code = "reason-required"


class PurposeRequired(Invalid):
    """Reading personal data needs a purpose; it is recorded."""

    code = "purpose-required"


class CredentialsWrong(NotAuthenticated):
    """User name and password, token or session do not fit."""

    code = "credentials-wrong"


class LockedOut(NotAuthenticated):
    """Too many failed attempts; try again later."""

    code = "locked-out"


class InstanceLocked(Busy):
    """The process instance is at work right now."""

    code = "instance-locked"


class ListenerFailed(Conflict):
    """A listener of this task failed, so the change was not made."""

    code = "listener-failed"


class ReplayDiverged(ExecutionFailed):
    """The journal does not reproduce the stored state."""

    code = "replay-diverged"
