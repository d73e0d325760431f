"""
Embedded sub-processes, event sub-processes, called processes, and the start events that begin them.

Source:
    BPMN 2.0.2 §10.3.5 (Sub-Processes), §10.3.6 (Call Activity), §13.3.4, §13.5.4 (Event Sub-Processes).
"""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.expressions import CompiledValue, compile_value
from engine.handlers import HandlerFailed
from engine.spiff.elements.activities import begin
from engine.spiff.elements.ad_hoc import is_idle
from engine.spiff.elements.catching import accept, armed_timers, listen, occur
from engine.spiff.elements.flowing import Flowing, Way, activate, discard, follow, note
from engine.spiff.elements.listening import notify
from engine.spiff.elements.parameters import deliver, handed_in, mapped
from engine.spiff.evaluation import Failure, evaluate, short, site_of
from engine.spiff.instances import ElementInstance, InnerScope, Scope, plant, spawn
from engine.spiff.undoable import keep_inside
from engine.spiff.variables import write


class StartEvent(Flowing):
    """Where a scope begins: its event sub-processes start to listen."""

    def enter(self, my_task: ElementInstance) -> None:
        """
        Arm the event sub-processes of the scope, take over what the event brought that began it, and pass on.

        Raises:
            BpmnError, Failure: From a `start` listener of the process.
        """
        timers = _listen_for_event_sub_processes(my_task)
        accept(my_task)
        notify(my_task, "start", my_task.workflow.spec.own_listeners)
        activate(my_task, **timers)
        my_task.run()


class ParallelStart(StartEvent):
    """
    A start event that needs all of its triggers: the first begins the instance, which waits here for the others.

    Source:
        BPMN 2.0.2 §10.5.2 (Parallel Multiple start events).
    """

    def enter(self, my_task: ElementInstance) -> None:
        """Take over what the first trigger brought, and wait for the others; an event sub-process has waited."""
        if "part" not in my_task.facts:
            super().enter(my_task)
            return
        first, brought = my_task.facts.pop("part"), my_task.facts.get("brought", {})
        timers = _listen_for_event_sub_processes(my_task)
        accept(my_task)
        notify(my_task, "start", my_task.workflow.spec.own_listeners)
        activate(my_task, **timers)
        for part in self.parts:
            listen(my_task, part)
        my_task._set_state(TaskState.WAITING)
        occur(my_task.children[first], brought)

    def perform(self, my_task: ElementInstance) -> None:
        """Take over what the triggers brought."""
        accept(my_task)


