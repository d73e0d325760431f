"""Why an instance cannot be migrated or modified as asked: each reason names the element."""

from collections.abc import Mapping
from dataclasses import dataclass

_TEXTS: Mapping[str, tuple[str, str]] = {
    "element-missing": (
        "{element} is open here and has no counterpart in the target version.",
        "{element} 正在执行，目标版本中没有对应的元素。",
    ),
    "type-changed": ("{element} is another kind of element in the target version.", "{element} 在目标版本中类型不同。"),
    "scope-changed": (
        "{element} stands in another sub-process in the target version.",
        "{element} 在目标版本中位于其他子流程。",
    ),
    "event-changed": (
        "{element} waits for another kind of event in the target version.",
        "{element} 在目标版本中等待的事件类型不同。",
    ),
    "flow-missing": (
        "A token waits at {element}; the flow it came by does not lead there in the target version.",
        "有令牌在 {element} 等待，其到达所经的顺序流在目标版本中不通向该元素。",
    ),
    "compensation-missing": (
        "{element} has completed and could not be undone in the target version.",
        "{element} 已完成，在目标版本中无法补偿。",
    ),
    "still-running": (
        "It has not ended: a running {element} is modified.",
        "实例尚未结束：正在执行的 {element} 应作修改。",
    ),
    "same-version": ("It runs on this version of {element} already.", "实例已在 {element} 的此版本上执行。"),
    "rule-fails": ("A rule of {element} does not evaluate: {reason}", "{element} 的规则无法求值：{reason}"),
    "state-unreadable": ("The target version cannot read the state: {reason}", "目标版本无法读取状态：{reason}"),
    "element-unknown": ("There is no element {element} in this process.", "此流程中没有元素 {element}。"),
    "instance-unknown": ("{element} is not running.", "{element} 未在执行。"),
    "is-listening": (
        "{element} only waits for its event; cancel what it stands on.",
        "{element} 仅在等待事件，请取消其所附着的元素。",
    ),
    "not-startable": ("No token can begin at {element}.", "不能从 {element} 开始。"),
    "joins-flows": (
        "{element} joins several flows; say along which of them the token comes (start_flow).",
        "{element} 汇合多条顺序流，请指定令牌经由哪条(start_flow)。",
    ),
    "several-flows": (
        "Not exactly one plain flow leads out of {element}; say which one is taken (start_flow).",
        "{element} 的出口不是唯一的无条件顺序流，请指定一条(start_flow)。",
    ),
    "multi-instance": (
        "{element} is a multi-instance or a loop: its instances can be started and cancelled together only.",
        "{element} 是多实例或循环，其实例只能整体开始或取消。",
    ),
    "several-scopes": (
        "{element} runs more than once; say in which of them (task_id).",
        "{element} 有多个正在执行的实例，请指定其一(task_id)。",
    ),
    "compensating": (
        "{element} is being compensated; its tokens cannot be moved.",
        "{element} 正在补偿，不能移动其令牌。",
    ),
    "nothing-left": ("Nothing would be left: cancel the instance instead.", "将没有任何元素在执行：请改为取消实例。"),
}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """
    One reason.

    Attributes:
        task_id: The element instance it is about, where there is one.
    """

    code: str
    element_id: str
    task_id: str | None
    message_en: str
    message_zh: str


class Impossible(Exception):
    """It cannot be done as asked; the run is of no more use, and nothing of it may be stored."""

    def __init__(self, *obstacles: Obstacle) -> None:
        super().__init__("; ".join(each.message_en for each in obstacles))
        self.obstacles = obstacles


def obstacle(code: str, element_id: str, task_id: str | None = None, *, reason: str = "") -> Obstacle:
    """Word one reason."""
    english, chinese = _TEXTS[code]
    facts = {"element": f"'{element_id}'", "reason": reason}
    return Obstacle(code, element_id, task_id, english.format(**facts), chinese.format(**facts))
