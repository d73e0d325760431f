"""A case as staff see it: the parts of `GET /api/cases/{number}`."""

import marshmallow as ma

from operations.case_views import CaseDetail


class CaseSummaryView(ma.Schema):
    """A case in a list: codes and times only. `next_due_at`: the earliest promise that is still open."""

    number = ma.fields.String()
    request_type = ma.fields.String(allow_none=True)
    channel = ma.fields.String()
    priority = ma.fields.String()
    state = ma.fields.String()
    stage = ma.fields.String()
    outcome = ma.fields.String(allow_none=True)
    confirmation = ma.fields.String(allow_none=True)
    lead_department = ma.fields.String(allow_none=True)
    lead_assignee = ma.fields.String(allow_none=True)
    rework_count = ma.fields.Integer()
    received_at = ma.fields.AwareDateTime()
    first_response_at = ma.fields.AwareDateTime(allow_none=True)
    resolved_at = ma.fields.AwareDateTime(allow_none=True)
    closed_at = ma.fields.AwareDateTime(allow_none=True)
    next_due_at = ma.fields.AwareDateTime(allow_none=True)
    breaches = ma.fields.Integer()
    open_escalations = ma.fields.Integer()


class ContactView(ma.Schema):
    """Who a customer is; masked unless revealed."""

    name = ma.fields.String(allow_none=True)
    phone = ma.fields.String(allow_none=True)
    email = ma.fields.String(allow_none=True)
    address = ma.fields.String(allow_none=True)


class CustomerView(ma.Schema):
    """A customer as staff see him by default: contact data masked."""

    id = ma.fields.UUID()
    contact = ma.fields.Nested(ContactView)
    language = ma.fields.String()
    is_key_customer = ma.fields.Boolean()
    is_complainant = ma.fields.Boolean()
    created_at = ma.fields.AwareDateTime()


class DeadlineView(ma.Schema):
    """A promise as recorded. `state`: running, paused, met, breached, cancelled."""

    commitment = ma.fields.String()
    object = ma.fields.String()
    rule = ma.fields.String()
    rule_version = ma.fields.String(allow_none=True)
    calendar = ma.fields.String()
    started_at = ma.fields.AwareDateTime()
    original_due_at = ma.fields.AwareDateTime()
    due_at = ma.fields.AwareDateTime()
    warn_at = ma.fields.AwareDateTime(allow_none=True)
    state = ma.fields.String()
    warned_at = ma.fields.AwareDateTime(allow_none=True)
    met_at = ma.fields.AwareDateTime(allow_none=True)
    breached_at = ma.fields.AwareDateTime(allow_none=True)
    extension_count = ma.fields.Integer()
    is_pausable = ma.fields.Boolean()
    paused_at = ma.fields.AwareDateTime(allow_none=True)


class DeadlineChangeView(ma.Schema):
    """One move of a promise, old → new."""

    kind = ma.fields.String()
    commitment = ma.fields.String()
    object = ma.fields.String()
    old_due_at = ma.fields.AwareDateTime()
    new_due_at = ma.fields.AwareDateTime()
    reason = ma.fields.String(allow_none=True)
    at = ma.fields.AwareDateTime()
    actor = ma.fields.String()


class BreachView(ma.Schema):
    """A broken promise; `breached_at` is the time it was due, `recorded_at` when it was written down."""

    commitment = ma.fields.String()
    object = ma.fields.String()
    breached_at = ma.fields.AwareDateTime()
    recorded_at = ma.fields.AwareDateTime()


class LadderView(ma.Schema):
    """A ladder: open until it is decided or the work is done."""

    id = ma.fields.UUID()
    object = ma.fields.String()
    trigger = ma.fields.String()
    level = ma.fields.Integer()
    state = ma.fields.String()
    closed_as = ma.fields.String(allow_none=True)
    decision = ma.fields.String(allow_none=True)
    opened_at = ma.fields.AwareDateTime()
    opened_by = ma.fields.String()
    closed_at = ma.fields.AwareDateTime(allow_none=True)
    user_task_id = ma.fields.UUID(allow_none=True)


