"""
The state of an instance as bytes: live element instances and variables, nothing of the diagram.

Same history, same bytes: ids come from the instance's counter, rows stand in order of age, numbers are whole
microseconds. Specs are found again by definition id and element id.
"""

from typing import Any
from uuid import UUID

import orjson

from engine.spiff.executables import Executable
from engine.spiff.instances import ElementInstance, InnerScope, Scope, TopScope, World

CODEC_VERSION = 1


class StateUnreadable(Exception):
    """The bytes are not a state of this codec, or name elements the definition does not have."""


def dump(top: TopScope) -> bytes:
    """Canonical bytes of an instance that waits."""
    scopes = [_scope_row(scope) for scope in top.subprocesses.values()]
    rows = [CODEC_VERSION, top.sequence, int(top.completed), _scope_row(top), scopes]
    # The journal is JSONB, which keeps no order of keys: a replay meets the same values in another order.
    return orjson.dumps(rows, option=orjson.OPT_SORT_KEYS)


def _scope_row(scope: Scope) -> list[Any]:
    owner = scope.owner
    definition_id = None if not scope.is_process or owner is None else str(scope.executable.definition_id)
    return [
        None if owner is None else owner.id,
        definition_id,
        scope.business_key,
        scope.data,
        [_task_row(task) for task in scope.tasks.values()],
    ]


def _task_row(task: ElementInstance) -> list[Any]:
    row = [task.id, task._parent, task.task_spec.name, task._state, task.internal_data, task.local]
    while not row[-1]:
        row.pop()
    return row


def load(state: bytes, executable: Executable, world: World) -> TopScope:
    """
    The instance that `dump` wrote.

    Raises:
        StateUnreadable: Another version, or not of this definition.
    """
    try:
        version, sequence, completed, own, scopes = orjson.loads(state)
        if version != CODEC_VERSION:
            raise StateUnreadable(f"codec version {version}, this is {CODEC_VERSION}")
        top = TopScope(executable, world)
        _fill(top, own)
        top.sequence, top.completed = sequence, bool(completed)
        for row in scopes:
            _load_scope(top, row, world)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise StateUnreadable(repr(error)) from error
    return top


def _load_scope(top: TopScope, row: list[Any], world: World) -> None:
    owner_id, definition_id = row[0], row[1]
    owner = top.get_task_from_id(owner_id)
    if owner is None:
        raise StateUnreadable(f"no element instance {owner_id}")
    if definition_id is None:
        executable = owner.workflow.executable
        scope = InnerScope(executable.scopes[owner.task_spec.bpmn_id], owner, executable, is_process=False)
    else:
        executable = world.environment.executable(UUID(definition_id))
        scope = InnerScope(executable.root, owner, executable, is_process=True)
    _fill(scope, row)


def _fill(scope: Scope, row: list[Any]) -> None:
    _, _, scope.business_key, scope.data, tasks = row
    for values in tasks:
        _load_task(scope, values)


def _load_task(scope: Scope, row: list[Any]) -> None:
    task = ElementInstance.__new__(ElementInstance)
    size = len(row)
    task.id, task._parent, name, task._state = row[:4]
    task.internal_data = row[4] if size > 4 else {}  # noqa: PLR2004 - rows are trimmed at the end
    task.local = row[5] if size > 5 else {}  # noqa: PLR2004 - as above
    task.workflow, task.task_spec, task._children = scope, scope.spec.task_specs[name], []
    task.triggered, task.thread_id, task.data, task.last_state_change, task.chosen = False, 0, {}, 0, None
    scope.tasks[task.id] = task
    if task._parent is None:
        scope.task_tree = task
    else:
        scope.tasks[task._parent]._children.append(task.id)
