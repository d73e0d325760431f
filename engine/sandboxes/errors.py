"""What is wrong with trying a version out."""

from engine.errors import Conflict, Invalid, NotFound


class SandboxNotFound(NotFound):
    """No sandbox of yours has this id; it may have expired."""

    code = "sandbox-not-found"


class SandboxesTooMany(Conflict):
    """You have as many sandboxes as one person may have; delete one first."""

    code = "sandboxes-too-many"


class SandboxFull(Conflict):
    """The sandbox has gone as many steps, or holds as much, as one may; undo some or begin another."""

    code = "sandbox-full"


class SandboxNothingOpen(Conflict):
    """Nothing in the sandbox waits for this any more."""

    code = "sandbox-nothing-open"


class SandboxClockInvalid(Invalid):
    """The clock of a sandbox only goes forward, and not beyond a hundred years."""

    code = "sandbox-clock-invalid"
