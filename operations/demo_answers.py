"""What the demo people write into each form."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from operations.moments import local_zone


def answers_to(form: str, *, department: str, due_at: datetime, now: datetime) -> dict[str, object]:
    """
    Fill in a form sensibly.

    Args:
        department: Code of the department that leads the case.
        due_at: When the solution is promised; what is planned lies before.
    """
    return dict(_answers(department=department, due_at=due_at, now=now)[form])


def _answers(*, department: str, due_at: datetime, now: datetime) -> Mapping[str, Mapping[str, object]]:
    left = due_at - now
    early, late = _local(now + left / 4), _local(now + left / 2)
    return {
        **_FIXED,
        "assignment_form": {
            "lead_department": department,
            "objective": "恢复打印",
            "requirements": "两天内上门处理",
            "due": late,
            "collaborators": [],
            "reason_if_changed": "该部门熟悉此设备",
        },
        "plan_form": {
            "feedback_interval": "standard",
            "stages": [
                {
                    "name": "检修",
                    "steps": [
                        _step("检查进纸机构", "SOP-PRN-01", department=department, due=early, now=now),
                        _step("更换搓纸轮", "SOP-PRN-02", department=department, due=late, now=now),
                    ],
                }
            ],
        },
        "step_form": {
            "problem": "none",
            "result": "已完成并测试",
            "actual_start": _local(now - timedelta(minutes=20)),
            "actual_end": _local(now),
            "sop_done": True,
        },
    }


def _step(name: str, sop: str, *, department: str, due: str, now: datetime) -> dict[str, object]:
    return {"name": name, "department": department, "planned_start": _local(now), "due": due, "sop_ref": sop}


RESPONDED: dict[str, object] = {
    "category": "quality",
    "subject_type": "service",
    "facts": "客户反映的情况属实,具体原因待调查。",
    "expectation": "道歉并解决",
    "channel": "phone",
    "response_text": "非常抱歉给您带来不便,我们马上调查。",
    "apology_opening": True,
}
_FIXED: Mapping[str, Mapping[str, object]] = {
    "complaint_response": RESPONDED,
    "intake_form": {
        "channel": "phone",
        "contact_preference": "phone",
        "subject": "打印机无法打印",
        "description": "三楼的打印机显示卡纸,清理之后仍然无法打印。",
        "request_type": "fault",
        "privacy_notice_version": "1",
        "consent_survey": True,
    },
    "assessment_form": {
        "nature": "defect",
        "request_type": "fault",
        "urgency": "medium",
        "impact": "single",
        "complexity": "simple",
        "triage_outcome": "valid",
    },
    "supervisor_review": {"decision": "keep", "instruction": "按常规流程处理。"},
    "accept_form": {"decision": "accept"},
    "clarify_form": {"answer": "设备在三楼文印室。"},
    "plan_review": {"approved": "yes", "comment": "同意"},
    "progress_form": {"progress_percent": 50, "text": "已找到原因,正在更换零件。", "next_step": "测试打印"},
    "quality_check": {
        "checklist": ["complete", "standard", "deliverables", "records"],
        "safety_ok": True,
        "passed": "yes",
    },
    "result_form": {
        "summary": "打印机已修复,连续打印一百页正常。",
        "how_resolved": "更换了搓纸轮。",
        "feedback_channel": "phone",
        "cause_code": "product_defect",
    },
    "confirm_form": {"confirmed": "yes"},
    "manager_ruling": {"ruling": "rework", "reason": "再处理一次", "notify_text": "我们将再次上门。"},
    "record_fix": {"demand": "电话记录", "process": "见处理单", "result": "已解决", "feedback": "电话确认"},
    "archive_form": {
        "archive_class": "service",
        "retention_years": 3,
        "access_level": "internal",
        "keywords": "打印机 卡纸",
    },
    "escalation_form": {"decision": "urge", "reason": "请今天完成"},
}


def _local(moment: datetime) -> str:
    return moment.astimezone(local_zone()).replace(second=0, microsecond=0).isoformat()
