"""What people call the properties of elements, in both languages."""

import re

_NAMES = {
    "type": ("Type", "类型"),
    "scope": ("Stands in", "所在范围"),
    "name": ("Name", "名称"),
    "documentation": ("Documentation", "说明"),
    "conditionExpression": ("Condition", "条件"),
    "default": ("Default flow", "默认流向"),
    "sourceRef": ("From", "来源"),
    "targetRef": ("To", "目标"),
    "attachedToRef": ("Attached to", "附着于"),
    "cancelActivity": ("Interrupts the activity", "中断所附活动"),
    "isInterrupting": ("Interrupts the process", "中断流程"),
    "triggeredByEvent": ("Starts by an event", "由事件触发"),
    "calledElement": ("Called process", "调用的流程"),
    "processRef": ("Process", "流程"),
    "dataObjectRef": ("Data object", "数据对象"),
    "flowNodeRef": ("Elements of the lane", "泳道内的元素"),
    "timeDuration": ("Timer: after", "计时：时长"),
    "timeDate": ("Timer: at", "计时：时刻"),
    "timeCycle": ("Timer: every", "计时：周期"),
    "messageRef": ("Message", "消息"),
    "signalRef": ("Signal", "信号"),
    "errorRef": ("Error", "错误"),
    "escalationRef": ("Escalation", "升级"),
    "condition": ("Condition", "条件"),
    "loopCardinality": ("Number of instances", "实例数量"),
    "completionCondition": ("Completion condition", "完成条件"),
    "isSequential": ("One after the other", "依次执行"),
    "isForCompensation": ("Is a compensation", "用于补偿"),
    "script": ("Script", "脚本"),
    "scriptFormat": ("Language of the script", "脚本语言"),
    "isExecutable": ("Can be run", "可执行"),
    "text": ("Text", "文本"),
    "camunda:assignee": ("Assignee", "办理人"),
    "camunda:candidateGroups": ("Candidate groups", "候选组"),
    "camunda:candidateUsers": ("Candidate users", "候选人"),
    "camunda:candidateStarterGroups": ("Groups that may start it", "可发起的组"),
    "camunda:candidateStarterUsers": ("People who may start it", "可发起的人"),
    "camunda:dueDate": ("Due", "到期时间"),
    "camunda:followUpDate": ("Follow-up", "跟进时间"),
    "camunda:priority": ("Priority", "优先级"),
    "camunda:formRef": ("Form", "表单"),
    "camunda:formRefBinding": ("Binding of the form", "表单绑定"),
    "camunda:formRefVersion": ("Version of the form", "表单版本"),
    "camunda:formKey": ("Form key", "表单键"),
    "camunda:decisionRef": ("Decision", "决策"),
    "camunda:decisionRefBinding": ("Binding of the decision", "决策绑定"),
    "camunda:decisionRefVersion": ("Version of the decision", "决策版本"),
    "camunda:mapDecisionResult": ("Result of the decision", "决策结果"),
    "camunda:resultVariable": ("Result variable", "结果变量"),
    "camunda:delegateExpression": ("Handler", "处理程序"),
    "camunda:expression": ("Expression", "表达式"),
    "camunda:class": ("Class", "类"),
    "camunda:topic": ("Topic of workers", "外部任务主题"),
    "camunda:type": ("Kind of service", "服务类型"),
    "camunda:calledElementBinding": ("Binding of the called process", "被调用流程绑定"),
    "camunda:calledElementVersion": ("Version of the called process", "被调用流程版本"),
    "camunda:asyncBefore": ("Asynchronous before", "前异步"),
    "camunda:asyncAfter": ("Asynchronous after", "后异步"),
    "camunda:exclusive": ("Exclusive", "独占"),
    "camunda:failedJobRetryTimeCycle": ("Retries", "重试"),
    "camunda:collection": ("Collection", "集合"),
    "camunda:elementVariable": ("Variable of the item", "元素变量"),
    "camunda:initiator": ("Variable of the initiator", "发起人变量"),
    "camunda:versionTag": ("Version tag", "版本标签"),
    "camunda:historyTimeToLive": ("History kept", "历史保留"),
    "camunda:inputParameter": ("Input", "输入参数"),
    "camunda:outputParameter": ("Output", "输出参数"),
    "camunda:property": ("Property", "扩展属性"),
    "camunda:in": ("Passed in", "传入"),
    "camunda:out": ("Passed out", "传出"),
    "camunda:formField": ("Form field", "表单字段"),
    "camunda:field": ("Field", "字段"),
    "camunda:taskListener": ("Task listener", "任务监听器"),
    "camunda:executionListener": ("Execution listener", "执行监听器"),
    "camunda:errorEventDefinition": ("Error of a worker", "外部任务错误"),
    "camunda:script": ("Script", "脚本"),
    "camunda:entry": ("Entry", "条目"),
    "multiInstanceLoopCharacteristics": ("For each", "多实例"),
    "standardLoopCharacteristics": ("Loop", "循环"),
    "outputDataItem": ("Collected", "汇总项"),
    "loopDataOutputRef": ("Collected into", "汇总到"),
    "loopDataInputRef": ("Of the list", "来源列表"),
    "inputDataItem": ("Item", "元素"),
    "isCollection": ("Is a list", "是列表"),
    "terminateEventDefinition": ("Ends everything", "终止整个流程"),
    "cancelEventDefinition": ("Cancels the transaction", "取消事务"),
    "compensateEventDefinition": ("Compensates", "补偿"),
    "ioSpecification": ("Data", "数据"),
    "instantiate": ("Begins the process", "启动流程"),
}
_SILENT = frozenset(
    {
        *("camunda:inputOutput", "camunda:properties", "camunda:formData", "timerEventDefinition", "camunda:map"),
        *("messageEventDefinition", "signalEventDefinition", "errorEventDefinition", "escalationEventDefinition"),
        *("conditionalEventDefinition", "camunda:list", "value", "source", "sourceExpression"),
    }
)
"""Steps of a path that say nothing to a reader."""
_STEP = re.compile(r"(?P<name>[^\[#/]+)(?:\[(?P<key>.*)\])?(?P<number>#\d+)?")


def property_name(path: str) -> tuple[str, str]:
    """Name a property by its path below the element, in English and Chinese; what has no name keeps its own."""
    steps = [step for step in _steps(path) if step not in _SILENT]
    told = [_step(step) for step in steps or [path]]
    return " · ".join(en for en, _ in told), " · ".join(zh for _, zh in told)


def _steps(path: str) -> list[str]:
    """Cut at slashes, those in brackets apart: a property may be called by an address."""
    return re.findall(r"(?:[^/\[]|\[[^\]]*\])+", path)


def _step(step: str) -> tuple[str, str]:
    found = _STEP.fullmatch(step)
    if found is None:
        return step, step
    name, key, number = found["name"], found["key"], found["number"] or ""
    en, zh = _NAMES.get(name, (name, name))
    suffix = number.replace("#", " ")
    return (f"{en}{suffix}", f"{zh}{suffix}") if key is None else (f"{en} “{key}”{suffix}", f"{zh}「{key}」{suffix}")
