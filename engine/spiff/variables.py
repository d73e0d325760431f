"""
Where variables live and who sees them.

A process (the instance's own, or a called one) holds its variables; embedded and event sub-processes share them, and so
do parallel branches and the instances of a loop: what one has written, the others read from then on. What only one
element sees (input parameters, the item of a multi-instance) is local to it and to what runs inside it.

Source:
    BPMN 2.0.2 §10.4.7 (data scoping). Upstream copies the whole data along every branch and merges stale copies back.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from engine.spiff.instances import ElementInstance, TopScope


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


def _layers(task: ElementInstance) -> Iterator[Mapping[str, Any]]:
    current = task
    while True:
        if current.local:
            yield current.local
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
    for name, value in values.items():
        if not beyond_local and name in task.local:
            _set(task, task.local, name, value)
        else:
            _write_outward(task, name, value)


def write_local(task: ElementInstance, values: Mapping[str, Any]) -> None:
    """Set variables that only this element sees."""
    for name, value in values.items():
        _set(task, task.local, name, value)


def _write_outward(task: ElementInstance, name: str, value: object) -> None:
    current = task
    while True:
        if current is not task and name in current.local:
            _set(task, current.local, name, value)
            return
        if current.parent is not current.workflow.task_tree:
            current = current.parent
            continue
        scope = current.workflow
        if scope.is_process or name in scope.data:
            _set(task, scope.data, name, value)
            return
        current = scope.owner


def overwrite(top: TopScope, values: Mapping[str, Any]) -> None:
    """Set variables of the process instance."""
    for name, value in values.items():
        _set(top.task_tree, top.data, name, value)


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
