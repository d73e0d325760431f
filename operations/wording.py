"""Codes in the words people read, in both languages."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh-CN", "en"]


@dataclass(frozen=True, slots=True)
class Wording:
    """One code's name."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """English for `en…`, Chinese otherwise."""
        return self.en if language.startswith("en") else self.zh


CHANNELS = {
    "phone": Wording("电话", "telephone"),
    "email": Wording("电子邮件", "e-mail"),
    "online_chat": Wording("在线客服", "online chat"),
    "social_media": Wording("社交媒体", "social media"),
    "counter": Wording("柜台", "counter"),
    "web_form": Wording("网页表单", "web form"),
    "app": Wording("应用程序", "app"),
    "complaint_line": Wording("投诉热线", "complaint line"),
    "api": Wording("接口", "API"),
}
REQUEST_TYPES = {
    "consultation": Wording("咨询", "consultation"),
    "fault": Wording("故障报修", "fault"),
    "technical": Wording("技术支持", "technical support"),
    "billing": Wording("账单费用", "billing"),
    "complaint": Wording("投诉", "complaint"),
    "suggestion": Wording("建议", "suggestion"),
    "order": Wording("订单", "order"),
    "return": Wording("退换货", "return"),
    "appointment": Wording("预约", "appointment"),
    "training": Wording("培训", "training"),
    "termination": Wording("服务终止", "termination"),
    "other": Wording("其他", "other"),
}
PRIORITIES = {
    "P1": Wording("P1 紧急", "P1 urgent"),
    "P2": Wording("P2 高", "P2 high"),
    "P3": Wording("P3 中", "P3 normal"),
    "P4": Wording("P4 低", "P4 low"),
}
STAGES = {
    "intake": Wording("受理与评估", "intake and assessment"),
    "assignment": Wording("任务分配", "assignment"),
    "execution": Wording("处理中", "in work"),
    "confirmation": Wording("等待您确认结果", "waiting for your confirmation"),
    "survey": Wording("满意度调查", "satisfaction survey"),
    "archive": Wording("归档", "archiving"),
}
OUTCOMES = {
    "completed": Wording("已完成", "completed"),
    "unresolved": Wording("未能解决", "not resolved"),
    "withdrawn": Wording("已撤回", "withdrawn"),
    "invalid": Wording("不予受理", "not accepted"),
    "duplicate": Wording("重复，并入原件", "duplicate, joined to the first"),
    "resolved_at_once": Wording("当场解决", "resolved at once"),
}
STATES = {
    "open": Wording("办理中", "open"),
    "closed": Wording("已结束", "closed"),
    "archived": Wording("已归档", "archived"),
}
COMMITMENTS = {
    "first_response": Wording("首次响应", "first response"),
    "solution": Wording("解决方案", "solution"),
    "accept": Wording("接收任务", "accepting the task"),
    "assignment": Wording("任务分配", "assignment"),
    "plan": Wording("执行计划", "execution plan"),
    "step": Wording("执行步骤", "execution step"),
    "supervisor.review": Wording("上级研判", "supervisor's review"),
    "result.feedback": Wording("结果反馈", "telling the result"),
    "manager.ruling": Wording("经理裁决", "manager's ruling"),
    "confirmation.window": Wording("客户确认", "customer's confirmation"),
    "progress.feedback": Wording("过程反馈", "progress feedback"),
    "archive.review": Wording("归档审核", "archive review"),
    "complaint.response": Wording("投诉响应", "complaint response"),
    "complaint.response.second": Wording("投诉响应（再次）", "complaint response, once more"),
    "complaint.reply": Wording("投诉答复", "complaint reply"),
    "complaint.reply.second": Wording("投诉答复（再次）", "complaint reply, once more"),
    "complaint.investigation": Wording("投诉调查", "complaint investigation"),
    "complaint.solution": Wording("投诉解决方案", "complaint solution"),
    "complaint.extension": Wording("延期审批", "deciding the extension"),
    "compensation.decision": Wording("补偿审批", "deciding the compensation"),
    "compensation.answer": Wording("客户答复补偿", "the customer's answer to the offer"),
    "refund": Wording("退费", "refund"),
    "followup.complaint": Wording("投诉回访", "follow-up visit"),
    "notice.answer": Wording("客户答复通知", "the customer's answer"),
}
TRIGGERS = {
    "overdue": Wording("超时", "a missed deadline"),
    "manual": Wording("人工上报", "a request by hand"),
    "blocked": Wording("受阻", "a blocked step"),
    "rejected_twice": Wording("客户两次不认可", "two rejections"),
    "low_score": Wording("低分评价", "a low score"),
    "severity": Wording("投诉严重程度", "the severity of the complaint"),
    "dissatisfied": Wording("客户不满意", "a dissatisfied customer"),
    "customer": Wording("客户要求", "the customer's wish"),
    "refused_offer": Wording("补偿方案被拒绝", "a refused offer"),
}
DECISIONS = {
    "urge": Wording("催办", "urge"),
    "settled": Wording("已处理", "settled"),
    "take_over": Wording("接手处理", "take over"),
    "reassign": Wording("重新指派", "reassign"),
    "add_resources": Wording("增派资源", "add resources"),
    "extend": Wording("延长承诺", "extend the promise"),
    "raise": Wording("继续上报", "raise"),
    "close": Wording("关闭", "close"),
    "training": Wording("培训", "training"),
    "warning": Wording("警告", "a warning"),
    "penalty": Wording("处罚", "a penalty"),
    "commendation": Wording("表扬", "a commendation"),
}
REFUSALS = {
    "extension-used-up": Wording("延期次数已用完，需经理批准", "the extensions are used up; a manager may grant one"),
    "extension-invalid": Wording("新时限须晚于原时限和当前时间", "the new time must be later than the old one and now"),
    "deadline-settled": Wording("该承诺已完成或失效", "the promise is kept already or counts no more"),
    "deadline-not-found": Wording("没有该项承诺", "there is no such promise"),
    "notice-required": Wording("缺少给客户的说明", "the words for the customer are missing"),
    "not-permitted": Wording("无权延期", "not permitted"),
}


def word(table: dict[str, Wording], code: str | None, language: str) -> str:
    """Name a code; one without a name stands for itself, none is a dash."""
    if code is None:
        return "—"
    found = table.get(code)
    return code if found is None else found.in_language(language)
