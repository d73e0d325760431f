"""Ad-hoc sub-processes (BPMN 2.0.2 §13.3.5)."""

from typing import TYPE_CHECKING

from tests.tokengame.tokens import Scope, Work

if TYPE_CHECKING:
    from tests.tokengame.game import Game


def is_enough(game: "Game", work: Work) -> bool:
    """Asked after each activity."""
    rules = work.scope.body.ad_hoc
    if rules is None or rules.enough is None or work.scope.is_enough or not work.node.is_activity:
        return False
    return game.visible(work.scope).get(rules.enough) is True


def conclude(game: "Game", scope: Scope) -> None:
    """Nothing more begins; what runs is cancelled, or goes on to its end."""
    scope.is_enough, scope.todo = True, []
    assert scope.body.ad_hoc is not None
    for other in list(scope.works):
        if scope.body.ad_hoc.cancels_rest or other.state in ("arriving", "joining", "remembering"):
            game.kill(other)


def go_on(game: "Game") -> bool:
    """The next activity of a sequential one; or it is over, as data says so while nothing runs."""
    for scope in game.scopes():
        rules = scope.body.ad_hoc
        if rules is None or scope.works or scope.undos or scope.is_enough:
            continue
        if scope.todo:
            game.arrive(scope, scope.todo.pop(0), None)
            return True
        if rules.enough is not None and game.visible(scope).get(rules.enough) is True:
            scope.is_enough = True
            return True
    return False


def is_open(scope: Scope) -> bool:
    """Whether it waits for more although nothing runs in it."""
    rules = scope.body.ad_hoc
    return rules is not None and not scope.is_enough and (rules.enough is not None or bool(scope.todo))
