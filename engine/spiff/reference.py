"""Write `docs/reference/bpmn.md` from the check's own lists: `python -m engine.spiff.reference docs/reference`."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.spiff import supported
from engine.spiff.examples import Place, examples
from engine.spiff.findings import SENTENCES

_INTRODUCTION = """# BPMN: what runs 可以执行的 BPMN

<!-- Written by `python -m engine.spiff.reference docs/reference`; do not edit. -->

What is in these tables runs as BPMN 2.0.2 says. Everything else is refused at deployment, with the element's id, its
line and a sentence. 表中的元素按 BPMN 2.0.2 执行;其他元素在部署时会被拒绝,并给出元素 id、行号和原因。

Text in a model follows one rule: `=…` is FEEL, `${…}` or `#{…}` is JUEL, anything else means itself. In a condition
FEEL needs no `=`. 模型中的文本规则:`=…` 为 FEEL,`${…}` 或 `#{…}` 为 JUEL,其余为字面值;条件中的 FEEL 可省略 `=`。
"""
_BEHAVIOUR = """## What to know 须知

* **Variables** belong to the process; embedded and event sub-processes share them, a called process has its own
  (`camunda:in`, `camunda:out`; without any, nothing goes in or out). Input parameters are seen by their element alone.
  变量属于流程;嵌入式子流程和事件子流程共享变量,被调用流程有自己的变量。
* **Data**: a data object, property, data input or data output is the variable of its name, when that is one word, else
  of its id; those of a sub-process or activity live and end with it. An activity begins when one of its input sets is
  complete and waits until then; with data outputs declared, nothing else of its result leaves. A transformation is FEEL
  (or JUEL); the `from` of an assignment follows the one rule. Data stores are documentation.
  数据对象、属性、数据输入输出即同名变量;输入集齐全时活动才开始;声明了数据输出时,只有输出离开活动。
* **Forms** drawn in the diagram (`camunda:formData`) are served as form-js, checked on the server, and their texts kept
  in the open unless a field has the property `personal` = `true`. A default value stands for what was not submitted.
  图中绘制的表单以 form-js 提供,并由服务器校验;文本字段默认以明文保存。
* **People** of a task: also `humanPerformer` (its assignee), `potentialOwner` (`user(x), group(y)`, a bare name is
  a group; a resource is a group by its name). 也可用 `humanPerformer` 与 `potentialOwner` 指定人员。
* **Names of messages and signals** may be expressions, computed when the wait is armed or the event is thrown; those of
  start events are fixed. 消息与信号名称可以是表达式;开始事件除外。
* **Activiti and Flowable**: what they say of people, dates, form keys, expressions, collections and mappings is read as
  what `camunda:` says, with a warning. Activiti 与 Flowable 的同义属性按 `camunda:` 读取,并给出警告。
* **Global tasks** that a call activity of the same file calls are processes of one task, with variables of their own.
  同一文件中被调用活动引用的全局任务,作为只含该任务的流程执行。
* **Listeners** (`camunda:executionListener`, `camunda:taskListener`) name a registered handler, an expression or a FEEL
  script; what it gives are variables, and `${execution.setVariable(…)}` sets one. `start` comes after the inputs, `end`
  after the outputs, `take` after `end`. A listener that fails parks its element; where an element is cancelled it is
  only told. `assignment` and `update` are heard when a person changes the task as well, and refuse the change when they
  fail.
  监听器可调用已注册的处理器、表达式或 FEEL 脚本;失败时形成故障事件。
* **Parallel branches** and the instances of a multi-instance share the variables of their process: each sees at once
  what another wrote, and the later write stands. What only one of them sees is its item, its counter and its input
  parameters. 并行分支与多实例的各实例共享流程变量,写入立即可见;各自的元素、计数和输入参数互不可见。
* **Conditional events** are asked after every write of a variable. A **signal** is
  heard by whoever waits when it is thrown; it is not kept for who begins to wait later.
  条件事件在每次写入变量后重新判断;信号只被抛出时正在等待者接收。
* **Conditions** are true or false. Null, as from a missing variable, parks the token as an incident; it never chooses a
  way. 条件必须为真或假;空值会形成故障事件,不会选择任何路径。
