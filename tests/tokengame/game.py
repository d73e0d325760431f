"""
A token game played by the book: BPMN 2.0.2 chapter 13, written for comparison and for nothing else.

It knows nothing of the engine and shares no code with it. Data is the simplest there is: every process has its
variables, every write is seen at once. Diagrams to compare must not depend on who of two parallel branches is first.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime

from tests.tokengame import adhoc, happening, joining, looping, undoing
from tests.tokengame.diagrams import Body, Event, Flow, Node
from tests.tokengame.tokens import Group, Scope, Watch, Work, fits
from tests.tokengame.ways import ways_out


class Game:
    """One instance. `notes` are (state, element id) of what happened since the last input, `sent` what was thrown."""

    def __init__(self, processes: Mapping[str, Body], key: str) -> None:
        self.processes = processes
        self.top = Scope(processes[key], None, {})
        self.queue: deque[Work] = deque()
        self.notes: list[tuple[str, str]] = []
        self.sent: list[tuple[str, str]] = []
        self.now: datetime | None = None
        self.count = 0
        self.wrote = False
        self.can_undo = any(_holds_a_handler(body) for body in processes.values())

    def start(self, values: Mapping[str, object], now: datetime) -> None:
        self._begin(now)
        assert self.top.data is not None
        self.top.data.update(values)
        self._open(self.top)
        self._run()

    def complete(self, work: Work, values: Mapping[str, object], now: datetime) -> None:
        self._begin(now)
        self.write(work, values)
        self.done(work)
        self._run()

    def happen(self, watch: Watch, values: Mapping[str, object], now: datetime) -> None:
        self._begin(now)
        happening.take(self, watch, values)
        self._run()

    def signal(self, name: str, values: Mapping[str, object], now: datetime) -> None:
        self._begin(now)
        for watch in [each for each in self.watches() if (each.event.kind, each.event.name) == ("signal", name)]:
            if watch in self.watches():
                happening.take(self, watch, values)
        self._run()

    def tasks(self) -> list[Work]:
        """Open user tasks."""
        return sorted((each for each in self.works() if each.state == "open"), key=lambda work: work.born)

    def watches(self) -> list[Watch]:
        found = [watch for scope in self.scopes() for watch in scope.listeners]
        found.extend(watch for work in self.works() for watch in work.watches)
        return sorted((watch for watch in found if watch.is_open), key=lambda watch: watch.born)

    def parked(self) -> list[Work]:
        return [each for each in self.works() if each.state == "parked"]

    def works(self) -> Iterator[Work]:
        for scope in self.scopes():
            for work in scope.works:
                yield work
                yield from work.parts

    def scopes(self) -> Iterator[Scope]:
        stack = [self.top]
        while stack:
            scope = stack.pop()
            yield scope
            for work in scope.works:
                stack.extend(each.inner for each in (work, *work.parts) if each.inner is not None)

    # The game

    def _begin(self, now: datetime) -> None:
        self.now, self.notes, self.sent = now, [], []

    def number(self) -> int:
        self.count += 1
        return self.count

    def _run(self) -> None:
        """§13.2: tokens move until all of them wait."""
        self._ask()
        while True:
            while self.queue:
                work = self.queue.popleft()
                if work.is_alive:
                    self._enter(work)
                    self._ask()
            if not (
                self._finish_a_scope()
                or adhoc.go_on(self)
                or undoing.settle_an_undo(self)
                or joining.fire_an_inclusive_join(self)
                or joining.settle_a_complex_gateway(self)
                or happening.ask_a_condition(self)
            ):
                return
            self._ask()

    def _ask(self) -> None:
        """§10.5.5: conditions are asked when data changes."""
        while self.wrote:
            self.wrote = happening.ask_a_condition(self)

    def _open(self, scope: Scope, brought: Mapping[str, object] | None = None) -> None:
        scope.own = dict.fromkeys(scope.body.own)
        for node in scope.body.listeners:
            if node.body is not None:
                scope.listeners.extend(self.watch(next(iter(node.body.nodes.values())), "scope", None, scope))
        starts = scope.body.starts
        if scope.body.ad_hoc is not None and scope.body.ad_hoc.is_sequential:
            starts, scope.todo = starts[:1], starts[1:]
        for node in starts:
            self.arrive(scope, node, None).brought = brought or {}

    def watch(self, node: Node, place: str, work: Work | None, scope: Scope) -> list[Watch]:
        """A watch for each event of `node`."""
        made: list[Watch] = []
        for event in node.events:
            due = None if event.every is None or self.now is None else self.now + event.every
            made.append(Watch(node, place, work, scope, self.number(), due, event.times, event))
        if len(made) > 1:
            group = Group(made, node.needs_all)
            for each in made:
                each.group = group
        return made

    def arrive(self, scope: Scope, node: Node, flow: str | None, holder: Work | None = None) -> Work:
        work = Work(node, scope, flow, self.number(), holder)
        (scope.works if holder is None else holder.parts).append(work)
        self.queue.append(work)
        return work

    def _enter(self, work: Work) -> None:
        node = work.node
        if work.state == "finishing":
            looping.finish(self, work)
        elif node.loop is not None and work.holder is None:
            looping.enter_loop(self, work)
        elif node.kind == "parallelGateway":
            joining.join(self, work)
        elif node.kind == "complexGateway":
            joining.come_to_complex(self, work)
        elif node.kind == "inclusiveGateway" and len(node.incoming) > 1:
            work.state = "joining"
        else:
            self._begin_work(work)

    def _begin_work(self, work: Work) -> None:
        node = work.node
        self.note(work, "activated")
        if work.holder is None:
            work.watches = [each for guard in node.guards for each in self.watch(guard, "edge", work, work.scope)]
        match node.kind:
            case "userTask":
                work.state = "open"
            case "receiveTask" | "intermediateCatchEvent" if node.event is None or node.event.kind != "link":
                work.state = "waiting"
                work.watches.extend(self.watch(node, "self", work, work.scope))
            case "eventBasedGateway":
                work.state = "waiting"
                targets = [work.scope.body.nodes[flow.target] for flow in node.outgoing]
                work.watches = [each for target in targets for each in self.watch(target, "gateway", work, work.scope)]
            case "subProcess" | "adHocSubProcess" | "transaction" | "callActivity":
                self._go_inside(work)
            case _:
                self.pass_on(work)

    def _go_inside(self, work: Work) -> None:
        work.state = "inside"
        if work.node.body is not None:
            work.inner = Scope(work.node.body, work, None)
        else:
            handed = {target: self.visible(work.scope).get(source) for source, target in work.node.passed}
            work.inner = Scope(self.processes[work.node.called or ""], work, handed)
        self._open(work.inner, work.brought)

    def pass_on(self, work: Work) -> None:
        """Everything that does not wait."""
        event = work.node.event
        self.write(work, work.brought)
        self.write(work, work.node.script)
        if event is not None and work.node.kind in ("endEvent", "intermediateThrowEvent", "sendTask"):
            self._throw(work, event)
        if work.is_alive and work.state not in ("parked", "undoing"):
            self.done(work)

    def _throw(self, work: Work, event: Event) -> None:
        if event.kind in ("message", "signal"):
            self.sent.append((event.kind, event.name or ""))
        elif event.kind == "terminate":
            for other in [each for each in work.scope.works if each is not work]:
                self.kill(other)
            work.scope.listeners, work.scope.undos = [], []
        elif event.kind in ("error", "escalation"):
            self._propagate(work, event)
        elif event.kind == "compensate":
            undoing.throw(self, work, event)
        elif event.kind == "cancel":
            undoing.cancel(self, work)
        elif event.kind == "link":
            target = next(
                node
                for node in work.scope.body.nodes.values()
                if node.kind == "intermediateCatchEvent" and node.event is not None and node.event == event
            )
            self.arrive(work.scope, target, None)

    def _propagate(self, work: Work, event: Event) -> None:
        """§10.5.6: outwards to the nearest event that fits."""
        watch = self._catcher(work, event)
        if watch is None:
            if event.kind == "error":
                work.state = "parked"
                self.note(work, "failed")
            return
        if watch.node.interrupts:
            self.note(work, "completed")
            work.is_on = False
            left = undoing.left_by_error(work, watch) if event.kind == "error" else None
            if left is not None:
                undoing.abandon(self, left, watch)
                return
            self.kill(work)
        self.occur(watch, {})

    def _catcher(self, work: Work, event: Event) -> Watch | None:
        current: Work | None = work
        while current is not None:
            holder = current if current.holder is None else current.holder
            fitting = [watch for watch in holder.watches if watch.place == "edge" and fits(watch.event, event)]
            if not fitting:
                inside = current.node.body.nodes.values() if current.node.is_event_sub_process else ()
                outside = [watch for watch in current.scope.listeners if watch.node not in inside]
                fitting = [watch for watch in outside if fits(watch.event, event)]
            if fitting:
                return min(fitting, key=lambda watch: watch.event.name is None)
            current = current.scope.owner
        return None

    def occur(self, watch: Watch, values: Mapping[str, object]) -> None:
        work = watch.work
        if watch.place == "self" and work is not None:
            self.write(work, values)
            self.done(work)
        elif watch.place == "gateway" and work is not None:
            self.done(work, ways=())
            flow = next(flow for flow in work.node.outgoing if flow.target == watch.node.id)
            self._happened(watch, flow.id, values)
        elif watch.place == "edge" and work is not None:
            if watch.node.interrupts:
                self.kill(work)
            else:
                happening.again(watch)
            self._happened(watch, None, values)
        else:
            self._begin_event_sub_process(watch, values)

    def _begin_event_sub_process(self, watch: Watch, values: Mapping[str, object]) -> None:
        scope = watch.scope
        if watch.node.interrupts:
            for work in list(scope.works):
                self.kill(work)
            scope.listeners, scope.undos = [], []
        else:
            happening.again(watch)
        owner = next(node for node in scope.body.listeners if node.body and watch.node in node.body.nodes.values())
        self.arrive(scope, owner, None).brought = values

    def _happened(self, watch: Watch, flow: str | None, values: Mapping[str, object]) -> None:
        work = Work(watch.node, watch.scope, flow, self.number())
        watch.scope.works.append(work)
        self.note(work, "activated")
        self.write(work, values)
        self.done(work)

    def done(self, work: Work, ways: tuple[Flow, ...] | None = None) -> None:
        if work.undoes is not None:
            self.leave(work)
            return
        if work.holder is not None:
            looping.gather(self, work, work.holder)
            return
        chosen = ways_out(work.node, self.visible(work.scope)) if ways is None else ways
        if chosen is None:
            work.state = "parked"
            self.note(work, "failed")
            return
        is_enough = adhoc.is_enough(self, work)
        self.leave(work)
        for flow in () if is_enough or work.scope.is_enough else chosen:
            self.arrive(work.scope, work.scope.body.nodes[flow.target], flow.id)
        if is_enough:
            adhoc.conclude(self, work.scope)

    def leave(self, work: Work) -> None:
        if self.can_undo and work.node.is_activity and work.undoes is None:
            undoing.remember(self, work)
        self.note(work, "completed")
        work.is_on = work.is_alive = False
        work.watches = []
        (work.scope.works if work.holder is None else work.holder.parts).remove(work)

    # Ends

    def _finish_a_scope(self) -> bool:
        for scope in list(self.scopes()):
            if scope.works or scope.undos or scope.is_over or adhoc.is_open(scope):
                continue
            scope.is_over, scope.listeners = True, []
            owner = scope.owner
            if owner is None:
                return False
            owner.inner, owner.inside = None, scope
            if owner.is_silent:
                self.kill(owner)
                return True
            if scope.data is not None:
                self.write(owner, {target: scope.data.get(source) for source, target in owner.node.returned})
            self.done(owner)
            return True
        return False

    def kill(self, work: Work) -> None:
        """§13.3.2: everything inside ends with it."""
        if not work.is_alive:
            return
        if self.can_undo:
            undoing.drop(self, work)
        for part in list(work.parts):
            self.kill(part)
        if work.inner is not None:
            for inner in list(work.inner.works):
                self.kill(inner)
            work.inner.is_over, work.inner.listeners = True, []
            work.inner = None
        if work.is_on:
            self.note(work, "cancelled")
        work.is_alive = False
        work.watches = []
        (work.scope.works if work.holder is None else work.holder.parts).remove(work)

    def visible(self, scope: Scope) -> dict[str, object]:
        """The data that a scope sees: its own data objects, those around it, and the variables of its process."""
        own: list[dict[str, object]] = []
        while scope.data is None:
            own.append(scope.own)
            assert scope.owner is not None
            scope = scope.owner.scope
        data = scope.data
        for each in reversed(own):
            data = {**data, **each} if each else data
        return data

    def write(self, work: Work, values: Mapping[str, object]) -> None:
        loop = work.node.loop
        for name, value in values.items():
            self.wrote = True
            if loop is not None and work.holder is not None and loop.output is not None and name == loop.output[1]:
                work.holder.results[work.index or 0] = value
                continue
            scope = work.scope
            while scope.data is None and name not in scope.own:
                assert scope.owner is not None
                scope = scope.owner.scope
            (scope.own if name in scope.own or scope.data is None else scope.data)[name] = value

    def note(self, work: Work, state: str) -> None:
        if work.is_silent or (work.node.loop is not None and work.holder is None):
            return
        work.is_on = state in ("activated", "failed")
        self.notes.append((state, work.node.id))


def _holds_a_handler(body: Body) -> bool:
    return body.undoing is not None or any(
        node.handler is not None or (node.body is not None and _holds_a_handler(node.body))
        for node in body.nodes.values()
    )
