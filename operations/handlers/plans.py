"""Handlers of execution (CA03, CA04): plan, steps, progress feedback, quality."""

from collections.abc import Mapping, Sequence

from engine.handlers import Call, HandlerFailed


def plan_set(
    call: Call,
    *,
    stages: Sequence[object] | None = None,
    feedback_interval: str | None = None,
    proposal_required: bool | None = None,
    **fields: object,
) -> Mapping[str, object]:
    """Keep a new version of the execution plan (R009): each step has an owner and a due time."""
    raise HandlerFailed(call.site.element_id)


def plan_reviewed(call: Call, *, approved: bool | None = None, **fields: object) -> None:
    """Keep the supervisor's answer to the plan."""
    raise HandlerFailed(call.site.element_id)


def step_started(call: Call, *, stage: object = None, step: object = None) -> None:
    """A step of the plan is in somebody's hands."""
    raise HandlerFailed(call.site.element_id)


def step_done(call: Call, *, stage: object = None, step: object = None, **fields: object) -> None:
    """Keep what was done in a step (R010)."""
    raise HandlerFailed(call.site.element_id)


def progress_gate(call: Call) -> Mapping[str, object]:
    """Say whether the customer is due a progress message and nobody is writing one (R012)."""
    raise HandlerFailed(call.site.element_id)


def progress_given(
    call: Call,
    *,
    percent: float | None = None,
    text: str | None = None,
    next_step: str | None = None,
    next_feedback_at: str | None = None,
    **fields: object,
) -> None:
    """Keep a progress message and send it to the customer."""
    raise HandlerFailed(call.site.element_id)


def quality_result(call: Call, *, passed: bool | None = None, findings: str | None = None, **fields: object) -> None:
    """Keep the result of the quality check."""
    raise HandlerFailed(call.site.element_id)


HANDLERS = (plan_set, plan_reviewed, step_started, step_done, progress_gate, progress_given, quality_result)
