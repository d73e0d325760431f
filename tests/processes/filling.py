"""What people write into the forms, once, so that stories stay short."""

ASSESSED = {
    "nature": "defect",
    "request_type": "fault",
    "urgency": "medium",
    "impact": "single",
    "complexity": "simple",
    "triage_outcome": "valid",
}
ASSIGNED = {
    "lead_department": "tech_support",
    "objective": "Repair it",
    "requirements": "Today",
    "due": "2026-03-03T01:00:00Z",
    "reason_if_changed": "They know the product",
    "collaborators": [],
}
STEP = {
    "name": "Look at it",
    "department": "tech_support",
    "planned_start": "2026-03-02T02:00+00:00",
    "due": "2026-03-02T16:00+08:00",
    "sop_ref": "SOP-1",
}
PLANNED = {"feedback_interval": "standard", "stages": [{"name": "Repair", "steps": [STEP]}]}
STEP_DONE = {
    "problem": "none",
    "result": "Done",
    "actual_start": "2026-03-02T02:00+00:00",
    "actual_end": "2026-03-02T03:00:00Z",
    "sop_done": True,
}
CHECKED = {"checklist": ["complete", "standard", "deliverables", "records"], "safety_ok": True, "passed": "yes"}
RESULT = {
    "summary": "Repaired",
    "how_resolved": "Replaced a part",
    "feedback_channel": "email",
    "cause_code": "product_defect",
}
REJECTED = {"confirmed": "no", "reason_if_not": "It still leaks"}
SCORES = {"quality": 5, "efficiency": 5, "communication": 4, "overall": 5, "contact_me": False, "comment": None}
DECIDED = {"decision": "urge", "reason": "Please hurry", "notify_customer": False}