* **Timers** take ISO 8601 (`PT1H`, `2026-03-02T09:00:00+08:00`, `R3/PT10M`, `R/PT24H`) or an expression that gives it;
  a time without an offset is local time in Shanghai. 不带时区的时间为上海本地时间。
  A cycle may also be a cron expression of Quartz, as in Camunda 7: seconds, minutes, hours, day of month, month, day of
  week (1 is Sunday) and perhaps the year, with `?` for one of the two days: `0 0 9 ? * MON-FRI`, `0 0 18 L * ?`. It is
  read by the house's clock. 周期也可写成 Quartz 的 cron 表达式(1 为星期日,日与星期之一写 `?`),按本地时间计算。
* **Messages** correlate by the property `correlation_key` (`camunda:properties`), else by the business key. What is
  thrown leaves the instance; input parameters are what it carries.
  消息按 `correlation_key` 属性关联,否则按业务键关联。
* **Segregation of duties** stands on a user task as properties: `separate_from` (elements whose completers in this
  case may not do it), `excluded_people` (an expression for people who may not), `separation_rule` (its name in the
  refusal).
  职责分离:在人工任务上以属性声明,拒绝时说明规则名称。
* **Starts**: without a start event, everything that nothing leads to begins. A process also begins at a receive task or
  event-based gateway with `instantiate="true"`; a parallel one waits in the same instance for its other events. A start
  event with several triggers begins at any of them; one that needs all begins at the first and waits there for the
  others. Whoever starts a process may name the start event by its message, its signal or its id; of several none start
  events the first begins when none is named, and when the process is called.
  没有开始事件时,所有没有流入的元素同时开始;接收任务和事件网关也可以启动流程;有多个无触发开始事件时默认从第一个开始。
* **Timer start events** run for the newest active version, counted from when it became that; they see no variables. A
  cycle that was missed catches up, one instance for each firing. 定时开始事件只在最新的启用版本上运行。
* **Multiple events** happen at any of their events, parallel multiple ones (`parallelMultiple`) when all have happened;
  what does not interrupt waits for all of them once more. 多重事件任一发生即触发,并行多重事件需全部发生。
* A **complex gateway** starts when its activation condition holds; it sees `activationCount` (tokens that wait),
  `activationCounts` (those of each flow by its id) and the variables. Then it takes in what can still come (reset).
  Conditions of its flows are asked at both and may use `waitingForStart`; a flow without a condition gets its token at
  the start only, and a reset without a late token gives none. 复杂网关按激活条件触发,随后等待其余令牌并重置。
* **Quantities**: `startQuantity` tokens begin an activity, `completionQuantity` leave it along each flow, up to 1,000.
  启动数量与完成数量最多 1000。
* **Ad-hoc sub-processes**: each activity that nothing leads to begins once, all at once or one after the other
  (`ordering`); operators begin any of them again (`/api/process-instances/{id}/ad-hoc-activities`). With the property
  `ad_hoc_start` = `manual` nothing begins by itself. The completion condition is asked after each activity, and when
  data changes while nothing runs; without one it ends when all that has begun is done, or when an operator says so.
  即席子流程中的活动自动开始一次,也可由操作人员再次开始;完成条件成立即结束。
* **Errors** go outwards to the nearest boundary event or event sub-process that fits, through call activities too; one
  that nobody catches is an incident. An **escalation** nobody catches is ignored. 未被捕获的错误形成故障事件。
* **Compensation** undoes, one after the other, what completed last first: by the activity that an association connects
  with the compensation boundary event, in a sub-process or called process without one from the inside (its event
  sub-process for compensation, else everything in it that can be undone), once for each instance of a loop.
  A throw event sees its own process or sub-process, and in an event sub-process also the one that this belongs to; it
  waits unless `waitForCompletion="false"`. What did not complete is not undone, and nothing is undone twice. The state
  keeps a few dozen bytes for each completed activity that can still be undone.
  补偿按完成的相反顺序逐个执行;未完成的活动不补偿,已补偿的不再补偿。
* A **transaction** that reaches a cancel end event ends what is active in it, compensates what completed and leaves by
  its cancel boundary event; an error leaves it without compensation. An error that leaves any other sub-process first
  compensates what completed in it (BPMN 2.0.2 §13.5.5.3).
  事务取消时先补偿再从取消边界事件离开;错误不触发补偿。
* **External tasks** (`camunda:type="external"`) wait until a worker has fetched them by their topic and reports on
  them; a failure without retries is an incident, `camunda:errorEventDefinition` turns a report into an error by what
  `externalTask` says. On an event it stands on the message it throws, which the worker then sends.
  外部任务等待工作程序按主题获取并报告;没有剩余重试次数的失败会形成故障事件。
