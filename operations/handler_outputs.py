"""
What each handler gives: the names of its outputs, for the reference and for those who draw.

A handler that is not here gives nothing; a test compares with what the functions return.
"""

from collections.abc import Mapping

_COMPLAINT = ("category", "amount", "harm", "media", "safety", "two_parties")
OUTPUTS: Mapping[str, tuple[str, ...]] = {
    "archive_store": (
        "archive_number",
        "content_hash",
    ),
    "assignment_answers": (
        "result",
        "askers",
    ),
    "assignment_set": (
        "lead_department",
        "participants",
    ),
    "case_assess": ("triage_outcome",),
    "case_details": (
        "complete",
        "request_type",
    ),
    "case_override": (
        "priority",
        "response_due",
        "solution_due",
    ),
    "case_promises": (
        "response_due",
        "solution_due",
    ),
    "case_register": (
        "complete",
        "key_customer",
        "is_complainant",
        "consent_survey",
        "channel",
        "request_type",
    ),
    "compensation_answer": ("may_propose_again",),
    "compensation_decide": ("may_propose_again",),
    "compensation_propose": (
        "proposal_id",
        "amount",
        "measures",
        "budget_exhausted",
    ),
    "complaint_classify": ("raise_level",),
    "complaint_escalated": ("level",),
    "complaint_extend": ("extended",),
    "complaint_first_response": (*_COMPLAINT, "evidence"),
    "complaint_raise": ("complaint_number",),
    "complaint_recalculate": ("overcharged",),
    "complaint_register": (
        *_COMPLAINT,
        "channel",
        "regulator",
        "repeat_count",
        "anonymous",
        "consent_survey",
        "priority",
        "reopen_count",
        "compensation_due",
    ),
    "complaint_reopen": (
        "reopen_count",
        "reopen_allowed",
    ),
    "escalation_open": (
        "already_open",
        "escalation_id",
        "level",
    ),
    "notice_send": ("notice_id",),
    "notify_customer": ("notification_id",),
    "notify_group": ("notification_id",),
    "plan_set": (
        "stages",
        "plan_version",
        "needs_review",
    ),
    "progress_gate": ("needed",),
    "record_check": (
        "complete",
        "missing",
    ),
    "rework_begin": (
        "rework_count",
        "rework_allowed",
    ),
    "sla_breach": ("breached",),
    "sla_remind": ("needed",),
    "survey_score": ("low",),
    "task_escalation_open": (
        "escalation_id",
        "level",
        "groups",
        "asked_by",
    ),
    "task_escalation_raise": (
        "level",
        "groups",
    ),
    "visit_attempt": (
        "attempts",
        "outcome",
    ),
    "visit_open": ("possible",),
    "waiting_limit": (
        "again",
        "reminders",
    ),
    "waiting_open": ("waiting",),
}
