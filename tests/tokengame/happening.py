"""Events that are waited for: what happens when one occurs (BPMN 2.0.2 §10.5, §13.5)."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tests.tokengame.tokens import Watch

if TYPE_CHECKING:
    from tests.tokengame.game import Game


def take(game: "Game", watch: Watch, values: Mapping[str, object]) -> None:
    """An event has come: enough for itself, or for a multiple event, or one of all that a parallel one needs."""
    group = watch.group
    if group is None:
        game.occur(watch, values)
    elif not group.needs_all:
        _count(watch)
        game.occur(watch, values)
    else:
        _count(watch)
        watch.is_open = False
        group.got.update(values)
        if not any(each.is_open for each in group.watches):
            got, group.got = group.got, {}
            game.occur(watch, got)
            _listen_again(watch)


def _listen_again(watch: Watch) -> None:
    group, home = watch.group, watch.scope.listeners if watch.work is None else watch.work.watches
    assert group is not None
    if any(each.due is not None and each.left <= 0 for each in group.watches):
        for each in group.watches:
            if each in home:
                home.remove(each)
    for each in group.watches:
        each.is_open = True


def again(watch: Watch) -> None:
    """What does not interrupt happens again and again; a timer as often as its cycle says."""
    if watch.group is None:
        _count(watch)


def _count(watch: Watch) -> None:
    if watch.due is None:
        return
    watch.left -= 1
    assert watch.event.every is not None
    watch.due += watch.event.every
    if watch.left == 0 and not (watch.group is not None and watch.group.needs_all):
        home = watch.scope.listeners if watch.work is None else watch.work.watches
        if watch in home:
            home.remove(watch)


def ask_a_condition(game: "Game") -> bool:
    """Let the first conditional event happen whose condition has become true; whether there was one."""
    for watch in game.watches():
        if watch.event.kind != "conditional":
            continue
        is_true = _is_true(watch.event.name or "", game.visible(watch.scope))
        became, watch.held = is_true and not watch.held, is_true
        if became:
            take(game, watch, {})
            return True
    return False


def _is_true(text: str, data: Mapping[str, object]) -> bool:
    """`name = 7`."""
    found = re.fullmatch(r"(\w+) = (\d+)", text)
    assert found is not None
    return data.get(found[1]) == int(found[2])