class Beginning(Flowing):
    """
    Where a scope begins that has no start event, or whose first event is a receive task or behind a gateway.

    In an empty sub-process its token ends at once, and the sub-process with it.

    It is not drawn, so nothing is told of it unless it fails.

    Source:
        BPMN 2.0.2 §10.5.2, §13.2: without a start event, every flow node without an incoming flow gets a token.

    Attributes:
        gates: By the id of each event that can begin the process, the element its token begins at.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Spiff has no types
        super().__init__(*args, **kwargs)
        self.gates: dict[str, str] = {}

    def enter(self, my_task: ElementInstance) -> None:
        """Arm the event sub-processes of the scope and pass on."""
        _listen_for_event_sub_processes(my_task)
        my_task.run()

    def perform(self, my_task: ElementInstance) -> None:
        """Take over what the scope begins with."""
        write(my_task, my_task.facts.get("brought", {}))
        notify(my_task, "start", my_task.workflow.spec.own_listeners)

    def choose(self, my_task: ElementInstance) -> tuple[Way, ...]:
        """All elements nothing leads to, or the one whose event has happened."""
        gate = self.gates.get(my_task.facts.get("begin", ""))
        if my_task.workflow.spec.ad_hoc is not None:
            return my_task.workflow.spec.ad_hoc.begins(self.ways)
        return tuple(way for way in self.ways if gate is None or way.target.bpmn_id == gate)

    def _on_complete_hook(self, my_task: ElementInstance) -> None:
        if "on" in my_task.facts:
            note(my_task, "completed")
        follow(my_task, my_task.chosen)
        if my_task.workflow.spec.ad_hoc is not None and my_task.chosen:
            todo = [way.target.bpmn_id for way in self.ways if way not in my_task.chosen]
            my_task.workflow.owner.facts.update({"begun": 1, "todo": todo} if todo else {"begun": 1})
        event = my_task.facts.get("begin")
        for child in my_task.children:
            del child.facts["flow"]
            if event is not None:
                child.facts["brought"] = dict(my_task.facts.get("brought", {}))
                at_gateway = child.task_spec.element_type == "eventBasedGateway"
                child.facts["decided" if at_gateway else "happened"] = event


def _listen_for_event_sub_processes(task: ElementInstance) -> dict[str, object]:
    """Make the event sub-processes of a scope listen; when their timers are due."""
    due: dict[str, str] = {}
    for spec in task.workflow.spec.listeners:
        due.update(armed_timers(listen(task.workflow.task_tree, spec)))
    return {"timers": due} if due else {}


class SubProcess(Flowing):
    """An embedded sub-process: it shares the variables of the process it is drawn in."""

    def enter(self, my_task: ElementInstance) -> None:
        """Begin the inside at its none start event."""
        begin(my_task)
        executable = my_task.workflow.executable
        scope = InnerScope(executable.scopes[self.bpmn_id], my_task, executable, is_process=False)
        scope.data.update(dict.fromkeys(scope.spec.own_data))
        start_scope(scope, scope.spec.none_start)
        my_task._set_state(TaskState.STARTED)

    def perform(self, my_task: ElementInstance) -> None:
        """Evaluate its outputs."""
        final = my_task.facts.get("final", {})
        deliver(my_task, {name: final[name] for name in self.node.data.outputs if name in final})


class EventSubProcess(Flowing):
    """An event sub-process that has begun. Upstream: works at the top level only and never interrupts."""

    def enter(self, my_task: ElementInstance) -> None:
        """Begin the inside at the start event that caught."""
        activate(my_task)
        executable = my_task.workflow.executable
        scope = InnerScope(executable.scopes[self.bpmn_id], my_task, executable, is_process=False)
        scope.data.update(dict.fromkeys(scope.spec.own_data))
        start = start_scope(scope, scope.spec.starts[my_task.facts["start"]])
        start.facts["brought"] = my_task.facts.pop("brought", {})
        my_task._set_state(TaskState.STARTED)


MOST_NESTED = 1_000  # scopes in scopes: a process that calls itself for ever is stopped here


class CallActivity(Flowing):
    """
    A called process: variables of its own, inside the caller's state.

    Attributes:
        called: Key of the process.
        binding: `latest`, `deployment`, `version`, `versionTag`.
    """

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Spiff has no types
        called: CompiledValue,
        binding: str,
        version: CompiledValue | None,
        **kwargs: Any,  # noqa: ANN401 - as above
    ) -> None:
        super().__init__(*args, **kwargs)
        self.called, self.binding, self.version = called, binding, version

    def enter(self, my_task: ElementInstance) -> None:
        """Choose the definition, hand in the variables, begin."""
        begin(my_task)
        if my_task.workflow.depth >= MOST_NESTED:
            message = f"More than {MOST_NESTED} calls stand inside one another."
            raise Failure("called_process", message, f"调用嵌套超过 {MOST_NESTED} 层。")
        environment = my_task.workflow.top_workflow.world.environment
        key = str(evaluate(my_task, self.called, kind="called_process"))
        version = None if self.version is None else str(evaluate(my_task, self.version, kind="called_process"))
        try:
            definition_id = environment.resolve_called(key, self.binding, version, site_of(my_task))
            executable = environment.executable(definition_id)
        except HandlerFailed as error:
            raise Failure("called_process", str(error)) from error
        if executable.root.none_start is None or executable.root.none_start.node.events:
            raise Failure("called_process", f"{key} has no none start event.", f"{key} 没有无触发条件的开始事件。")
        handed_in, key_in = self._handed_in(my_task)
        scope = InnerScope(executable.root, my_task, executable, is_process=True)
        scope.data.update(handed_in)
        scope.business_key = key_in
        start_scope(scope, scope.spec.none_start)
        my_task._set_state(TaskState.STARTED)

    def perform(self, my_task: ElementInstance) -> None:
        """Hand the mapped variables out."""
        final = my_task.facts.get("final", {})
        results = {name: final.get(name) for name in self.node.data.outputs}
        local = tuple(mapping for mapping in self.node.outs if mapping.is_local)
        my_task.local.update(mapped(my_task, local, final))
        outs = tuple(mapping for mapping in self.node.outs if not mapping.is_local)
        deliver(my_task, {**results, **mapped(my_task, outs, final)})

    def _handed_in(self, task: ElementInstance) -> tuple[dict[str, Any], str | None]:
        business_key: str | None = None
        for mapping in self.node.ins:
            if mapping.kind == "business_key":
                value = evaluate(task, compile_value(mapping.source))
                business_key = None if value is None else short(mapping.source, str(value))
        inputs = {name: task.local.get(name) for name in self.node.data.inputs}
        return {**inputs, **handed_in(task, self.node.ins)}, business_key


def start_scope(scope: Scope, start: Flowing) -> ElementInstance:
    """Plant a scope and put its first token on `start`."""
    token = spawn(plant(scope), start)
    token._ready()
    return token


def is_over(scope: Scope) -> bool:
    """Whether nothing in the scope can act any more: only listeners are left."""
    ad_hoc = scope.spec.ad_hoc
    return is_idle(scope) and (ad_hoc is None or ad_hoc.is_done(scope.owner))


def finish_scope(scope: Scope) -> None:
    """The scope's work is done: its listeners go, and the element that holds it may go on."""
    discard(*scope.task_tree.children, quietly=True)
    owner = scope.owner
    if owner is None:
        scope.completed = True
        return
    keep_inside(scope)
    if scope.is_process or owner.task_spec.node.data.outputs:
        owner.facts["final"] = dict(scope.data)
    del owner.workflow.top_workflow.subprocesses[owner.id]
    owner.facts["happened"] = 1
    owner._ready()