* **Scripts** are FEEL or JUEL. With `camunda:resultVariable` the value is kept there; without it the script gives a
  context whose entries become variables; one in JUEL may set variables itself. 脚本支持 FEEL 与 JUEL。
* **Lanes** name the candidate group of tasks that name nobody: the last word of the lane's name that looks like an id
  (`客服 customer_service`), or the lane's property `candidate_group`. 泳道名称中的最后一个标识符为候选组。
* **Multi-instance** takes `loopCardinality`, or a collection (`camunda:collection` + `camunda:elementVariable`),
  collects `loopDataOutputRef` from `outputDataItem`, and may end early by `completionCondition`; it knows
  `loopCounter`, `nrOfInstances`, `nrOfCompletedInstances`, `nrOfActiveInstances`.
  Its `behavior` throws an escalation, signal, message or error to its edge when an instance completes: `None` at each,
  `One` at the first, `Complex` as its definitions say.
  多实例支持次数、集合、结果收集、提前结束条件与行为事件。
* An empty sub-process completes as soon as it begins. Calls and sub-processes stand up to 1,000 deep inside one
  another; the call after that parks. 空子流程立即完成;调用最多嵌套 1,000 层,超过即形成故障事件。
* An instance that runs through 10,000 elements without waiting for anything parks.
  连续执行超过 10,000 个元素会形成故障事件。
"""


def bpmn_reference() -> str:
    """The page."""
    shown = examples()
    return "\n".join([_INTRODUCTION, *_elements(shown), *_events(shown), *_attributes(), _BEHAVIOUR, *_problems()])


def _elements(shown: Mapping[Place, str]) -> Iterator[str]:
    yield "## Elements 元素\n"
    yield "A ✔ leads to a small diagram that the tests beside it run through the service. ✔ 链接到测试中的示例图。\n"
    yield "| Group 类别 | Element 元素 | runs 执行 | multi-instance 多实例 | loop 循环 |\n|---|---|---|---|---|"
    for kind in sorted(supported.ACTIVITIES):
        cells = (_mark(shown, (kind, each)) for each in ("", "multi-instance", "standard loop"))
        yield f"| Activity 活动 | `{kind}` | {' | '.join(cells)} |"
    for kind in sorted(supported.GATEWAYS):
        yield f"| Gateway 网关 | `{kind}` | {_mark(shown, (kind, ''))} | | |"
    yield ""


def _events(shown: Mapping[Place, str]) -> Iterator[str]:
    yield "## Events 事件\n"
    kinds = sorted({kind for row in supported.EVENTS.values() for kind in row})
    yield f"| Position 位置 | {' | '.join(kinds)} |\n|---|{'---|' * len(kinds)}"
    for position, row in supported.EVENTS.items():
        cells = (_mark(shown, (position, kind)) if kind in row else "" for kind in kinds)
        yield f"| {position} | {' | '.join(cells)} |"
    yield ""


def _mark(shown: Mapping[Place, str], place: Place) -> str:
    path = shown.get(place)
    return "✔" if path is None else f"[✔](../../tests/bpmn/{path})"


def _attributes() -> Iterator[str]:
    yield "## `camunda:` attributes and extensions 扩展\n"
    yield "| Element 元素 | Attributes 属性 | Extension elements 扩展元素 |\n|---|---|---|"
    for kind in sorted(supported.ATTRIBUTES):
        yield f"| {kind} | {_listed(supported.ATTRIBUTES[kind])} | {_listed(supported.EXTENSIONS.get(kind, ()))} |"
    everywhere = _listed(supported.attributes_of("task"))
    yield f"| every element 所有元素 | {everywhere} | {_listed(supported.EXTENSIONS_EVERYWHERE)} |\n"


def _problems() -> Iterator[str]:
    yield "## What the deployment check says 部署检查\n"
    yield "| Code | | Sentence | 说明 |\n|---|---|---|---|"
    for code, (severity, english, chinese) in sorted(SENTENCES.items()):
        yield f"| `{code}` | {severity} | {_cell(english)} | {_cell(chinese)} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}").replace("|", "\\|")


def _listed(names: frozenset[str] | tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


if __name__ == "__main__":
    Path(sys.argv[1], "bpmn.md").write_text(bpmn_reference())