class EscalationView(LadderView):
    """A ladder of the case. `cause`: why, when somebody opened it by hand."""

    closed_by = ma.fields.String(allow_none=True)
    cause = ma.fields.String(attribute="cause_ref", allow_none=True)


class EntryView(ma.Schema):
    """Something people recorded; texts are sealed references unless the reader may read personal data."""

    id = ma.fields.UUID()
    kind = ma.fields.String()
    at = ma.fields.AwareDateTime()
    actor = ma.fields.String()
    details = ma.fields.Dict()


class PlanView(ma.Schema):
    """The case's plan as it stands."""

    version = ma.fields.Integer()
    stages = ma.fields.List(ma.fields.Dict())
    feedback_interval = ma.fields.String(allow_none=True)
    is_proposal_required = ma.fields.Boolean()
    created_at = ma.fields.AwareDateTime()
    created_by = ma.fields.String()
    is_approved = ma.fields.Boolean(allow_none=True)
    reviewed_by = ma.fields.String(allow_none=True)


class SurveyView(ma.Schema):
    """The case's survey. `state`: sent, answered, closed."""

    state = ma.fields.String()
    sent_at = ma.fields.AwareDateTime()
    closes_at = ma.fields.AwareDateTime()
    answered_at = ma.fields.AwareDateTime(allow_none=True)
    quality = ma.fields.Integer(allow_none=True)
    efficiency = ma.fields.Integer(allow_none=True)
    communication = ma.fields.Integer(allow_none=True)
    overall = ma.fields.Integer(allow_none=True)
    wants_contact = ma.fields.Boolean()


class ArchiveView(ma.Schema):
    """Where the case's record is filed. `content_hash`: SHA-256 of its canonical JSON."""

    number = ma.fields.String()
    archive_class = ma.fields.String()
    retention_years = ma.fields.Integer()
    retain_until = ma.fields.Date()
    access_level = ma.fields.String()
    is_knowledge_candidate = ma.fields.Boolean()
    is_on_legal_hold = ma.fields.Boolean()
    content_hash = ma.fields.String()
    archived_at = ma.fields.AwareDateTime()
    archived_by = ma.fields.String()


class CaseDetailView(CaseSummaryView):
    """One case with everything that was promised, broken, decided and filed."""

    breaches = ma.fields.List(ma.fields.Nested(BreachView))  # type: ignore[assignment]  # the list, not the number
    customer = ma.fields.Nested(CustomerView)
    texts = ma.fields.Dict(allow_none=True)
    participants = ma.fields.List(ma.fields.Dict())
    triage_outcome = ma.fields.String(allow_none=True)
    duplicate_of = ma.fields.String(allow_none=True)
    suspected_duplicate_of = ma.fields.String(allow_none=True)
    repeats = ma.fields.String(allow_none=True)
    is_complete = ma.fields.Boolean()
    deadlines = ma.fields.List(ma.fields.Nested(DeadlineView))
    deadline_changes = ma.fields.List(ma.fields.Nested(DeadlineChangeView))
    escalations = ma.fields.List(ma.fields.Nested(EscalationView))
    entries = ma.fields.List(ma.fields.Nested(EntryView))
    plan = ma.fields.Nested(PlanView, allow_none=True)
    survey = ma.fields.Nested(SurveyView, allow_none=True)
    archive = ma.fields.Nested(ArchiveView, allow_none=True)
    process_instances = ma.fields.List(ma.fields.UUID())
    open_user_tasks = ma.fields.Integer()

    @ma.pre_dump
    def flatten(self, detail: CaseDetail, **_: object) -> dict[str, object]:
        """The summary's members, the case's own and the lists, on one level."""
        members: dict[str, object] = {}
        for source in (detail.summary, detail.case, detail):
            members |= {name: getattr(source, name) for name in self.fields if hasattr(source, name)}
        roles = [{"department": one.department, "role": one.role} for one in detail.case.participants]
        return members | {"participants": roles}
