"""Compensation and transactions (BPMN 2.0.2 §10.7, §13.5.5, §13.5.6)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.tokengame.diagrams import Event, Node
from tests.tokengame.tokens import Kept, Scope, Undo, Watch, Work

if TYPE_CHECKING:
    from tests.tokengame.game import Game


def remember(game: "Game", work: Work) -> None:
    """An activity has completed: what can undo it, or what ran inside it, is kept."""
    stamp = game.number()
    if work.kept:
        rows = [Kept(each.node, each.inside, each.is_whole, stamp) for each in work.kept]
    elif work.node.handler is not None and (work.node.loop is None or work.holder is not None):
        rows = [Kept(work.node, None, is_whole=True, stamp=stamp)]
    elif work.inside is not None and (work.inside.kept or work.inside.body.undoing is not None):
        rows = [Kept(work.node, work.inside, is_whole=True, stamp=stamp)]
    else:
        return
    kept = work.scope.kept if work.holder is None else work.holder.kept
    place = _place(work, kept)
    kept[place:place] = rows


def _place(work: Work, kept: list[Kept]) -> int:
    """§13.5.5: what followed a boundary event that did not interrupt is undone before the activity."""
    late = _behind(work)
    return next(
        (place for place, each in enumerate(kept) if each.stamp >= work.born and each.node.id in late), len(kept)
    )


def _behind(work: Work) -> set[str]:
    found: set[str] = set()
    stack = [guard for guard in work.node.guards if not guard.interrupts and work.holder is None]
    while stack:
        node = stack.pop()
        if node.id not in found:
            found.add(node.id)
            stack.extend(work.scope.body.nodes[flow.target] for flow in node.outgoing)
            stack.extend(node.guards)
    return found


def throw(game: "Game", work: Work, event: Event) -> bool:
    """Undo what is visible from a throw, scope by scope; whether it waits for that."""
    for level, scope in enumerate(_visible(work)):
        if level < work.level or not any(_is_meant(each, event.name) for each in scope.kept):
            continue
        work.level = level + 1
        undo = Undo(scope, scope.kept, event.name, game.number(), thrower=work if event.waits else None)
        scope.undos.append(undo)
        if event.waits:
            work.state = "undoing"
            return True
    return False


def _visible(work: Work) -> tuple[Scope, ...]:
    owner = work.scope.owner
    is_handler = owner is not None and owner.node.is_event_sub_process
    return (work.scope, owner.scope) if owner is not None and is_handler else (work.scope,)


def _is_meant(kept: Kept, activity: str | None) -> bool:
    return activity in (None, kept.node.id)


def settle_an_undo(game: "Game") -> bool:
    """The next handler of a compensation whose last one has ended, in whatever way."""
    for scope in list(game.scopes()):
        for undo in list(scope.undos):
            if undo.child is None or not undo.child.is_alive:
                _go_on(game, undo)
                return True
    return False


def _go_on(game: "Game", undo: Undo) -> None:
    if undo.current is not None and undo.current.is_whole:
        game.notes.append(("compensated", undo.current.node.id))
    undo.current = undo.child = None
    found = [each for each in undo.kept if each.stamp < undo.before and _is_meant(each, undo.activity)]
    if found:
        undo.current = found[-1]
        undo.kept.remove(found[-1])
        undo.child = _begin(game, undo, found[-1])
        return
    undo.scope.undos.remove(undo)
    if undo.host is not None:
        _leave(game, undo.host, undo.exit)
    elif undo.thrower is not None:
        undo.thrower.state = "arriving"
        game.pass_on(undo.thrower)


def _begin(game: "Game", undo: Undo, kept: Kept) -> Work:
    scope = undo.scope
    if kept.inside is None:
        boundary, handler = kept.node.undo, kept.node.handler
        assert boundary is not None
        assert handler is not None
        game.notes.extend((("activated", boundary.id), ("completed", boundary.id)))
        child = game.arrive(scope, handler, None)
        child.undoes = undo
        return child
    child = Work(kept.node, scope, None, game.number(), undoes=undo, is_silent=True, state="inside")
    scope.works.append(child)
    old = kept.inside
    data = None if old.data is None else dict(old.data)
    child.inner = inner = Scope(old.body, child, data, own=dict(old.own), kept=old.kept)
    event = old.body.undoing if kept.is_whole else None
    if event is None:
        inner.undos.append(Undo(inner, inner.kept, None, game.number()))
    else:
        game.arrive(inner, event, None)
    return child


def cancel(game: "Game", work: Work) -> None:
    """§13.5.6: what completed in the transaction is undone, then it is left by its cancel event."""
    owner = work.scope.owner
    while owner is not None and owner.node.kind != "transaction":
        owner = owner.scope.owner
    assert owner is not None
    host = owner.holder or owner
    game.note(work, "completed")
    work.is_on = False
    abandon(game, owner, next((watch for watch in host.watches if watch.event.kind == "cancel"), None))


def left_by_error(work: Work, watch: Watch) -> Work | None:
    """The outermost sub-process that an error leaves on its way; §13.5.5.3 undoes what completed in it."""
    owner, scope = None, work.scope
    while scope is not watch.scope and scope.owner is not None:
        owner = scope.owner
        scope = owner.scope
    return owner if owner is not None and owner.node.kind == "subProcess" else None


def abandon(game: "Game", owner: Work, watch: Watch | None) -> None:
    """End what is active in it, undo what completed, and leave it through `watch`."""
    if owner.holder is None:
        scope = owner.inner
        assert scope is not None
        scope.kept.extend(_parts_of(game, list(scope.works)))
        kept, host = scope.kept, owner
        _clear(game, scope)
    else:
        host, scope = owner.holder, owner.scope
        kept = _parts_of(game, [host])
        for part in list(host.parts):
            game.kill(part)
    if kept:
        scope.undos.append(Undo(scope, kept, None, game.number() + 1, host=host, exit=watch))
    else:
        _leave(game, host, watch)


def _clear(game: "Game", scope: Scope) -> None:
    for other in list(scope.works):
        game.kill(other)
    scope.listeners, scope.undos = [], []


def _parts_of(game: "Game", works: list[Work]) -> list[Kept]:
    """§10.7: completed parts of what is still active count as completed."""
    return [each for work in works for each in _of_one(game, work)]


def _of_one(game: "Game", work: Work) -> Iterator[Kept]:
    for each in work.kept:
        yield Kept(each.node, each.inside, each.is_whole, game.number())
    for part in (work, *work.parts):
        inner = part.inner
        if inner is None or part.is_silent or _is_deaf(part.node):
            continue
        inner.kept.extend(_parts_of(game, list(inner.works)))
        if inner.kept:
            saved = Scope(inner.body, None, inner.data, own=inner.own, kept=list(inner.kept))
            yield Kept(part.node, saved, is_whole=False, stamp=game.number())


def _is_deaf(node: Node) -> bool:
    return node.is_handler or node.is_event_sub_process


def _leave(game: "Game", host: Work, watch: Watch | None) -> None:
    if not host.is_alive:
        return
    if watch is not None and (watch in host.watches or watch in watch.scope.listeners or watch.work is not None):
        game.occur(watch, {})
    else:
        game.kill(host)


def drop(game: "Game", work: Work) -> None:
    """A work ends: so does the compensation that it waits for, or that would leave it."""
    for scope in list(game.scopes()):
        for undo in list(scope.undos):
            if work in (undo.thrower, undo.host):
                scope.undos.remove(undo)
                if undo.child is not None and undo.child.is_alive:
                    game.kill(undo.child)
