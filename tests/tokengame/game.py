"""
A token game played by the book: BPMN 2.0.2 chapter 13, written for comparison and for nothing else.

It knows nothing of the engine and shares no code with it. Data is the simplest there is: every process has its
variables, every write is seen at once. Diagrams to compare must not depend on who of two parallel branches is first.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime

from tests.tokengame.diagrams import Body, Event, Flow, Node
from tests.tokengame.tokens import Scope, Watch, Work, fits, reached
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

    def start(self, values: Mapping[str, object], now: datetime) -> None:
        self._begin(now)
        assert self.top.data is not None
        self.top.data.update(values)
        self._open(self.top)
        self._run()

    def complete(self, work: Work, values: Mapping[str, object], now: datetime) -> None:
        self._begin(now)
        self._write(work, values)
        self._done(work)
        self._run()

    def happen(self, watch: Watch, values: Mapping[str, object], now: datetime) -> None:
        self._begin(now)
        self._occur(watch, values)
        self._run()

    def signal(self, name: str, values: Mapping[str, object], now: datetime) -> None:
        self._begin(now)
        for watch in [each for each in self.watches() if (each.event.kind, each.event.name) == ("signal", name)]:
            if watch in self.watches():
                self._occur(watch, values)
        self._run()

    def tasks(self) -> list[Work]:
        """Open user tasks."""
        return sorted((each for each in self.works() if each.state == "open"), key=lambda work: work.born)

    def watches(self) -> list[Watch]:
        found = [watch for scope in self.scopes() for watch in scope.listeners]
        found.extend(watch for work in self.works() for watch in work.watches)
        return sorted(found, key=lambda watch: watch.born)

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

    def _number(self) -> int:
        self.count += 1
        return self.count

    def _run(self) -> None:
        """§13.2: tokens move until all of them wait."""
        while True:
            while self.queue:
                work = self.queue.popleft()
                if work.is_alive:
                    self._enter(work)
            if not (self._finish_a_scope() or self._fire_an_inclusive_join()):
                return

    def _open(self, scope: Scope, brought: Mapping[str, object] | None = None) -> None:
        scope.listeners = [
            self._watch(next(iter(node.body.nodes.values())), "scope", None, scope)
            for node in scope.body.listeners
            if node.body is not None
        ]
        self._arrive(scope, scope.body.start, None).brought = brought or {}

    def _watch(self, node: Node, place: str, work: Work | None, scope: Scope) -> Watch:
        assert node.event is not None
        due = None if node.event.every is None else self.now + node.event.every
        return Watch(node, place, work, scope, self._number(), due, node.event.times)

    def _arrive(self, scope: Scope, node: Node, flow: str | None, holder: Work | None = None) -> Work:
        work = Work(node, scope, flow, self._number(), holder)
        (scope.works if holder is None else holder.parts).append(work)
        self.queue.append(work)
        return work

    def _enter(self, work: Work) -> None:
        node = work.node
        if node.loop is not None and work.holder is None:
            self._enter_loop(work)
        elif node.kind == "parallelGateway":
            self._join(work)
        elif node.kind == "inclusiveGateway" and len(node.incoming) > 1:
            work.state = "joining"
        else:
            self._begin_work(work)

    def _begin_work(self, work: Work) -> None:
        node = work.node
        self._note(work, "activated")
        if work.holder is None:
            work.watches = [self._watch(guard, "edge", work, work.scope) for guard in node.guards]
        match node.kind:
            case "userTask":
                work.state = "open"
            case "receiveTask" | "intermediateCatchEvent" if node.event is None or node.event.kind != "link":
                work.state = "waiting"
                work.watches.append(self._watch(node, "self", work, work.scope))
            case "eventBasedGateway":
                work.state = "waiting"
                targets = [work.scope.body.nodes[flow.target] for flow in node.outgoing]
                work.watches = [self._watch(target, "gateway", work, work.scope) for target in targets]
            case "subProcess" | "callActivity":
                self._go_inside(work)
            case _:
                self._pass(work)

    def _go_inside(self, work: Work) -> None:
        work.state = "inside"
        if work.node.body is not None:
            work.inner = Scope(work.node.body, work, None)
        else:
            handed = {target: self._data(work.scope).get(source) for source, target in work.node.passed}
            work.inner = Scope(self.processes[work.node.called or ""], work, handed)
        self._open(work.inner, work.brought)

    def _pass(self, work: Work) -> None:
        """Everything that does not wait."""
        event = work.node.event
        self._write(work, work.brought)
        self._write(work, work.node.script)
        if event is not None and work.node.kind in ("endEvent", "intermediateThrowEvent", "sendTask"):
            self._throw(work, event)
        if work.is_alive and work.state != "parked":
            self._done(work)

    def _throw(self, work: Work, event: Event) -> None:
        if event.kind in ("message", "signal"):
            self.sent.append((event.kind, event.name or ""))
        elif event.kind == "terminate":
            for other in [each for each in work.scope.works if each is not work]:
                self._kill(other)
            work.scope.listeners = []
        elif event.kind in ("error", "escalation"):
            self._propagate(work, event)
        elif event.kind == "link":
            target = next(
                node
                for node in work.scope.body.nodes.values()
                if node.kind == "intermediateCatchEvent" and node.event is not None and node.event == event
            )
            self._arrive(work.scope, target, None)

    def _propagate(self, work: Work, event: Event) -> None:
        """§10.5.6: outwards to the nearest event that fits."""
        watch = self._catcher(work, event)
        if watch is None:
            if event.kind == "error":
                work.state = "parked"
                self._note(work, "failed")
            return
        if watch.node.interrupts:
            self._note(work, "completed")
            work.is_on = False
            self._kill(work)
        self._occur(watch, {})

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

    def _occur(self, watch: Watch, values: Mapping[str, object]) -> None:
        work = watch.work
        if watch.place == "self" and work is not None:
            self._write(work, values)
            self._done(work)
        elif watch.place == "gateway" and work is not None:
            self._done(work, ways=())
            flow = next(flow for flow in work.node.outgoing if flow.target == watch.node.id)
            self._happened(watch, flow.id, values)
        elif watch.place == "edge" and work is not None:
            if watch.node.interrupts:
                self._kill(work)
            else:
                self._again(watch, work.watches)
            self._happened(watch, None, values)
        else:
            self._begin_event_sub_process(watch, values)

    def _begin_event_sub_process(self, watch: Watch, values: Mapping[str, object]) -> None:
        scope = watch.scope
        if watch.node.interrupts:
            for work in list(scope.works):
                self._kill(work)
            scope.listeners = []
        else:
            self._again(watch, scope.listeners)
        owner = next(node for node in scope.body.listeners if node.body and watch.node in node.body.nodes.values())
        self._arrive(scope, owner, None).brought = values

    def _again(self, watch: Watch, watches: list[Watch]) -> None:
        """What does not interrupt happens again and again; a timer as often as its cycle says."""
        if watch.due is None:
            return
        watch.left -= 1
        assert watch.event.every is not None
        watch.due += watch.event.every
        if watch.left == 0:
            watches.remove(watch)

    def _happened(self, watch: Watch, flow: str | None, values: Mapping[str, object]) -> None:
        work = Work(watch.node, watch.scope, flow, self._number())
        watch.scope.works.append(work)
        self._note(work, "activated")
        self._write(work, values)
        self._done(work)

    def _done(self, work: Work, ways: tuple[Flow, ...] | None = None) -> None:
        if work.holder is not None:
            self._gather(work, work.holder)
            return
        chosen = ways_out(work.node, self._data(work.scope)) if ways is None else ways
        if chosen is None:
            work.state = "parked"
            self._note(work, "failed")
            return
        self._leave(work)
        for flow in chosen:
            self._arrive(work.scope, work.scope.body.nodes[flow.target], flow.id)

    def _leave(self, work: Work) -> None:
        self._note(work, "completed")
        work.is_on = work.is_alive = False
        work.watches = []
        (work.scope.works if work.holder is None else work.holder.parts).remove(work)

    # Joins

    def _join(self, work: Work) -> None:
        """§13.4.1: one token of each incoming flow; more of one flow wait for the next round."""
        work.state = "joining"
        taken: dict[str | None, Work] = {}
        for other in work.scope.works:
            if other.node is work.node and other.state == "joining":
                taken.setdefault(other.flow, other)
        if len(taken) >= len(work.node.incoming):
            self._unite(work, list(taken.values()))

    def _unite(self, work: Work, taken: list[Work]) -> None:
        for other in taken:
            if other is not work:
                other.is_alive = False
                work.scope.works.remove(other)
        self._note(work, "activated")
        self._done(work)

    def _fire_an_inclusive_join(self) -> bool:
        for scope in self.scopes():
            for work in scope.works:
                if work.state == "joining" and work.node.kind == "inclusiveGateway" and self._may_fire(work):
                    taken: dict[str | None, Work] = {}
                    for other in scope.works:
                        if other.node is work.node and other.state == "joining":
                            taken.setdefault(other.flow, other)
                    self._unite(work, list(taken.values()))
                    return True
        return False

    def _may_fire(self, work: Work) -> bool:
        """§13.4.3: no token elsewhere can reach a flow that is empty, unless it can reach one that is not."""
        works, gateway = work.scope.works, work.node
        filled = {each.flow for each in works if each.node is gateway and each.state == "joining"}
        for other in works:
            if other.node is not gateway:
                found = reached(other.node, gateway, work.scope.body)
                if found - filled and not found & filled:
                    return False
        return True

    # Loops

    def _enter_loop(self, work: Work) -> None:
        loop = work.node.loop
        assert loop is not None
        work.state = "inside"
        work.watches = [self._watch(guard, "edge", work, work.scope) for guard in work.node.guards]
        for index in range(1 if loop.is_sequential else loop.count):
            self._arrive(work.scope, work.node, work.flow, work).index = index

    def _gather(self, part: Work, holder: Work) -> None:
        loop = holder.node.loop
        assert loop is not None
        self._leave(part)
        holder.results.setdefault(part.index or 0, None)
        done = len(holder.results)
        is_enough = loop.enough_at is not None and done >= loop.enough_at
        if not is_enough and done < loop.count:
            if loop.is_sequential:
                self._arrive(holder.scope, holder.node, holder.flow, holder).index = done
            return
        for other in list(holder.parts):
            self._kill(other)
        if loop.output is not None:
            self._write(holder, {loop.output[0]: [holder.results[each] for each in sorted(holder.results)]})
        self._done(holder)

    # Ends

    def _finish_a_scope(self) -> bool:
        for scope in list(self.scopes()):
            if scope.works or scope.is_over:
                continue
            scope.is_over, scope.listeners = True, []
            owner = scope.owner
            if owner is None:
                return False
            owner.inner = None
            if scope.data is not None:
                self._write(owner, {target: scope.data.get(source) for source, target in owner.node.returned})
            self._done(owner)
            return True
        return False

    def _kill(self, work: Work) -> None:
        """§13.3.2: everything inside ends with it."""
        for part in list(work.parts):
            self._kill(part)
        if work.inner is not None:
            for inner in list(work.inner.works):
                self._kill(inner)
            work.inner.is_over, work.inner.listeners = True, []
            work.inner = None
        if work.is_on:
            self._note(work, "cancelled")
        work.is_alive = False
        work.watches = []
        (work.scope.works if work.holder is None else work.holder.parts).remove(work)

    def _data(self, scope: Scope) -> dict[str, object]:
        while scope.data is None:
            assert scope.owner is not None
            scope = scope.owner.scope
        return scope.data

    def _write(self, work: Work, values: Mapping[str, object]) -> None:
        loop = work.node.loop
        for name, value in values.items():
            if loop is not None and work.holder is not None and loop.output is not None and name == loop.output[1]:
                work.holder.results[work.index or 0] = value
            else:
                self._data(work.scope)[name] = value

    def _note(self, work: Work, state: str) -> None:
        if work.node.loop is not None and work.holder is None:
            return
        work.is_on = state in ("activated", "failed")
        self.notes.append((state, work.node.id))
