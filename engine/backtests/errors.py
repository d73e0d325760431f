"""What is wrong with a back-test, and not with the cases it tries."""

from engine.errors import Conflict, Invalid, NotFound


class BacktestNotFound(NotFound):
    """No back-test has this id."""

    code = "backtest-not-found"


class BacktestNotReady(Conflict):
    """The back-test is still running, or was reviewed already."""

    code = "backtest-not-ready"


class BacktestInvalid(Invalid):
    """The back-test has no cases, or renames elements that are not there."""

    code = "backtest-invalid"
