"""
Message templates as shipped, in both languages (R022).

`${…}` names a fact of the message; `operations.notifications.FACTS` lists all there are. Texts that people wrote come
as `${text}`. A template change is data (`notification_template`); these are the first versions.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class TemplateText:
    """One message in one language."""

    key: str
    audience: Literal["customer", "staff"]
    language: str
    subject: str
    body: str


def _customer(key: str, zh: tuple[str, str], en: tuple[str, str]) -> tuple[TemplateText, TemplateText]:
    return (
        TemplateText(key, "customer", "zh-CN", f"【${{case_number}}】{zh[0]}", f"{zh[1]}\n查询与反馈：${{link}}"),
        TemplateText(key, "customer", "en", f"[${{case_number}}] {en[0]}", f"{en[1]}\nFollow your case: ${{link}}"),
    )


def _staff(
    key: str, zh: tuple[str, str], en: tuple[str, str], *, about: str | None = "case_number"
) -> tuple[TemplateText, TemplateText]:
    """In both languages; `about`: the fact that the subject begins with."""
    zh_head, en_head = ("", "") if about is None else (f"【${{{about}}}】", f"[${{{about}}}] ")
    return (
        TemplateText(key, "staff", "zh-CN", f"{zh_head}{zh[0]}", zh[1]),
        TemplateText(key, "staff", "en", f"{en_head}{en[0]}", en[1]),
    )


CUSTOMER = (
    *_customer(
        "ack",
        ("已收到您的需求", "您好，我们已收到您的需求(${request_type})。预计 ${response_due} 前由工作人员与您联系。"),
        ("We have received your request", "We have received your request (${request_type}). A member of our staff will "
         "contact you by ${response_due}."),
    ),
    *_customer(
        "eta",
        ("预计处理时间", "您的需求已评估，优先级 ${priority}，预计 ${solution_due} 前给出完整的解决方案。"),
        ("When to expect a solution", "Your request has been assessed (${priority}). You will have a complete solution "
         "by ${solution_due}."),
    ),
    *_customer("transferred", ("已转交专业部门", "您的需求已转交专业部门办理，编号不变。"),
               ("Handed over", "Your request was handed to the specialised department; its number stays.")),
    *_customer("assigned", ("已分派", "您的需求已分派到责任部门，预计 ${solution_due} 前完成。"),
               ("Assigned", "Your request is with the department in charge and should be done by ${solution_due}.")),
    *_customer("plan", ("处理计划", "处理计划已制定，预计 ${solution_due} 前完成。${text}"),
               ("The plan", "The work is planned and should be done by ${solution_due}. ${text}")),
    *_customer("progress", ("处理进展", "目前进度 ${percent}%。${text}\n下一步：${next_step}"),
               ("Progress", "Progress: ${percent} %. ${text}\nNext: ${next_step}")),
    *_customer("progress_answer",
               ("您的需求进展", "您的需求目前处于“${stage}”阶段，下一个承诺时间 ${solution_due}。${text}"),
               ("Where your request stands", "Your request is in the stage '${stage}'; the next promised time is "
                "${solution_due}. ${text}")),
    *_customer("delay", ("处理时间调整说明", "很抱歉，处理需要更长时间，新的预计时间为 ${solution_due}。${text}"),
               ("A delay", "We are sorry: this takes longer than promised. The new time is ${solution_due}. ${text}")),
    *_customer("extension", ("承诺时间调整", "很抱歉，承诺时间调整为 ${due}。${text}"),
               ("A promise moves", "We are sorry: the promised time is now ${due}. ${text}")),
    *_customer("supplement_needed", ("请补充资料", "为继续办理，请补充以下资料：${text}"),
               ("We need something from you", "To go on we need the following from you: ${text}")),
    *_customer("supplement_received", ("已收到补充资料", "我们已收到您的补充说明，会一并处理。"),
               ("Your addition has arrived", "We have received your addition and take it into account.")),
    *_customer("clarification", ("关于您的需求", "${text}"), ("About your request", "${text}")),
    *_customer("answer", ("答复", "${text}"), ("Our answer", "${text}")),
    *_customer("result", ("处理结果，请您确认", "您的需求已处理完毕。${text}\n请在 ${due} 前通过下面的链接确认结果。"),
               ("The result: please confirm", "Your request is done. ${text}\nPlease confirm the result by ${due} "
                "with the link below.")),
    *_customer("confirm_reminder", ("请确认处理结果", "您的需求已处理完毕，请在 ${due} 前确认结果；逾期将视为确认。"),
               ("Please confirm the result", "Your request is done. Please confirm by ${due}; without an answer "
                "we take it as confirmed.")),
    *_customer("deemed_confirmed", ("结果视为确认", "确认期已过，处理结果视为已确认。如有不满，请随时联系我们。"),
               ("Taken as confirmed", "The time to confirm has passed, so we take the result as confirmed. Tell us at "
                "any time if it is not right.")),
    *_customer("rework", ("已重新处理", "您对结果不满意，我们已安排重新处理。${text}"),
               ("We are at it again", "You were not satisfied, so we are working on it again. ${text}")),
    *_customer("ruling", ("处理决定", "关于您的需求，我们作出如下决定：${text}"),
               ("Our decision", "This is our decision on your request: ${text}")),
    *_customer("survey", ("请评价我们的服务", "请用一分钟评价本次服务（${due} 前有效）。"),
               ("How did we do?", "Please take a minute to rate our service (open until ${due}).")),
    *_customer("survey_reminder", ("提醒：请评价我们的服务", "您还没有评价本次服务，问卷 ${due} 前有效。"),
               ("A reminder: how did we do?", "You have not rated our service yet; the survey is open until ${due}.")),
    *_customer("invalid", ("您的需求未能受理", "很抱歉，您的需求不在受理范围内。${text}"),
               ("We cannot take your request", "We are sorry: your request is outside of what we can do. ${text}")),
    *_customer("duplicate", ("重复需求", "您的需求与已受理的事项相同，我们将合并处理。${text}"),
               ("Already in work", "This request is already in work under another number; we join them. ${text}")),
    *_customer("withdrawn", ("已撤回", "您的需求已按您的要求撤回。"),
               ("Withdrawn", "Your request has been withdrawn as you asked.")),
    *_customer("closed", ("服务已结束", "您的需求已办结：${outcome}。感谢您的信任。"),
               ("Closed", "Your request is closed: ${outcome}. Thank you for your trust.")),
    *_customer("answer_recorded",
               ("已登记您的答复", "我们的工作人员已根据您的答复(${channel})代为登记。如有不符，请立即告诉我们。"),
               ("Your answer has been taken down", "Our staff took down the answer you gave (${channel}). If it is not "
                "what you said, please tell us at once.")),
    *_customer("general", ("关于您的需求", "${text}"), ("About your request", "${text}")),
)  # fmt: skip

COMPLAINTS = (
    *_customer("complaint_ack",
        ("已收到您的投诉", "对给您带来的不便我们深表歉意。您的投诉已登记，我们将在 ${response_due} 前与您联系，"
         "在 ${solution_due} 前答复处理结果。"),
        ("We have your complaint", "We are sorry. Your complaint is registered; we will contact you by ${response_due} "
         "and answer by ${solution_due}.")),
    *_customer("complaint_response",
        ("关于您的投诉", "对此我们向您诚恳致歉。${text}\n预计 ${solution_due} 前答复处理结果。"),
        ("About your complaint", "Please accept our apologies. ${text}\nYou will have our answer by ${solution_due}.")),
    *_customer("complaint_reply",
        ("投诉处理结果", "${text}\n再次向您致歉。如您仍不满意，可以要求上一级处理，也可以向消费者协会"
         "或主管部门反映。${rights}"),
        ("The answer to your complaint", "${text}\nWe apologise once more. If you are not satisfied you "
         "may ask for a higher level, or turn to the consumers' association or the authority. ${rights}")),
    *_customer("complaint_reopened",
        ("您的投诉已重新处理", "您对结果不满意，我们已安排其他人员重新调查，将在 ${solution_due} 前答复。"),
        ("Your complaint is open again", "You were not satisfied. Somebody else investigates again; we answer by "
         "${solution_due}.")),
    *_customer("complaint_escalated",
        ("您的投诉已上报", "已按您的要求上报上一级处理。"),
        ("Your complaint went up a level", "As you asked, a higher level looks at your complaint.")),
    *_customer("clock_paused",
        ("等待您的回复", "我们正在等待您的回复或补充，处理时限已暂停；收到后将继续计时。"),
        ("We wait for you", "We wait for your answer; the promised time stands still until it comes.")),
    *_customer("clock_resumed",
        ("继续处理", "处理时限继续计时，预计 ${due} 前完成。"),
        ("We go on", "The promised time runs on; you will hear from us by ${due}.")),
    *_customer("statement_wanted",
        ("请您陈述事情经过", "为公正处理，我们听取双方的陈述。请通过下面的链接告诉我们事情经过。"),
        ("Please tell us your side", "To be fair we hear both sides. Please tell us with the link below what "
         "happened.")),
    *_customer("waiting_reminder",
        ("提醒：等待您的回复", "我们仍在等待您的回复或补充，处理时限处于暂停状态。"
         "请在 ${due} 前答复；长期未答复的，我们将按现有情况继续处理。"),
        ("A reminder: we wait for you", "We still wait for your answer and the promised time stands still. Please "
         "answer by ${due}; without it we shall go on with what we have.")),
    *_customer("promise_moved",
        ("处理时限调整", "因工作日安排调整，预计 ${due} 前完成。"),
        ("A new time", "Because the working days changed, you will hear from us by ${due}.")),
    *_customer("compensation_offer",
        ("补偿方案", "我们为您提出补偿方案：合计 ${amount} ${currency}。请在 ${due} 前答复是否接受。"),
        ("Our offer", "We offer you a compensation of ${amount} ${currency} in all. Please answer by ${due}.")),
    *_customer("compensation_done",
        ("补偿已完成", "补偿方案（合计 ${amount} ${currency}）已执行完毕。"),
        ("Compensation given", "The compensation (${amount} ${currency} in all) has been given.")),
    *_customer("consent_request",
        ("请您确认", "${text}\n请在 ${due} 前告知是否同意。"),
        ("Please tell us", "${text}\nPlease tell us by ${due} whether you agree.")),
)  # fmt: skip

STAFF = (
    *_staff("sla_warning", ("时限预警：${commitment}", "${commitment}(${object})将于 ${due} 到期，请尽快处理。"),
            ("Due soon: ${commitment}", "${commitment} (${object}) falls due at ${due}. Please see to it.")),
    *_staff("sla_breach", ("已超时：${commitment}", "${commitment}(${object})应于 ${due} 完成，已超时。"),
            ("Overdue: ${commitment}", "${commitment} (${object}) was due at ${due} and is late.")),
    *_staff("escalation", ("升级处理：第 ${level} 级", "工单已升级到第 ${level} 级，原因：${trigger}。请立即处理。"),
            ("Escalated to level ${level}", "The case was escalated because of ${trigger}. Please act.")),
    *_staff("escalation_reminder", ("升级待决：第 ${level} 级", "第 ${level} 级升级仍未处理。"),
            ("Escalation waiting: level ${level}", "The escalation at level ${level} still waits for a decision.")),
    *_staff("escalation_decided", ("升级已处理", "升级已有决定：${decision}。"),
            ("Escalation decided", "The escalation was decided: ${decision}.")),
    *_staff("extension_refused", ("延期未生效", "延期没有生效：${refusal}。原承诺时间不变。"),
            ("Extension not made", "The promise was not extended: ${refusal}. The promised time stays.")),
    *_staff("urge", ("催办", "主管催办此案，请优先处理。"),
            ("Please hurry", "A supervisor asks you to see to it first.")),
    *_staff("case_assigned", ("新任务", "工单已分派给贵部门，请及时接收。"),
            ("New work", "The case is assigned to your department; please accept it in time.")),
    *_staff("collaboration", ("协同任务", "请按分工协同处理此案，由 ${lead_department} 牵头。"),
            ("Please join in", "Please do your part of the case; ${lead_department} leads.")),
    *_staff("question_asked", ("有疑问待澄清", "执行部门对任务有疑问，请答复。"),
            ("A question", "A department has a question about the task; please answer.")),
    *_staff("question_answered", ("疑问已答复", "您的疑问已答复，请接收任务。"),
            ("Your question is answered", "Your question is answered; please accept the task.")),
    *_staff("plan_rejected", ("计划未通过", "执行计划未通过审批，请修改。"),
            ("Plan not approved", "The execution plan was not approved; please change it.")),
    *_staff("step_blocked", ("步骤受阻", "执行步骤受阻，请协调。"),
            ("A step is blocked", "A step is blocked; please help.")),
    *_staff("progress_due", ("请向客户反馈进展", "客户应收到进展反馈，请尽快撰写。"),
            ("Progress feedback is due", "The customer is due a progress message; please write it.")),
    *_staff("quality_failed", ("质量检查未通过", "质量检查未通过，请调整执行计划。"),
            ("Quality check failed", "The quality check failed; please adjust the plan.")),
    *_staff("result_rejected", ("客户不认可结果", "客户不认可处理结果，需要返工（第 ${rework_count} 次）。"),
            ("Result rejected", "The customer rejected the result; rework round ${rework_count}.")),
    *_staff("supplement_arrived", ("客户补充了信息", "客户补充了信息，请查看工单。"),
            ("The customer added something", "The customer added something to the case; please have a look.")),
    *_staff("customer_withdrew", ("客户已撤回", "客户撤回了需求，请停止处理。"),
            ("Withdrawn by the customer", "The customer withdrew the request; please stop.")),
    *_staff("progress_query", ("客户询问进展", "客户询问了进展，已自动答复。"),
            ("The customer asked", "The customer asked for progress and was answered automatically.")),
    *_staff("low_score", ("低分评价", "客户评价较低或希望联系，请跟进。"),
            ("Low score", "The customer gave a low score or wants to be called; please follow up.")),
    *_staff("record_incomplete", ("记录不完整", "服务记录不完整，请补全后归档。"),
            ("Record incomplete", "The service record is incomplete; please complete it.")),
    *_staff("archived", ("已归档", "工单已归档。"), ("Archived", "The case is archived.")),
    *_staff("statement_wanted_of_staff", ("请您陈述事情经过", "一起纠纷涉及您，请就事情经过作出陈述，或说明不作陈述。"),
            ("Please tell us your side", "A dispute concerns you. Please give your statement of what happened, or say "
             "that you decline.")),
    *_staff("waiting_long", ("客户尚未答复", "等待客户已满上限，已再次提醒客户。请联系客户，或恢复计时。"),
            ("The customer has not answered", "The customer was awaited for as long as the rules allow and has been "
             "reminded. Please call, or let the clocks run on.")),
    *_staff("waiting_over", ("等待结束，恢复计时", "多次提醒后客户仍未答复，承诺时限已恢复计时，请继续处理。"),
            ("The wait is over", "The customer did not answer after being reminded; the promised times run on. Please "
             "go on with what there is.")),
    *_staff("customer_escalates", ("客户要求上报", "客户要求由上一级处理投诉（第 ${level} 级）。"),
            ("The customer asks for a higher level", "The customer wants level ${level} to look at the complaint.")),
    *_staff("handed_over", ("任务转交给您", "任务已转交给您，请处理。原因：${text}"),
            ("Handed over to you", "A task was handed over to you: ${text}")),
    *_staff("goodwill_budget", ("善意补偿预算用尽", "本月善意补偿预算已用完，需经理批准。"),
            ("Goodwill budget used up", "This month's goodwill budget is used up; a manager must approve.")),
    *_staff("staff_action", ("员工处理建议", "投诉处理结果涉及员工：${decision}。请按规定办理。"),
            ("About a colleague", "The complaint leads to ${decision} for a colleague; please see to it.")),
    *_staff("mention", ("有人在评论中提到您", "有人在工单评论中提到您，请查看。"),
            ("You were mentioned", "Somebody mentioned you in a comment on this case; please have a look.")),
    *_staff("task_handed_over", ("任务转交给您", "任务已转交给您，请处理。原因：${text}"),
            ("Handed over to you", "A task was handed over to you: ${text}"), about="object"),
    *_staff("task_escalated", ("任务升级（第 ${level} 级）", "有人在此任务上申请升级，请处理。原因：${text}"),
            ("Escalated to level ${level}", "Somebody needs a higher level at this task; please decide. Why: ${text}"),
            about="object"),
    *_staff("task_escalation_decided",
            ("任务升级已有决定：${decision}", "上级对此任务的升级作出决定：${decision}。${text}"),
            ("Decided on the escalation: ${decision}",
             "The higher level decided about this task: ${decision}. ${text}"), about="object"),
    *_staff("mention_on_task", ("有人在评论中提到您", "有人在任务评论中提到您，请查看。"),
            ("You were mentioned", "Somebody mentioned you in a comment on this task; please have a look."),
            about="object"),
    *_staff("verification_difference",
            ("重放校验发现不一致", "有 ${count} 个流程实例的状态与其日志不符，首个为 ${object}。请查看校验发现。"),
            ("Replay found a difference",
             "The state of ${count} process instance(s) is not what the journal gives; the first is ${object}. "
             "Please look at the findings."), about=None),
    *_staff("verification_other_version",
            ("重放校验无法比较部分实例",
             "有 ${count} 个流程实例由其他版本的引擎产生(${object}),本版本无法核验。请用产生它们的版本重放，"
             "若近期没有升级，请调查原因。"),
            ("Replay cannot compare some instances",
             "${count} process instance(s) were made by another version of the engine (${object}); this one cannot "
             "verify them. Replay them with the version that made them; without a recent upgrade, ask why."),
            about=None),
    *_staff("notice", ("工单通知", "请查看工单。"), ("A notice", "Please have a look at the case.")),
)  # fmt: skip

TEMPLATES: tuple[TemplateText, ...] = (*CUSTOMER, *COMPLAINTS, *STAFF)
