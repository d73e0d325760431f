"""What the deployment check says about starts, gateways, quantities, loops and ad-hoc sub-processes."""

from engine.spiff.sentences.schema import Sentence

FLOW_SENTENCES: dict[str, Sentence] = {
    "correlation-unsupported": (
        "error",
        "{name} is not run: give each message event the property correlation_key (an expression) instead.",
        "不支持 {name}：请在每个消息事件上设置属性 correlation_key(表达式)。",
    ),
    "several-events": (
        "error",
        "The event '{event}' cannot stand beside others in a multiple event here.",
        "此处的多重事件不能包含“{event}”事件。",
    ),
    "quantity-invalid": (
        "error",
        "A start or completion quantity is a whole number from 1 to 1000, not '{text}'.",
        "启动数量和完成数量应为 1 到 1000 的整数，而不是“{text}”。",
    ),
    "ad-hoc-event": (
        "error",
        "An ad-hoc sub-process has no start and end events.",
        "即席子流程不能有开始事件和结束事件。",
    ),
    "ad-hoc-split": (
        "error",
        "In a sequential ad-hoc sub-process one activity is worked on at a time; here several could run at once.",
        "顺序执行的即席子流程一次只进行一个活动；此处可能同时进行多个。",
    ),
    "ad-hoc-empty": (
        "error",
        "The ad-hoc sub-process has no activity that can begin.",
        "即席子流程中没有可以开始的活动。",
    ),
    "ad-hoc-ordering": (
        "error",
        "'{name}' is no ordering: Parallel or Sequential.",
        "“{name}”不是有效的顺序：只能是 Parallel 或 Sequential。",
    ),
    "ad-hoc-without-condition": (
        "warning",
        "The ad-hoc sub-process has no completion condition: it ends when all that has begun is done.",
        "即席子流程没有完成条件：已开始的活动全部完成后即结束。",
    ),
    "activation-missing": (
        "error",
        "A complex gateway that joins flows needs an activation condition, such as activationCount >= 2.",
        "汇合多条流的复杂网关需要激活条件，例如 activationCount >= 2。",
    ),
    "instantiate-flow": (
        "error",
        "What begins a process has no incoming flow and is not repeated.",
        "启动流程的元素不能有流入的顺序流，也不能重复。",
    ),
    "instantiate-inside": (
        "error",
        "Only a process can begin with a receive task or an event-based gateway, a sub-process cannot.",
        "只有流程可以由接收任务或事件网关启动，子流程不可以。",
    ),
    "instantiate-event": (
        "error",
        "The event '{event}' cannot begin a process here.",
        "此处的“{event}”事件不能启动流程。",
    ),
    "event-gateway-type": (
        "error",
        "Only an event-based gateway that begins a process can be of the type Parallel.",
        "只有启动流程的事件网关才能是并行类型。",
    ),
    "gateway-direction": (
        "warning",
        "The gateway says {direction}, but has {incoming} incoming and {outgoing} outgoing flows.",
        "网关声明为 {direction}，但有 {incoming} 条流入和 {outgoing} 条流出。",
    ),
    "loop-unsupported": ("error", "A {kind} cannot be repeated.", "{kind} 不能设置循环或多实例。"),
    "loop-without-count": (
        "error",
        "The loop says neither how often nor over what it repeats.",
        "循环既没有次数也没有集合。",
    ),
    "loop-output-incomplete": (
        "error",
        "Collecting results needs both loopDataOutputRef and outputDataItem.",
        "收集结果需要同时设置 loopDataOutputRef 和 outputDataItem。",
    ),
    "loop-event-missing": (
        "error",
        "The multi-instance behavior '{behavior}' names no event to throw.",
        "多实例行为“{behavior}”没有指定要抛出的事件。",
    ),
    "loop-behavior-unsupported": (
        "error",
        "The multi-instance behavior '{behavior}' is not run.",
        "不支持多实例行为“{behavior}”。",
    ),
    "timer-start-variables": (
        "error",
        "'{text}' gives no time before the process has begun: a timer start event sees no variables.",
        "“{text}”在流程开始前得不到时间：定时开始事件看不到变量。",
    ),
    "start-missing": ("error", "There is no start event.", "没有开始事件。"),
    "start-several": (
        "error",
        "The sub-process has more than one start event: nothing says at which of them it begins.",
        "子流程有多个开始事件：无法确定从哪一个开始。",
    ),
    "start-alternatives": (
        "warning",
        "The process has several none start events. Whoever starts it may name one of them; otherwise, and when it is "
        "called, it begins at '{first}'.",
        "流程有多个无触发条件的开始事件。启动时可指定其一；未指定或被调用时从“{first}”开始。",
    ),
    "start-message-twice": (
        "error",
        "The message '{name}' begins the process at '{first}' already.",
        "消息“{name}”已经在“{first}”处启动流程。",
    ),
    "loop-count-invalid": (
        "error",
        "'{text}' is no number of instances: a whole number from 0 to 10000.",
        "“{text}”不是实例个数：应为 0 到 10000 的整数。",
    ),
    "implicit-start": (
        "error",
        "Nothing leads here. Connect it, or remove it.",
        "没有任何流指向此元素，请连接或删除。",
    ),
}
