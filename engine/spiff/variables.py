"""
Where variables live and who sees them.

A process (the instance's own, or a called one) holds its variables; embedded and event sub-processes share them. After
a parallel split each branch writes to an overlay of its own, so that no branch sees another's half-done work; overlays
flow together at the join, or into the scope when a branch ends in whatever way. When two branches wrote the same name,
the later write stands (stamps come from the instance's counter, not from a clock).

Source:
    BPMN 2.0.2 §10.4.7 (data scoping). Upstream copies the whole data along every branch and merges stale copies back.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import orjson

from engine.spiff.instances import ElementInstance, Scope, TopScope, tokens


class NotPlain(ValueError):
    """A value that JSON cannot hold."""


def plain(values: Mapping[str, object]) -> dict[str, Any]:
    """
    A copy of `values` in JSON types only, members sorted by name and numbers as the database gives them back: a kept, a
    reloaded and a replayed instance cannot differ, whatever a client or the database made of them.

    Raises:
        NotPlain: A value has no JSON form.
    """
    try:
        encoded = orjson.dumps(dict(values), option=orjson.OPT_SORT_KEYS)
        copied: dict[str, Any] = orjson.loads(encoded)
    except (TypeError, orjson.JSONDecodeError) as error:
        raise NotPlain(str(error)) from error
    if b"e+" in encoded or b"-0.0" in encoded:
        return {name: _as_stored(value) for name, value in copied.items()}
    return copied


def _as_stored(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """`jsonb` keeps neither an exponent nor the sign of zero: 1e16 comes back as a whole number, beyond 64 bits not."""
    if isinstance(value, float):
        is_whole = -_LEAST_EXPONENT >= value >= -(2**63) or _LEAST_EXPONENT <= value < 2**64
        return int(value) if is_whole else value or 0.0
    if isinstance(value, list):
        return [_as_stored(item) for item in value]
    if isinstance(value, dict):
        return {name: _as_stored(item) for name, item in value.items()}
    return value


_LEAST_EXPONENT = 1e16


def view(task: ElementInstance) -> Mapping[str, Any]:
    """What an expression at `task` sees. Read only; may be the scope's own dictionary."""
    layers = list(_layers(task))
    if len(layers) == 1:
        return layers[0]
    merged: dict[str, Any] = {}
    for layer in reversed(layers):
        merged.update(layer)
    return merged


def view_across(task: ElementInstance) -> Mapping[str, Any]:
    """What `task` sees, with the writes of all branches that are still apart, the later one standing."""
    seen: list[Mapping[str, Any]] = []
    current = task
    while True:
        seen.append(current.local)
        if current.parent is not current.workflow.task_tree:
            current = current.parent
            continue
        scope = current.workflow
        if scope.is_process:
            break
        seen.append(scope.data)
        current = scope.owner
    merged = everything(scope)
    for layer in reversed(seen):
        merged.update(layer)
    return merged


def _layers(task: ElementInstance) -> Iterator[Mapping[str, Any]]:
    current = task
    while True:
        if current.local:
            yield current.local
        if current.overlay:
            yield {name: entry[0] for name, entry in current.overlay.items()}
        if current.parent is not current.workflow.task_tree:
            current = current.parent
            continue
        scope = current.workflow
        if scope.data or scope.is_process:
            yield scope.data
        if scope.is_process:
            return
        current = scope.owner


def write(task: ElementInstance, values: Mapping[str, Any], *, beyond_local: bool = False) -> None:
    """Set variables from `task`: the innermost scope that owns the name takes it, else the process."""
    stamp = _next_stamp(task) if values else 0
    for name, value in values.items():
        if not beyond_local and name in task.local:
            _set(task, task.local, name, value)
        else:
            _write_outward(task, name, value, stamp)


def write_local(task: ElementInstance, values: Mapping[str, Any]) -> None:
    """Set variables that only this element sees."""
    for name, value in values.items():
        _set(task, task.local, name, value)


def _next_stamp(task: ElementInstance) -> int:
    """When a write is made; while branches of its process are apart, no two writes have the same number."""
    top, scope = task.workflow.top_workflow, task.workflow
    while not scope.is_process:
        scope = scope.owner.workflow
    if scope.stamps is not None:
        top.sequence += 1
    return int(top.sequence)


def _write_outward(task: ElementInstance, name: str, value: object, stamp: int) -> None:
    current = task
    while True:
        if current is not task and name in current.local:
            _set(task, current.local, name, value)
            return
        if current.overlay is not None:
            _set(task, current.overlay, name, [value, stamp])
            return
        if current.parent is not current.workflow.task_tree:
            current = current.parent
            continue
        scope = current.workflow
        if scope.is_process or name in scope.data:
            write_scope(task, scope, name, value, stamp)
            return
        current = scope.owner


