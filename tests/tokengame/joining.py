"""Where tokens wait for each other: parallel, inclusive and complex gateways (BPMN 2.0.2 §13.4)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tests.tokengame.tokens import Scope, Work, reached
from tests.tokengame.ways import holds, ways_out

if TYPE_CHECKING:
    from tests.tokengame.game import Game


def join(game: "Game", work: Work) -> None:
    """§13.4.1: one token of each incoming flow; more of one flow wait for the next round."""
    work.state = "joining"
    taken = _oldest(work)
    if len(taken) >= len(work.node.incoming):
        _unite(game, work, taken.values())


def fire_an_inclusive_join(game: "Game") -> bool:
    for work in _joining(game, "inclusiveGateway"):
        if not _is_awaited(work, {each.flow for each in _like(work)}):
            _unite(game, work, _oldest(work).values())
            return True
    return False


def come_to_complex(game: "Game", work: Work) -> None:
    """Table 13.5: the activation condition starts it, unless it waits for its reset."""
    work.state = "joining"
    if len(work.node.incoming) == 1:
        game.note(work, "activated")
        game.done(work)
    elif _memory(work.scope, work) is None and len(_like(work)) >= work.node.enough_tokens:
        _start(game, work)


def settle_a_complex_gateway(game: "Game") -> bool:
    for scope in game.scopes():
        for work in scope.works:
            if work.state == "remembering" and _reset(game, work):
                return True
    for work in _joining(game, "complexGateway"):
        if _memory(work.scope, work) is None and len(_like(work)) >= work.node.enough_tokens:
            _start(game, work)
            return True
    return False


def _start(game: "Game", work: Work) -> None:
    taken = _oldest(work)
    data = {**game.visible(work.scope), "waitingForStart": True}
    if set(taken) != {flow.id for flow in work.node.incoming}:
        memory = Work(work.node, work.scope, None, game.number(), state="remembering", consumed=set(taken))
        work.scope.works.append(memory)
    _take(work, taken.values())
    game.note(work, "activated")
    chosen = ways_out(work.node, data)
    assert chosen is not None
    game.done(work, chosen)


def _reset(game: "Game", memory: Work) -> bool:
    late: dict[str | None, Work] = {}
    for each in _like(memory):
        if each.flow not in memory.consumed:
            late.setdefault(each.flow, each)
    if _is_awaited(memory, memory.consumed | set(late)):
        return False
    memory.is_alive = False
    memory.scope.works.remove(memory)
    if not late:
        return True
    first = next(iter(late.values()))
    _take(first, late.values())
    data = {**game.visible(first.scope), "waitingForStart": False}
    flows = first.node.outgoing
    held = [flow for flow in flows if flow.condition is not None and holds(flow.condition, data)]
    if any(flow.condition is not None or flow.id == first.node.default for flow in flows):
        game.note(first, "activated")
        game.done(first, tuple(held or [flow for flow in flows if flow.id == first.node.default]))
    else:
        first.is_alive = False
        first.scope.works.remove(first)
    return True


def _memory(scope: Scope, work: Work) -> Work | None:
    return next((each for each in scope.works if each.node is work.node and each.state == "remembering"), None)


def _joining(game: "Game", kind: str) -> list[Work]:
    return [
        work for scope in game.scopes() for work in scope.works if work.state == "joining" and work.node.kind == kind
    ]


def _like(work: Work) -> list[Work]:
    return [each for each in work.scope.works if each.node is work.node and each.state == "joining"]


def _oldest(work: Work) -> dict[str | None, Work]:
    taken: dict[str | None, Work] = {}
    for other in _like(work):
        taken.setdefault(other.flow, other)
    return taken


def _unite(game: "Game", work: Work, taken: Iterable[Work]) -> None:
    _take(work, taken)
    game.note(work, "activated")
    game.done(work)


def _take(work: Work, taken: Iterable[Work]) -> None:
    for other in taken:
        if other is not work:
            other.is_alive = False
            work.scope.works.remove(other)


def _is_awaited(work: Work, filled: set[str | None]) -> bool:
    """§13.4.3: a token elsewhere can reach a flow that is empty, and none that is not."""
    if filled >= {flow.id for flow in work.node.incoming}:
        return False
    for other in work.scope.works:
        if other.node is not work.node:
            found = reached(other.node, work.node, work.scope.body)
            if found - filled and not found & filled:
                return True
    return False
