"""What is wrong with proofs over the journal."""

from engine.errors import Conflict, NotFound


class CheckpointNotFound(NotFound):
    """There is no checkpoint of this size."""

    code = "checkpoint-not-found"


class EventNotSealed(Conflict):
    """No checkpoint covers this event yet."""

    code = "event-not-sealed"


class CheckpointsNotSigned(Conflict):
    """Checkpoints are not signed here."""

    code = "checkpoints-not-signed"
