"""
The commitments register as shipped: every number of the rules, requirements §2 and §7.

A value is `is_fixed` when the rules state it; all others are defaults somebody has to confirm.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["duration", "share", "cycle", "schedule", "percent", "number", "text", "boolean"]


@dataclass(frozen=True, slots=True)
class Commitment:
    """
    One entry of the register.

    Attributes:
        kind: `duration` (ISO 8601, in the units of the calendar), `share` (percent of the duration `share_of`),
            `cycle` (repeating interval), `schedule` (iCalendar RRULE of RFC 5545), or a plain value.
        calendar: Key of the calendar that counts: `always` (24×7), `working` or `service`.
        warn_percent: Share of the time after which people are warned.
        is_from_receipt: Counts from the receipt of the demand, not from where the work began.
        is_pausable: Stands still while the customer is awaited (A12).
    """

    key: str
    source: str
    name_zh: str
    name_en: str
    kind: Kind
    value: str
    calendar: str | None = None
    share_of: str | None = None
    warn_percent: float | None = None
    is_from_receipt: bool = False
    is_pausable: bool = False
    is_fixed: bool = False
    is_public: bool = False


def _time(  # noqa: PLR0917 - a table's columns
    key: str,
    source: str,
    zh: str,
    en: str,
    value: str,
    calendar: str = "always",
    *,
    is_from_receipt: bool = False,
    is_pausable: bool = False,
    is_fixed: bool = False,
    is_public: bool = False,
) -> Commitment:
    return Commitment(
        key, source, zh, en, "duration", value, calendar,
        warn_percent=75.0, is_from_receipt=is_from_receipt, is_pausable=is_pausable,
        is_fixed=is_fixed, is_public=is_public,
    )  # fmt: skip


def _share(key: str, zh: str, en: str, percent: str, share_of: str) -> Commitment:
    return Commitment(key, "§6.2", zh, en, "share", percent, share_of=share_of, warn_percent=75.0)


def _percent(key: str, source: str, zh: str, en: str, value: str) -> Commitment:
    return Commitment(key, source, zh, en, "percent", value)


def _schedule(key: str, source: str, zh: str, en: str, rule: str, *, is_fixed: bool = False) -> Commitment:
    return Commitment(key, source, zh, en, "schedule", rule, "working", is_fixed=is_fixed)


def _setting(  # noqa: PLR0917 - a table's columns
    key: str, source: str, zh: str, en: str, kind: Kind, value: str
) -> Commitment:
    return Commitment(key, source, zh, en, kind, value)


RESPONSE = (
    _time("general.first_feedback", "S01", "初步反馈", "First feedback", "PT24H",
          is_fixed=True, is_public=True, is_from_receipt=True),
    _time("general.solution", "S02", "完整解决方案", "Complete solution", "PT48H",
          is_fixed=True, is_public=True, is_from_receipt=True, is_pausable=True),
    _time("technical.urgent.response", "S03", "技术紧急问题响应", "Urgent technical response", "PT1H",
          is_fixed=True, is_public=True, is_from_receipt=True),
    _time("general_enquiry.handle", "S04", "一般查询处理", "General enquiry handled", "PT24H",
          is_fixed=True, is_public=True, is_from_receipt=True, is_pausable=True),
    _time("phone.answer", "S05", "电话接通", "Telephone answered", "PT30S", "service", is_fixed=True, is_public=True),
    _time("email.reply", "S06", "邮件回复", "E-mail answered", "PT24H",
          is_fixed=True, is_public=True, is_from_receipt=True),
    _time("consultation.response", "S08", "咨询响应", "Consultation response", "PT5M", "service", is_from_receipt=True),
    _time("consultation.department_answer", "S09", "业务部门解答", "Department's answer", "P1D", "working"),
    _time("fault.response", "S10", "故障响应", "Fault response", "PT2H", "working", is_from_receipt=True),
    _time("fault.resolve", "S11", "故障解决", "Fault resolved", "P2D", "working",
          is_from_receipt=True, is_pausable=True),
    _time("complaint.response", "S12", "投诉响应", "Complaint response", "PT2H", "working", is_from_receipt=True),
    _time("complaint.reply", "S13", "投诉答复", "Complaint reply", "P3D", "working",
          is_from_receipt=True, is_pausable=True),
    _time("complaint.reply.complex", "S13", "复杂投诉答复", "Complex complaint reply", "P10D", "working",
          is_from_receipt=True, is_pausable=True),
    _time("ack.immediate", "S14", "自动回执", "Automatic receipt", "PT60S", is_from_receipt=True, is_public=True),
    _time("staff.reply.company_time", "S15", "员工回复", "Staff reply", "PT24H", is_from_receipt=True),
    _time("problem.node_deadlines", "S16", "各环节办理", "Each link of the work", "P1D", "working"),
    _time("business.handling_time", "S17", "业务办理", "Business handling", "P3D", "working",
          is_from_receipt=True, is_pausable=True),
)  # fmt: skip

COMPLAINTS = (
    _time("complaint.response.second", "§6.3", "投诉响应二次超时", "Complaint response overdue again", "PT4H",
          "working", is_from_receipt=True),
    _time("complaint.reply.second", "§6.3", "投诉答复再次超时", "Complaint reply a day overdue", "P4D", "working",
          is_from_receipt=True, is_pausable=True),
    _time("complaint.reply.grace", "§6.3", "投诉答复超时后上报间隔", "Late reply to a higher level", "P1D", "working"),
    _share("complaint.reply.reopened", "重开后的投诉答复", "Reply to a reopened complaint", "50", "complaint.reply"),
    _time("complaint.statement", "§6.3", "双方陈述", "Statements of both sides", "P1D", "working"),
    _time("complaint.investigation", "§6.3", "投诉调查", "Complaint investigated", "P1D", "working"),
    _time("complaint.solution", "§6.3", "投诉解决方案", "Complaint solution", "P1D", "working"),
    _time("complaint.extension", "A05", "延期审批", "Extension decided", "PT2H", "working"),
    _time("complaint.implement", "§6.3", "实施处理", "Solution carried out", "P1D", "working"),
    _time("complaint.executive", "§6.3", "领导复核", "Executive review", "P1D", "working"),
    _time("compensation.proposal", "§6.2", "提出补偿方案", "Compensation proposed", "P1D", "working"),
    _time("compensation.decision", "§6.2", "补偿审批", "Compensation decided", "P1D", "working"),
    _time("compensation.answer", "§6.2", "客户答复补偿", "Customer's answer to an offer", "P5D", "working"),
    _time("compensation.measure", "§6.2", "执行补偿", "Compensation carried out", "P3D", "working"),
    _time("visit.wait", "§6.2", "回访等待", "Wait before the visit", "P1D", "working"),
    _time("visit.next", "§6.2", "再次回访间隔", "Wait before the next attempt", "P1D", "working"),
    _time("notice.answer", "§6.2", "客户答复通知", "Customer's answer to a notice", "P5D", "working"),
)  # fmt: skip

BY_IMPORTANCE = tuple(
    Commitment(f"reply.by_importance.{level}", "S07", f"{level.upper()} 回复目标", f"{level.upper()} reply target",
               "duration", value, "service", warn_percent=75.0, is_from_receipt=True)
    for level, value in (("p1", "PT15M"), ("p2", "PT1H"), ("p3", "PT4H"), ("p4", "PT24H"))
)  # fmt: skip


def _by_priority(
    key: str,
    zh: str,
    en: str,
    values: tuple[tuple[str, str], ...],
    *,
    is_from_receipt: bool = False,
    is_pausable: bool = False,
) -> tuple[Commitment, ...]:
    return tuple(
        _time(
            f"{key}.p{level}", "§2.2", f"P{level} {zh}", f"P{level} {en}", value, calendar,
            is_from_receipt=is_from_receipt, is_pausable=is_pausable,
        )
        for level, (value, calendar) in enumerate(values, start=1)
    )  # fmt: skip


PRIORITIES = (
    *_by_priority(
        "first_response", "首次人工响应", "first human response",
        (("PT1H", "always"), ("PT4H", "always"), ("PT24H", "always"), ("PT24H", "always")), is_from_receipt=True,
    ),
    *_by_priority(
        "solution", "解决", "solution",
        (("PT8H", "always"), ("PT24H", "always"), ("PT48H", "always"), ("PT48H", "always")),
        is_from_receipt=True, is_pausable=True,
    ),
    *_by_priority(
        "progress.feedback", "过程反馈间隔", "progress feedback interval",
        (("PT4H", "always"), ("PT24H", "always"), ("P2D", "working"), ("P2D", "working")),
    ),
    *_by_priority(
        "accept", "接收任务", "accept the task",
        (("PT15M", "always"), ("PT1H", "always"), ("PT4H", "working"), ("P1D", "working")),
    ),
    # The table counts both steps from the breach (+1 h → +2 h); each row here counts from the step before.
    *_by_priority(
        "escalation.l1", "一级升二级", "level 1 to level 2",
        (("PT1H", "always"), ("PT4H", "always"), ("P1D", "working"), ("P2D", "working")),
    ),
    *_by_priority(
        "escalation.l2", "二级升三级", "level 2 to level 3",
        (("PT1H", "always"), ("PT4H", "always"), ("P1D", "working"), ("P2D", "working")),
    ),
)  # fmt: skip

STEPS = (
    _share("assignment", "任务分配", "Assignment", "50", "accept"),
    _share("plan", "制定执行计划", "Execution plan", "25", "solution"),
    _time("clarify", "§6.2", "答疑澄清", "Questions answered", "PT2H", "working"),
    _time("step", "§6.2", "执行步骤", "Execution step", "P1D", "working", is_pausable=True),
    _time("unblock", "§6.2", "协调解决", "Obstacle removed", "PT4H", "working"),
    _time("deviation", "§6.2", "偏差审批", "Deviation approved", "PT4H", "working"),
    _time("quality.check", "§6.2", "质量检查", "Quality check", "PT4H", "working"),
    _time("supervisor.review", "§6.2", "上级研判", "Supervisor's review", "PT2H", "working"),
    _time("plan.review", "§6.2", "计划审批", "Plan approved", "PT2H", "working"),
    _time("progress.message", "§6.2", "撰写过程反馈", "Progress message written", "PT4H", "working"),
    _time("result.feedback", "R013", "结果反馈", "Result told to the customer", "PT2H", "working"),
    _time("manager.ruling", "§6.2", "经理裁决", "Manager's ruling", "PT4H", "working"),
    _time("record.completion", "§6.2", "补全记录", "Record completed", "P1D", "working"),
    _time("archive.review", "§6.2", "归档审核", "Archive review", "P1D", "working"),
    _time("confirmation.window", "S70", "客户确认期", "Confirmation window", "P3D", "working"),
    _time("survey.delay", "S35", "调查发送延迟", "Survey delay", "P1D"),
    _time("survey.reminder", "S35", "调查提醒", "Survey reminder", "P3D"),
    _time("survey.window", "S35", "调查答复期", "Survey window", "P7D"),
    _time("waiting.customer", "A12", "等待客户上限", "Longest wait for the customer", "P5D", "working"),
)

TARGETS = (
    _percent("kpi.csat.min", "S20", "客户满意度", "Customer satisfaction", "90"),
    _percent("kpi.complaint_csat.min", "S21", "投诉处理满意度", "Complaint satisfaction", "90"),
    _percent("kpi.resolution_rate.min", "S22", "问题解决率", "Resolution rate", "95"),
    _percent("kpi.training_mastery.min", "S23", "培训掌握度", "Training mastery", "80"),
    _percent("kpi.complaint_rate.max", "S24", "服务投诉率上限", "Complaint rate at most", "2"),
    _percent("kpi.sla_compliance.min", "S25", "时限达成率", "SLA compliance", "95"),
)

SCHEDULES = (
    _schedule("performance.monthly", "S30", "月度考核", "Monthly assessment",
              "FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=9", is_fixed=True),
    _schedule("performance.quarterly", "S31", "季度考核", "Quarterly assessment",
              "FREQ=MONTHLY;INTERVAL=3;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", is_fixed=True),
    _schedule("performance.cycle", "S32", "年度综合评价", "Annual composite",
              "FREQ=YEARLY;BYMONTH=1;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", is_fixed=True),
    _schedule("training.plan", "S33", "年度培训计划", "Annual training plan", "FREQ=YEARLY;BYMONTH=1", is_fixed=True),
    _schedule("work_plan", "S34", "月度工作计划", "Monthly work plan",
              "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", is_fixed=True),
    _schedule("survey.campaign", "S36", "定期满意度调研", "Satisfaction campaign", "FREQ=MONTHLY;INTERVAL=3"),
    _schedule("product.inspection", "S38", "产品巡检", "Product inspection", "FREQ=MONTHLY"),
    _schedule("equipment.maintenance", "S39", "设备维护保养", "Equipment maintenance", "FREQ=MONTHLY;INTERVAL=3"),
    _schedule("product.evaluation", "S40", "产品评估", "Product evaluation", "FREQ=MONTHLY;INTERVAL=6"),
    _schedule("quality.report.daily", "S41", "质量日报", "Daily quality report", "FREQ=DAILY"),
    _schedule("quality.report.weekly", "S41", "质量周报", "Weekly quality report", "FREQ=WEEKLY"),
    _schedule("quality.report.monthly", "S41", "质量月报", "Monthly quality report", "FREQ=MONTHLY"),
    _schedule("review.meeting", "S42", "内部评审会议", "Internal review meeting", "FREQ=MONTHLY"),
    _schedule("drill", "S43", "应急演练", "Emergency drill", "FREQ=MONTHLY;INTERVAL=6"),
    _schedule("security.audit", "S44", "安全审计", "Security audit", "FREQ=MONTHLY;INTERVAL=3"),
    _schedule("backup", "S45", "数据备份", "Backup", "FREQ=DAILY"),
    _schedule("backup.restore_test", "S45", "恢复测试", "Restore test", "FREQ=MONTHLY;INTERVAL=3"),
    _schedule("data.cleaning", "S46", "数据清理", "Data cleaning", "FREQ=MONTHLY;INTERVAL=6"),
    _schedule("compliance.check", "S47", "合规检查", "Compliance check", "FREQ=MONTHLY;INTERVAL=3"),
    _schedule("compliance.training", "S47", "合规培训", "Compliance training", "FREQ=YEARLY"),
    _schedule("norm.revision", "S48", "规范修订", "Revision of the norms", "FREQ=YEARLY"),
    _schedule("vehicle.technical", "S49", "车辆技术检测", "Vehicle technical check", "FREQ=MONTHLY;INTERVAL=3"),
    _schedule("vehicle.cleaning", "S49", "车辆清洁消毒", "Vehicle cleaning", "FREQ=WEEKLY"),
    _schedule("station.cleaning", "S49", "站点清洁", "Station cleaning", "FREQ=DAILY"),
    _schedule("staff.report", "S50", "向上级报告", "Report to the superior", "FREQ=WEEKLY"),
    _schedule("customer.care", "S51", "客户关怀", "Customer care", "FREQ=MONTHLY;INTERVAL=3"),
    _schedule("customer.care.key", "S51", "重点客户关怀", "Key customer care", "FREQ=MONTHLY"),
    _schedule("public.report", "S52", "公开运营报告", "Public report", "FREQ=MONTHLY;INTERVAL=3"),
    _schedule("self.assessment", "S53", "自我评估", "Self-assessment", "FREQ=YEARLY"),
)  # fmt: skip

WINDOWS = (
    _time("return.no_reason", "S60", "无理由退换货", "Return without reason", "P30D", is_fixed=True, is_public=True),
    _time("warranty", "S61", "质保", "Warranty", "P3Y", is_fixed=True, is_public=True),
    _time("order.dispatch", "S62", "发货", "Dispatch", "PT24H", is_fixed=True, is_public=True, is_from_receipt=True),
    _time("order.delivery", "S63", "送达", "Delivery", "PT48H", is_fixed=True, is_public=True, is_from_receipt=True),
    _time("branch.preparation", "S64", "营业前准备", "Preparation before opening", "PT10M", is_fixed=True),
    _time("training.notice", "S65", "培训通知", "Training notice", "P3D", "working"),
    _time("training.reminder", "S65", "培训提醒", "Training reminder", "P1D", "working"),
    _time("upgrade.notice", "S66", "升级提前通知", "Upgrade notice", "PT72H"),
    _time("maintenance.notice", "S66", "维护提前通知", "Maintenance notice", "PT72H"),
    _time("fee_change.notice", "S67", "资费变更告知", "Fee change notice", "P30D"),
    _time("service_change.notice", "S67", "服务变更告知", "Service change notice", "P30D"),
    _time("incident.report", "S68", "突发事件报告", "Incident report", "PT5M"),
    _time("incident.activate", "S69", "启动应急预案", "Emergency plan activated", "PT15M"),
    _time("followup.complaint", "S71", "投诉回访", "Complaint follow-up", "P3D", "working"),
    _time("refund", "S72", "退费", "Refund", "P7D", "working"),
    _time("appeal.window", "S73", "申诉期", "Appeal window", "P15D"),
    _time("appeal.decision", "S73", "申诉决定", "Appeal decision", "P7D", "working"),
    _time("breach.notify", "S74", "泄露通知", "Data breach notice", "PT72H"),
    _time("privacy.request", "S75", "个人信息请求", "Privacy request", "P15D"),
    _time("recurrence.window", "S77", "反复问题统计期", "Recurrence window", "P30D"),
    _time("duplicate.window", "R001", "重复受理判定期", "Duplicate window", "PT24H"),
    _time("tracking.validity", "A38", "查询链接有效期", "Tracking link validity", "P180D"),
    _time("tracking.after_archive", "A38", "归档后链接有效期", "Tracking link after archiving", "P30D"),
)

_PRIVACY_ZH = "我们只为受理和处理您的事项使用您填写的信息,仅经办人员可以查看。您可以随时要求查询、更正或删除。"
_PRIVACY_EN = (
    "We use what you write here only to handle your matter; only those who work on it see it. "
    "You may ask at any time to see, correct or delete it."
)
SETTINGS = (
    _setting("rework.max", "S76", "返工次数上限", "Rework rounds at most", "number", "2"),
    _setting("reopen.max", "S76", "重开次数上限", "Reopened at most", "number", "2"),
    _setting("recurrence.count", "S77", "反复问题次数", "Recurrence count", "number", "3"),
    _setting("assignment.rounds.max", "§6.2", "分配轮次上限", "Assignment rounds at most", "number", "3"),
    _setting("waiting.reminders", "A12", "等待客户提醒次数", "Reminders while the customer is awaited", "number", "2"),
    _setting("extension.max", "A05", "延期次数上限", "Extensions at most", "number", "1"),
    _setting("confirmation.reminder_cycle", "S70", "确认提醒周期", "Confirmation reminders", "cycle", "R2/P1D"),
    _setting("escalation.reminder_cycle", "§6.2", "三级升级提醒周期", "Level 3 reminders", "cycle", "R/PT4H"),
    _setting("survey.low_score", "R014", "低分界线", "Low score", "number", "2"),
    _setting("survey.late_answers", "R014", "接受迟到答卷", "Late answers accepted", "boolean", "false"),
    _setting("first_response_counts_auto", "A01", "自动回执计入响应", "Receipt is a response", "boolean", "false"),
    _setting("progress.sender", "A14", "过程反馈发送岗位", "Who sends progress", "text", "customer_service"),
    _setting("survey.unresolved", "A36", "未解决也调查", "Survey unresolved cases", "boolean", "true"),
    _setting("working_calendar", "S78", "默认工作日历", "Default working calendar", "text", "working"),
    _setting("privacy_notice.version", "R137", "隐私告知版本", "Privacy notice version", "text", "1"),
    _setting("privacy_notice.zh", "R137", "隐私告知(中文)", "Privacy notice (Chinese)", "text", _PRIVACY_ZH),
    _setting("privacy_notice.en", "R137", "隐私告知(英文)", "Privacy notice (English)", "text", _PRIVACY_EN),
    _setting("currency", "A31", "货币", "Currency", "text", "CNY"),
    _setting("compensation.supervisor.max", "A18", "主管补偿上限", "Compensation by supervisor", "number", "500"),
    _setting("compensation.manager.max", "A18", "经理补偿上限", "Compensation by manager", "number", "5000"),
    _setting("compensation.goodwill.budget", "R060", "每月善意补偿预算", "Monthly goodwill budget", "number", "10000"),
    _setting("compensation.rounds.max", "R059", "补偿方案轮次上限", "Compensation rounds at most", "number", "3"),
    _setting("visit.attempts", "S71", "回访次数上限", "Visits tried at most", "number", "3"),
    _setting("ranking.responses.min", "A24", "排名最少样本", "Responses for a ranking", "number", "5"),
)  # fmt: skip

DEFAULTS: tuple[Commitment, ...] = (
    *RESPONSE,
    *COMPLAINTS,
    *BY_IMPORTANCE,
    *PRIORITIES,
    *STEPS,
    *TARGETS,
    *SCHEDULES,
    *WINDOWS,
    *SETTINGS,
)
