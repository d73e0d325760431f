"""Errors of drafts; branches of the tree in `engine.errors`."""

from engine.errors import Conflict, Invalid, NotFound


class DraftNotFound(NotFound):
    """There is no such draft, or its owner does not share it."""

    code = "draft-not-found"


class DraftChanged(Conflict):
    """Somebody has saved this draft since; nothing was overwritten."""

    code = "draft-changed"


class TooManyDrafts(Conflict):
    """You keep as many drafts as one person may; deploy or delete some."""

    code = "too-many-drafts"


class DraftInvalid(Invalid):
    """This cannot be kept as a draft."""

    code = "draft-invalid"
