"""Errors of jobs, and of bulk operations, which are jobs; branches of the tree in `engine.errors`."""

from engine.errors import Conflict, Invalid, NotFound


class JobNotFound(NotFound):
    """No job has this number; what is done is gone."""

    code = "job-not-found"


class JobNotFailed(Conflict):
    """The job waits or is at work; only one that was given up is taken up again."""

    code = "job-not-failed"


class BulkOperationNotFound(NotFound):
    """No bulk operation has this id."""

    code = "bulk-operation-not-found"


class BulkOperationEnded(Conflict):
    """The bulk operation is over."""

    code = "bulk-operation-ended"


class ParkedAgain(Conflict):
    """What was retried failed again, and remains an incident."""

    code = "parked-again"


class BulkOperationInvalid(Invalid):
    """The bulk operation does not say what to do to which objects."""

    code = "bulk-operation-invalid"
