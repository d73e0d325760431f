"""What the deployment check says of the way a process flows."""

from collections.abc import Mapping

from engine.spiff.sentences.schema import Sentence

GRAPH_SENTENCES: Mapping[str, Sentence] = {
    "event-sub-process-start": (
        "error",
        "An event sub-process needs exactly one start event, with a trigger.",
        "事件子流程必须且只能有一个带触发条件的开始事件。",
    ),
    "event-sub-process-flow": (
        "error",
        "An event sub-process has no incoming or outgoing flows.",
        "事件子流程不能有流入或流出的顺序流。",
    ),
    "sub-process-empty": (
        "warning",
        "Nothing is drawn in this sub-process: it completes as soon as it begins. Draw what is done "
        "there, or make it a "
        "task or a call activity.",
        "子流程中没有任何内容，开始后立即完成。请画出其内容，或改为任务或调用活动。",
    ),
    "error-without-code": (
        "warning",
        "This error has no code, so only an event that catches every error hears it: name an error that "
        "has an errorCode.",
        "此错误没有代码，只有捕获所有错误的事件才能接收：请引用带有 errorCode 的错误。",
    ),
    "escalation-without-code": (
        "warning",
        "This escalation has no code, so only an event that catches every escalation hears it: name an escalation that "
        "has an escalationCode.",
        "此升级没有代码，只有捕获所有升级的事件才能接收：请引用带有 escalationCode 的升级。",
    ),
    "boundary-without-way": (
        "warning",
        "No flow leaves this boundary event: its path ends there. Draw what comes next, or an end event.",
        "没有顺序流离开此边界事件，其路径到此结束：请画出后续步骤或结束事件。",
    ),
    "timer-at-once": (
        "warning",
        "'{text}' is no time to wait: the timer fires at once. Give it a duration above zero, such as PT1H.",
        "“{text}”无需等待，定时器会立即触发。请设置大于零的时长，例如 PT1H。",
    ),
    "call-endless": (
        "warning",
        "The process calls itself here, and nothing on the way decides otherwise: it never completes, "
        "and the innermost "
        "call parks as an incident. Put a gateway before the call.",
        "流程在此无条件地调用自身，永远不会完成，最内层的调用会形成故障事件。请在调用之前设置网关。",
    ),
    "flow-forbidden": ("error", "No sequence flow may {direction} this element.", "顺序流不能{direction_zh}该元素。"),
    "unreachable": ("error", "No path from a start event leads here.", "从开始事件无法到达此元素。"),
    "gateway-can-get-stuck": (
        "error",
        "Every outgoing flow has a condition, none is the default, and all may be false: the process gets stuck then. "
        "Make one flow the default.",
        "所有流出的顺序流都有条件且没有默认流，条件可能都不满足，届时流程会卡住。请将其中一条设为默认流。",
    ),
    "flow-needs-condition": (
        "error",
        "A flow out of an exclusive gateway needs a condition, or must be the default flow.",
        "排他网关的流出顺序流必须有条件，或设为默认流。",
    ),
    "condition-forbidden": (
        "error",
        "A flow out of a parallel or an event-based gateway is always taken, or when its event happens; "
        "a condition contradicts that.",
        "并行网关的流出总会执行，事件网关的流出由事件决定；此处的条件与之矛盾，请删除条件或改用排他网关。",
    ),
    "condition-ignored": ("warning", "A condition has no effect here.", "此处的条件不起作用。"),
    "event-gateway-target": (
        "error",
        "After an event-based gateway only message, timer and signal events and receive tasks may stand, "
        "each with this one incoming flow and no event on its edge.",
        "事件网关之后只能是消息、定时、信号捕获事件或接收任务，且只能有这一条流入，不能有边界事件。",
    ),
    "event-gateway-ways": (
        "error",
        "An event-based gateway leads to at least two events; this one has {outgoing} outgoing flows.",
        "事件网关至少要有两条流出，此处只有 {outgoing} 条。",
    ),
    "event-gateway-mixed": (
        "error",
        "After one event-based gateway stand either message events or receive tasks, not both.",
        "同一事件网关之后只能使用消息事件或接收任务中的一种，不能混用。",
    ),
    "cycle-without-exit": ("error", "No way leads out of this cycle.", "此循环没有出口。"),
    "cycle-ended-outside": (
        "warning",
        "No way leads out of this cycle; only an interruption from outside ends it.",
        "此循环没有出口，只能由外部中断结束。",
    ),
    "cycle-busy": (
        "warning",
        "This cycle waits for nothing: when it goes round too often, the token parks as an incident.",
        "此循环中没有任何等待：循环次数过多时会形成故障事件。",
    ),
    "join-can-wait": (
        "warning",
        "This gateway waits for every flow into it, and there are ways through the process on which nothing comes by "
        "'{flow}': then it waits for ever. Join by a gateway of the kind that split.",
        "此网关要等齐所有流入，但在某些路径上“{flow}”不会有令牌到达，届时将一直等待。请用与分支同类的网关汇合。",
    ),
    "gateway-ends": (
        "warning",
        "Nothing leads on from this gateway: what comes here ends. Draw an end event if that is meant.",
        "此网关没有流出：到达此处即结束。如确需如此，请画出结束事件。",
    ),
    "message-flow-within": (
        "error",
        "A message flow leads from one participant to another; inside of one there are sequence flows, or events.",
        "消息流只能连接不同的参与者；同一参与者内部请使用顺序流或事件。",
    ),
    "message-flow-end": (
        "error",
        "No message flow may {direction} an element of the kind {kind}.",
        "消息流不能{direction_zh} {kind} 类型的元素。",
    ),
    "path-dead": ("warning", "This way is never taken.", "此路径永远不会被执行。"),
    "deadline-missing": (
        "warning",
        "The user task has no deadline: give it a due date or a timer.",
        "人工任务没有期限：请设置到期时间或定时器。",
    ),
}
