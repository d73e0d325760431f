"""What the deployment check can say: code → severity and one sentence in English and Chinese."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.spiff.flow_sentences import FLOW_SENTENCES
from engine.spiff.outcomes import Problem
from engine.spiff.sentences.attached import ATTACHED_SENTENCES
from engine.spiff.sentences.graphs import GRAPH_SENTENCES
from engine.spiff.sentences.names import NAME_SENTENCES
from engine.spiff.sentences.schema import SCHEMA_SENTENCES, Sentence


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found; `facts` fill the sentence's places."""

    code: str
    element_id: str | None
    line: int | None
    facts: Mapping[str, str] = field(default_factory=dict)


SENTENCES: dict[str, Sentence] = {
    **SCHEMA_SENTENCES,
    **NAME_SENTENCES,
    **GRAPH_SENTENCES,
    **FLOW_SENTENCES,
    **ATTACHED_SENTENCES,
    "xml-refused": ("error", "The file cannot be read: {reason}", "无法读取文件：{reason_zh}"),
    "not-bpmn": (
        "error",
        "This is no BPMN 2.0 file: its root must be 'definitions' of http://www.omg.org/spec/BPMN/20100524/MODEL.",
        "这不是 BPMN 2.0 文件：根元素必须是命名空间 http://www.omg.org/spec/BPMN/20100524/MODEL 的 definitions。",
    ),
    "no-executable-process": (
        "error",
        'No process is marked executable: set isExecutable="true", or deploy the file as documentation.',
        '没有标记为可执行的流程：请设置 isExecutable="true",或作为文档部署。',
    ),
    "missing-id": ("error", "A {kind} has no id.", "有一个 {kind} 没有 id。"),
    "duplicate-id": ("error", "The id is used twice, first in line {first}.", "id 重复，首次出现在第 {first} 行。"),
    "dangling-flow": (
        "error",
        "The sequence flow refers to '{reference}', which is not an element of the same process or sub-process.",
        "顺序流引用的“{reference}”不是同一流程或子流程中的元素。",
    ),
    "dangling-default": (
        "error",
        "The default flow '{reference}' does not leave this element.",
        "默认流“{reference}”不是从该元素流出的。",
    ),
    "dangling-boundary": (
        "error",
        "The boundary event is attached to '{reference}', which does not exist beside it.",
        "边界事件所附着的“{reference}”不存在。",
    ),
    "dangling-reference": ("error", "'{reference}' is not defined.", "“{reference}”没有定义。"),
    "empty-condition": ("error", "The condition is empty.", "条件表达式为空。"),
    "element-unsupported": ("error", "Elements of the kind {kind} are not run.", "不支持执行 {kind} 类型的元素。"),
    "event-unsupported": (
        "error",
        "The event '{event}' is not run in this position ({position}).",
        "此位置({position})不支持“{event}”事件。",
    ),
    "compensation-handler-missing": (
        "error",
        "No association leads from the compensation event to an activity for compensation (isForCompensation).",
        "补偿边界事件没有通过关联连接到补偿活动(isForCompensation)。",
    ),
    "compensation-handler-flow": (
        "error",
        "An activity for compensation has no incoming or outgoing flows.",
        "补偿活动不能有流入或流出的顺序流。",
    ),
    "compensation-handler-unused": (
        "warning",
        "No compensation event is associated with this activity for compensation: it never runs.",
        "没有补偿事件与此补偿活动关联，它永远不会执行。",
    ),
    "compensation-twice": (
        "error",
        "The activity has a compensation event already: '{first}'.",
        "该活动已有补偿事件“{first}”。",
    ),
    "compensation-activity-unknown": (
        "error",
        "The activity to compensate, '{reference}', is not visible from here: it stands neither in the same process or "
        "sub-process nor beside the event sub-process around this event.",
        "要补偿的活动“{reference}”在此处不可见：它既不在同一流程或子流程中，也不在所属事件子流程的同一层。",
    ),
    "cancel-outside-transaction": (
        "error",
        "A cancel event belongs to a transaction: as an end event inside it, or on its boundary.",
        "取消事件只能用于事务：作为事务内的结束事件，或附着在事务边界上。",
    ),
    "cancel-without-boundary": (
        "warning",
        "The transaction '{reference}' has no cancel boundary event: when it is cancelled, its path ends there.",
        "事务“{reference}”没有取消边界事件：取消后该路径到此结束。",
    ),
    "transaction-method": (
        "error",
        "The transaction method '{name}' is not run: only ##Compensate.",
        "不支持事务方法“{name}”，仅支持 ##Compensate。",
    ),
    "data-unsupported": ("error", "{name} is not run.", "不支持 {name}。"),
    "attribute-unsupported": (
        "error",
        "The attribute camunda:{name} has no effect here.",
        "属性 camunda:{name} 在此处不起作用。",
    ),
    "extension-unsupported": (
        "error",
        "The extension camunda:{name} is not run here.",
        "此处不支持扩展元素 camunda:{name}。",
    ),
    "external-topic-missing": (
        "error",
        "The external task names no topic: give it a camunda:topic.",
        "外部任务没有主题：请设置 camunda:topic。",
    ),
    "external-task-ambiguous": (
        "error",
        "The task is external and names its own work too (camunda:{name}): remove one of the two.",
        "该任务既是外部任务，又设置了 camunda:{name}：请删除其中之一。",
    ),
    "error-condition-incomplete": (
        "error",
        "camunda:errorEventDefinition needs an errorRef and an expression.",
        "camunda:errorEventDefinition 需要设置 errorRef 和 expression。",
    ),
    "event-missing": ("error", "The event does not say what it waits for.", "该事件没有说明等待什么。"),
    "message-missing": ("error", "The {event} event names no {event}.", "该 {event} 事件没有引用 {event}。"),
    "link-without-target": ("error", "No link catch event is named '{name}'.", "没有名为“{name}”的链接捕获事件。"),
    "link-ambiguous": ("error", "Two link catch events are named '{name}'.", "有两个链接捕获事件都叫“{name}”。"),
    "timer-empty": ("error", "The timer has no time.", "定时器没有设置时间。"),
    "timer-invalid": (
        "error",
        "'{text}' is no ISO 8601 date, duration or cycle, nor a cron expression of Quartz (0 0 9 ? * MON-FRI); an "
        "expression begins with = or ${{.",
        "“{text}”不是 ISO 8601 日期、时长或周期，也不是 Quartz 的 cron 表达式(0 0 9 ? * MON-FRI);"
        "表达式应以 = 或 ${{ 开头。",
    ),
    "timer-kind": (
        "error",
        "'{text}' is no {rule}: that takes {wanted}.",
        "“{text}”不是 {rule}：此处应为{wanted_zh}。",
    ),
    "user-task-nobody": (
        "warning",
        "Nobody is named for this task, so somebody has to assign it: name candidates, or a lane with a group.",
        "此任务没有指定任何人，只能由他人分派：请设置候选人，或使用带用户组的泳道。",
    ),
    "boundary-host": (
        "error",
        "A boundary event stands on an activity in the flow.",
        "边界事件只能附着在流程中的活动上。",
    ),
    "user-task-group-unknown": (
        "warning",
        "There is no group '{name}': until there is, nobody can take this task unless it is assigned. "
        "Make the group, or "
        "name another.",
        "用户组“{name}”不存在：建立之前，除非分派，否则无人能领取此任务。请建立该组，或指定其他组。",
    ),
    "parameter-invalid": ("error", "The parameter '{name}' cannot be used: {reason}", "参数“{name}”无效：{reason}"),
    "name-missing": ("warning", "The element has no name.", "元素没有名称。"),
    "documentation-missing": ("warning", "The user task has no documentation.", "用户任务没有说明文档。"),
    "interchange-missing": ("warning", "The file has no diagram interchange.", "文件没有图形信息。"),
}


PERFORMER_RULES = frozenset({"user-task-nobody", "user-task-group-unknown"})
"""Warnings that a house may make errors: whoever supervises can assign any task, but somebody has to."""


def is_error(finding: Finding) -> bool:
    """Whether it refuses the deployment."""
    return SENTENCES[finding.code][0] == "error"


def problem(file: str, finding: Finding, element_name: str | None = None) -> Problem:
    """The finding in words."""
    severity, english, chinese = SENTENCES[finding.code]
    return Problem(
        severity=severity,
        file=file,
        element_id=finding.element_id or None,
        line=finding.line,
        code=finding.code,
        message_en=english.format(**finding.facts),
        message_zh=chinese.format(**finding.facts),
        element_name=element_name,
    )
