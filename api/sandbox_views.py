"""Sandboxes as clients see them."""

import marshmallow as ma


class QuestionView(ma.Schema):
    """What an element asks of the world; `why` says why a function could not answer itself."""

    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(("handler", "function")))
    name = ma.fields.String(required=True)
    inputs = ma.fields.Raw(required=True, metadata={"description": "Inputs by name, or arguments in order."})
    why = ma.fields.String(required=True)


class SandboxTokenView(ma.Schema):
    """A live element instance."""

    task_id = ma.fields.String(required=True)
    element_id = ma.fields.String(required=True)
    element_name = ma.fields.String(required=True, allow_none=True)
    element_type = ma.fields.String(required=True)
    definition_id = ma.fields.UUID(required=True)
    is_parked = ma.fields.Boolean(required=True)


class SandboxTaskView(ma.Schema):
    """An open user task; anybody may be played."""

    task_id = ma.fields.String(required=True)
    element_id = ma.fields.String(required=True)
    element_name = ma.fields.String(required=True, allow_none=True)
    documentation = ma.fields.String(required=True, allow_none=True)
    assignee = ma.fields.String(required=True, allow_none=True)
    candidate_groups = ma.fields.List(ma.fields.String(), required=True)
    candidate_users = ma.fields.List(ma.fields.String(), required=True)
    due_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    follow_up_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    priority = ma.fields.Integer(required=True)
    lane = ma.fields.String(required=True, allow_none=True)
    form_key = ma.fields.String(required=True, allow_none=True)
    form_ref = ma.fields.String(required=True, allow_none=True)


class SandboxExternalTaskView(ma.Schema):
    """Work for somebody outside."""

    task_id = ma.fields.String(required=True)
    element_id = ma.fields.String(required=True)
    element_name = ma.fields.String(required=True, allow_none=True)
    topic = ma.fields.String(required=True)


class SandboxEventView(ma.Schema):
    """A message or signal that is awaited, or a condition."""

    task_id = ma.fields.String(required=True)
    element_id = ma.fields.String(required=True)
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(("message", "signal", "conditional")))
    name = ma.fields.String(required=True)
    correlation_key = ma.fields.String(required=True, allow_none=True)


class SandboxIncidentView(ma.Schema):
    """A parked element; with a `question`, it goes on as soon as that is answered."""

    task_id = ma.fields.String(required=True, attribute="wait.task_id")
    element_id = ma.fields.String(required=True, attribute="wait.element_id")
    element_name = ma.fields.String(required=True, allow_none=True, attribute="wait.element_name")
    kind = ma.fields.String(required=True, attribute="wait.kind")
    message = ma.fields.String(required=True, attribute="wait.message")
    question = ma.fields.Nested(QuestionView, required=True, allow_none=True)


class SandboxDueView(ma.Schema):
    """What goes off by itself."""

    task_id = ma.fields.String(required=True)
    element_id = ma.fields.String(required=True)
    due_at = ma.fields.AwareDateTime(required=True)


class SandboxView(ma.Schema):
    """Where a sandbox stands. `moment` is its own time; the first of its `steps` is the start."""

    id = ma.fields.UUID(required=True, attribute="sandbox.id")
    definition_id = ma.fields.UUID(required=True, attribute="sandbox.definition_id")
    definition_key = ma.fields.String(required=True)
    definition_name = ma.fields.String(required=True, allow_none=True)
    definition_version = ma.fields.Integer(required=True)
    is_automatic = ma.fields.Boolean(required=True, attribute="sandbox.is_automatic")
    facts = ma.fields.Dict(required=True, attribute="sandbox.facts")
    created_at = ma.fields.AwareDateTime(required=True, attribute="sandbox.created_at")
    expires_at = ma.fields.AwareDateTime(required=True, attribute="sandbox.expires_at")
    moment = ma.fields.AwareDateTime(required=True)
    steps = ma.fields.Integer(required=True)
    is_completed = ma.fields.Boolean(required=True)
    business_key = ma.fields.String(required=True, allow_none=True)
    variables = ma.fields.Dict(required=True)
    tokens = ma.fields.List(ma.fields.Nested(SandboxTokenView), required=True)
    user_tasks = ma.fields.List(ma.fields.Nested(SandboxTaskView), required=True)
    external_tasks = ma.fields.List(ma.fields.Nested(SandboxExternalTaskView), required=True)
    events = ma.fields.List(ma.fields.Nested(SandboxEventView), required=True)
    incidents = ma.fields.List(ma.fields.Nested(SandboxIncidentView), required=True)
    dues = ma.fields.List(ma.fields.Nested(SandboxDueView), required=True)


class SandboxSummaryView(ma.Schema):
    """A sandbox in the list."""

    id = ma.fields.UUID(required=True)
    definition_id = ma.fields.UUID(required=True)
    definition_key = ma.fields.String(required=True)
    definition_name = ma.fields.String(required=True, allow_none=True)
    definition_version = ma.fields.Integer(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    expires_at = ma.fields.AwareDateTime(required=True)


class SandboxEventToldView(ma.Schema):
    """Something that happened: `element.completed`, `handler.completed`, `timer.fired`, `variable.changed` …"""

    type = ma.fields.String(required=True)
    at = ma.fields.String(required=True)
    element_id = ma.fields.String(allow_none=True)
    element_name = ma.fields.String(allow_none=True)
    element_type = ma.fields.String(allow_none=True)
    definition_id = ma.fields.String(allow_none=True)
    flow_id = ma.fields.String(allow_none=True)
    task_id = ma.fields.String(allow_none=True)
    detail = ma.fields.Dict(required=True)


class SandboxMoveView(ma.Schema):
    """One step: what was done, and what followed from it."""

    number = ma.fields.Integer(required=True)
    kind = ma.fields.String(required=True)
    moment = ma.fields.AwareDateTime(required=True)
    told = ma.fields.Dict(required=True)
    events = ma.fields.List(ma.fields.Nested(SandboxEventToldView), required=True)


class SandboxFormView(ma.Schema):
    """What is needed to draw the form of a task."""

    form = ma.fields.Dict(required=True, allow_none=True)
    form_key = ma.fields.String(required=True, allow_none=True)
    form_ref = ma.fields.String(required=True, allow_none=True)
    variables = ma.fields.Dict(required=True)
