"""Multi-instance and loops (BPMN 2.0.2 §13.3.6, §13.3.7)."""

from typing import TYPE_CHECKING

from tests.tokengame.tokens import Work

if TYPE_CHECKING:
    from tests.tokengame.game import Game


def enter_loop(game: "Game", work: Work) -> None:
    loop = work.node.loop
    assert loop is not None
    work.state = "inside"
    work.watches = [watch for guard in work.node.guards for watch in game.watch(guard, "edge", work, work.scope)]
    for index in range(1 if loop.is_sequential else loop.count):
        game.arrive(work.scope, work.node, work.flow, work).index = index


def gather(game: "Game", part: Work, holder: Work) -> None:
    loop = holder.node.loop
    assert loop is not None
    game.leave(part)
    holder.results.setdefault(part.index or 0, None)
    done = len(holder.results)
    is_enough = loop.enough_at is not None and done >= loop.enough_at
    if not is_enough and done < loop.count:
        if loop.is_sequential:
            game.arrive(holder.scope, holder.node, holder.flow, holder).index = done
        return
    for other in list(holder.parts):
        game.kill(other)
    holder.state = "finishing"
    game.queue.append(holder)


def finish(game: "Game", holder: Work) -> None:
    """All its instances are done: until now it was active, and what its edge waits for could end it."""
    loop = holder.node.loop
    assert loop is not None
    if loop.output is not None:
        game.write(holder, {loop.output[0]: [holder.results[each] for each in sorted(holder.results)]})
    game.done(holder)
