"""What people write into the forms. Every text carries a secret, so that a leak anywhere can be found."""

from datetime import datetime, timedelta
from typing import Any

from tests.acceptance.clocks import SHANGHAI

Values = dict[str, Any]
SECRETS = ("月亮湾的旧钥匙", "opal walrus at dawn")
"""In every text that is to be sealed, in both languages, so that whoever stores one in the clear is found out."""
EMAIL = "opal.walrus@example.org"
NAME = "欧阳月亮湾"
PERSONAL = (*SECRETS, EMAIL, NAME)


def secret(text: str) -> str:
    return f"{text}：{SECRETS[0]} / {SECRETS[1]}"


CONTACT = {"name": NAME, "email": EMAIL}
DEMAND = {
    "request_type": "fault",
    "subject": secret("打印机"),
    "description": secret("The printer does not print"),
    "customer": CONTACT,
}
VAGUE_DEMAND = {"request_type": None, "subject": secret("账单问题"), "customer": CONTACT}
DETAILS = {
    "channel": "phone",
    "contact_preference": "phone",
    "subject": secret("账单金额不对"),
    "description": secret("The bill names a service that was never ordered"),
    "request_type": "billing",
    "privacy_notice_version": "1",
    "consent_survey": True,
}
ASSESSED = {
    "nature": "defect",
    "request_type": "fault",
    "urgency": "medium",
    "impact": "single",
    "complexity": "simple",
    "triage_outcome": "valid",
    "advice": secret("先检查"),
}
URGENT = ASSESSED | {"urgency": "high"}
ACCEPTED = {"decision": "accept"}
CHECKED = {"checklist": ["complete", "standard", "deliverables", "records"], "safety_ok": True, "passed": "yes"}
RESULT = {
    "summary": secret("已修复"),
    "how_resolved": secret("Replaced the part"),
    "feedback_channel": "email",
    "cause_code": "product_defect",
}
PROGRESS = {"progress_percent": 50, "text": secret("进行中"), "next_step": secret("Testing")}
SCORES = {"quality": 5, "efficiency": 4, "communication": 5, "overall": 5, "comment": secret("谢谢")}
FILED = {
    "archive_class": "service",
    "retention_years": 3,
    "access_level": "internal",
    "keywords": "打印机 printer",
    "knowledge_candidate": False,
}


def assigned(department: str, due: datetime, *collaborators: str) -> Values:
    """The supervisor's assignment to one lead and its collaborators."""
    return {
        "lead_department": department,
        "objective": secret("解决问题"),
        "requirements": secret("Within the promise"),
        "due": local(due),
        "reason_if_changed": secret("他们更了解"),
        "collaborators": [
            {"department": each, "deliverable": secret("意见"), "due": local(due)} for each in collaborators
        ],
    }


def planned(*stages: list[Values]) -> Values:
    return {
        "feedback_interval": "standard",
        "stages": [{"name": secret(f"阶段{number}"), "steps": steps} for number, steps in enumerate(stages, 1)],
    }


def step(name: str, department: str, begin: datetime, due: datetime) -> Values:
    return {
        "name": secret(name),
        "department": department,
        "planned_start": local(begin),
        "due": local(due),
        "sop_ref": "SOP-PRN-01",
        "safety_requirement": secret("断电"),
        "deliverable": secret("A report"),
    }


def step_done(now: datetime) -> Values:
    return {
        "problem": "none",
        "result": secret("完成"),
        "actual_start": local(now - timedelta(minutes=20)),
        "actual_end": local(now),
        "sop_done": True,
        "measurements": secret("42 V"),
    }


def local(moment: datetime) -> str:
    """To the minute and with its zone, as the browser's picker sends it."""
    return moment.astimezone(SHANGHAI).replace(second=0, microsecond=0).isoformat()