def write_scope(task: ElementInstance, scope: Scope, name: str, value: object, stamp: int) -> None:
    """Set a variable of a scope itself; `task` is who does it."""
    if scope.stamps is not None:
        _set(task, scope.stamps, name, stamp)
    _set(task, scope.data, name, value)


def overwrite(top: TopScope, values: Mapping[str, Any]) -> None:
    """Set variables of the process instance, and of each branch still apart that wrote them for itself."""
    token = top.task_tree
    stamp = _next_stamp(token) if values else 0
    for name, value in values.items():
        write_scope(token, top, name, value, stamp)
        for task in _tokens_of_process(top):
            if task.overlay is not None and name in task.overlay:
                _set(task, task.overlay, name, [value, stamp])


_ABSENT = object()


def _set(task: ElementInstance, container: dict[str, Any], name: str, value: object) -> None:
    task.step.undo.append((container, name, container.get(name, _ABSENT)))
    container[name] = value


def take_back(undo: list[tuple[dict[str, Any], str, Any]]) -> None:
    """Undo what was written since the list was last emptied, newest first."""
    while undo:
        container, name, old = undo.pop()
        if old is _ABSENT:
            container.pop(name, None)
        else:
            container[name] = old


def isolate(task: ElementInstance, overlay: dict[str, Any] | None) -> None:
    """Give a branch its own copy of what was written so far; from here on nobody else sees its writes."""
    task.overlay = dict(overlay or {})
    scope = task.workflow
    while True:
        if scope.stamps is None:
            scope.stamps = {}
        if scope.is_process:
            return
        scope = scope.owner.workflow


def merge(into: ElementInstance, overlay: Mapping[str, Any] | None) -> None:
    """Add another branch's writes to this one's at a join."""
    if overlay is None:
        return
    mine = into.overlay if into.overlay is not None else {}
    for name, entry in overlay.items():
        if name not in mine or mine[name][1] <= entry[1]:
            mine[name] = entry
    into.overlay = mine


def release(task: ElementInstance) -> None:
    """A branch ends: what it wrote now belongs to what surrounds it. `settle` follows when all that end have ended."""
    overlay, task.overlay = task.overlay, None
    for name, (value, stamp) in (overlay or {}).items():
        _commit(task, name, value, stamp)


def _commit(task: ElementInstance, name: str, value: object, stamp: int) -> None:
    current = task
    while True:
        if current.overlay is not None:
            kept = current.overlay.get(name)
            if kept is None or kept[1] <= stamp:
                current.overlay[name] = [value, stamp]
            return
        if current.parent is not current.workflow.task_tree:
            current = current.parent
            continue
        scope = current.workflow
        if scope.is_process or name in scope.data:
            if scope.stamps is None or scope.stamps.get(name, 0) <= stamp:
                write_scope(task, scope, name, value, stamp)
            return
        current = scope.owner


def settle(scope: Scope) -> None:
    """When only one branch is left, nothing keeps its writes from the scope any more."""
    apart = list(islice((task for task in tokens(scope) if task.overlay is not None), 2))
    if len(apart) == 1 and apart[0].parent is scope.task_tree:
        only, overlay = apart[0], apart[0].overlay
        only.overlay = None
        for name, (value, stamp) in (overlay or {}).items():
            _commit(only, name, value, stamp)
    _forget_stamps(scope)


def _forget_stamps(scope: Scope) -> None:
    """Which write was later matters as long as a branch of the scope, or of one embedded in it, is apart."""
    while scope.stamps is None or all(task.overlay is None for task in _tokens_of_process(scope)):
        scope.stamps = None
        if scope.owner is None or scope.is_process:
            return
        scope = scope.owner.workflow


def everything(scope: Scope) -> dict[str, Any]:
    """The scope's variables with the writes of branches still apart, the later one standing."""
    merged = dict(scope.data)
    stamps = dict(scope.stamps or {})
    for task in _tokens_of_process(scope):
        for name, (value, stamp) in (task.overlay or {}).items():
            if stamps.get(name, 0) <= stamp:
                merged[name], stamps[name] = value, stamp
    return merged


def _tokens_of_process(scope: Scope) -> Iterator[ElementInstance]:
    """Its element instances and those of its embedded sub-processes at every depth; called processes are apart."""
    inner = scope.top_workflow.subprocesses
    stack = list(tokens(scope))
    while stack:
        task = stack.pop()
        yield task
        found = inner.get(task.id)
        if found is not None and not found.is_process:
            stack.extend(tokens(found))
