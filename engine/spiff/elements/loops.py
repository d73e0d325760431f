"""
Multi-instance activities and standard loops: a body element that holds its instances.

Source:
    BPMN 2.0.2 §10.3.8 (Loop Characteristics), §13.3.6–13.3.7. Upstream: crashes on a path behind a boundary event,
    refuses a filled output list on re-entry, and connects callbacks to the shared spec while running.
"""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.expressions import CompiledValue
from engine.spiff.diagrams import Loop
from engine.spiff.elements.activities import arm
from engine.spiff.elements.flowing import Flowing, activate, discard, holds
from engine.spiff.elements.loop_events import throw_from_loop
from engine.spiff.elements.parameters import as_plain
from engine.spiff.evaluation import Failure, evaluate, unfit
from engine.spiff.instances import ElementInstance, spawn
from engine.spiff.variables import view, write

MOST_INSTANCES = 10_000


class LoopBody(Flowing):
    """
    Holds the instances of a multi-instance or looping activity; its boundary events guard all of them.

    Attributes:
        instance_spec: What each instance runs.
        asked: For each event it may throw when an instance completes, the condition that is asked first.
        items: Compiled collection, `None` with a cardinality or a standard loop.
    """

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Spiff has no types
        loop: Loop,
        items: CompiledValue | None,
        cardinality: CompiledValue | None,
        completion: CompiledValue | None,
        condition: CompiledValue | None,
        asked: tuple[CompiledValue | None, ...],
        **kwargs: Any,  # noqa: ANN401 - as above
    ) -> None:
        super().__init__(*args, **kwargs)
        self.loop = loop
        self.items, self.cardinality = items, cardinality
        self.completion, self.condition, self.asked = completion, condition, asked
        self.element_type = "standardLoopBody" if loop.is_standard else "multiInstanceBody"
        self.instance_spec: Any = None

    def enter(self, my_task: ElementInstance) -> None:
        """Begin all instances, or the first."""
        if self.loop.is_standard:
            self._enter_loop(my_task)
            return
        items = self._items(my_task)
        if not self.loop.is_sequential:
            _require_room(my_task, len(items))
        facts = my_task.facts
        facts["total"], facts["done"], facts["results"] = len(items), 0, [None] * len(items)
        self._count(my_task)
        activate(my_task, **arm(my_task), instances=len(items))
        if not items:
            my_task.run()
            return
        my_task._set_state(TaskState.STARTED)
        if self.loop.is_sequential:
            facts["items"] = items
            self._begin_instance(my_task, 0, items[0])
        else:
            for index, item in enumerate(items):
                self._begin_instance(my_task, index, item)

    def _enter_loop(self, task: ElementInstance) -> None:
        task.facts["done"] = 0
        task.local["loopCounter"] = 0
        activate(task, **arm(task))
        if self.loop.tests_before and not self._goes_on(task):
            task.run()
            return
        task._set_state(TaskState.STARTED)
        self._begin_instance(task, 0, None)

    def _goes_on(self, task: ElementInstance) -> bool:
        maximum = self.loop.maximum
        if maximum is not None and task.facts["done"] >= maximum:
            return False
        return self.condition is None or holds(task, self.condition)

    def _items(self, task: ElementInstance) -> list[Any]:
        if self.cardinality is not None:
            count = evaluate(task, self.cardinality)
            text = str(count)
            if isinstance(count, bool) or not text.isdecimal() or int(text) > MOST_INSTANCES:
                raise unfit(
                    "expression",
                    self.cardinality.text,
                    f"a whole number up to {MOST_INSTANCES}",
                    f"不超过 {MOST_INSTANCES} 的整数",
                    count,
                )
            return [None] * int(text)
        if self.items is None:
            raise Failure("expression", "There is neither a collection nor a cardinality.", "没有集合也没有次数。")
        items = evaluate(task, self.items)
        if not isinstance(items, list) or len(items) > MOST_INSTANCES:
            wanted, wanted_zh = f"a list of at most {MOST_INSTANCES} items", f"不超过 {MOST_INSTANCES} 项的列表"
            raise unfit("expression", self.items.text, wanted, wanted_zh, items)
        return items

    def _begin_instance(self, task: ElementInstance, index: int, item: object) -> ElementInstance:
        child = spawn(task, self.instance_spec)
        child.facts["index"] = index
        child.local["loopCounter"] = index
        if self.loop.item is not None:
            child.local.update(as_plain({self.loop.item: item}))
        if self.loop.output_item is not None:
            child.local[self.loop.output_item] = None
        child._ready()
        return child

    def judge(self, instance: ElementInstance) -> None:
        """
        An instance is about to complete: whether that is enough is decided before anything changes.

        Raises:
            Failure: The condition does not evaluate; the instance parks.
        """
        if self.loop.is_standard:
            return
        seen = view(instance)
        result = seen.get(self.loop.output_item) if self.loop.output_item is not None else None
        if self.completion is None and not self.asked:
            instance.chosen = (result, False, ())
            return
        told = self._told(instance, {**seen}, result)
        is_enough = self.completion is not None and _is_true(instance, self.completion, told)
        throws = tuple(
            number
            for number, condition in enumerate(self.asked)
            if condition is None or _is_true(instance, condition, told)
        )
        is_late = self.loop.behavior == "One" and instance.parent.facts["done"] > 0
        instance.chosen = (result, is_enough, () if is_late else throws)

    def _told(self, instance: ElementInstance, seen: dict[str, Any], result: object) -> dict[str, Any]:
        """What a condition sees when an instance has completed."""
        body = instance.parent
        seen["nrOfCompletedInstances"] = body.facts["done"] + 1
        seen["nrOfActiveInstances"] = max(0, seen.get("nrOfActiveInstances", 1) - 1)
        if self.loop.output_collection is not None:
            results = {index: kept[0] for index, kept in enumerate(body.facts["results"]) if kept is not None}
            results[instance.facts["index"]] = result
            seen[self.loop.output_collection] = [results[index] for index in sorted(results)]
        return seen

    def gather(self, instance: ElementInstance) -> None:
        """An instance has completed."""
        body = instance.parent
        body.facts["done"] += 1
        if self.loop.is_standard:
            body.local["loopCounter"] = body.facts["done"]
        else:
            result, is_enough, throws = instance.chosen
            if throws:
                body.facts["throws"] = [*body.facts.get("throws", ()), *throws]
            if self.loop.output_item is not None:
                body.facts["results"][instance.facts["index"]] = [result]
            if is_enough:
                body.facts["enough"] = 1
        instance.local = {}
        if body.facts.get("enough"):
            others = [other for other in body.children if other.task_spec is self.instance_spec]
            discard(*(other for other in others if other is not instance))
        if not self.loop.is_standard:
            self._count(body)
        body.facts["happened"] = 1
        body._ready()

    def resume(self, my_task: ElementInstance) -> None:
        """Begin the next instance, go on waiting, or leave."""
        facts = my_task.facts
        facts.pop("happened", None)
        for number in facts.pop("throws", ()):
            throw_from_loop(my_task, self.loop.throws[number].event)
        if self.loop.is_standard:
            if self._goes_on(my_task):
                my_task._set_state(TaskState.STARTED)
                self._begin_instance(my_task, facts["done"], None)
                return
        elif not facts.get("enough") and facts["done"] < facts["total"]:
            my_task._set_state(TaskState.STARTED)
            if self.loop.is_sequential:
                self._begin_instance(my_task, facts["done"], facts["items"][facts["done"]])
            return
        super().resume(my_task)

    def perform(self, my_task: ElementInstance) -> None:
        """Write the list of results, afresh on each entry."""
        name = self.loop.output_collection
        if name is not None and not self.loop.is_standard:
            values = [result[0] for result in my_task.facts["results"] if result is not None]
            write(my_task, {name: values}, beyond_local=True)

    def _count(self, task: ElementInstance) -> None:
        total, done = task.facts["total"], task.facts["done"]
        active = min(1, total - done) if self.loop.is_sequential else total - done
        task.local["nrOfInstances"] = total
        task.local["nrOfCompletedInstances"] = done
        task.local["nrOfActiveInstances"] = active


def _is_true(task: ElementInstance, condition: CompiledValue, seen: dict[str, Any]) -> bool:
    value = evaluate(task, condition, context=seen)
    if not isinstance(value, bool):
        raise unfit("expression", condition.text, "true or false", "布尔值", value)
    return value


def _require_room(task: ElementInstance, wanted: int) -> None:
    """Loops inside loops multiply: what would run now is bounded, not just each list."""
    if len(task.step.queue) + wanted > MOST_INSTANCES:
        raise Failure(
            "expression",
            f"More than {MOST_INSTANCES} elements would run at once.",
            f"同时运行的元素将超过 {MOST_INSTANCES} 个。",
        )
