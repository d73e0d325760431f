"""
What can be wrong with a request before any command sees it; leaves of the engine's families.

NotAuthenticated ── SignInRequired
Forbidden ───────── CsrfTokenWrong
Invalid ─────────── MembersInvalid, CursorInvalid, BodyUnreadable
Busy ────────────── TooManyRequests, TooManyStreams
"""

from engine.errors import Busy, Forbidden, Invalid, NotAuthenticated


class SignInRequired(NotAuthenticated):
    """Sign in first, or send a bearer token."""

    code = "sign-in-required"


class CsrfTokenWrong(Forbidden):
    """The X-CSRF-Token header is missing or does not belong to this session."""

    code = "csrf-token-wrong"


class MembersInvalid(Invalid):
    """Some members of the request are missing, unknown or wrong."""

    code = "members-invalid"


class CursorInvalid(Invalid):
    """This cursor was not made by this list."""

    code = "cursor-invalid"


class TooManyRequests(Busy):
    """Too many requests from this address; try again later."""

    code = "too-many-requests"


class TooManyStreams(Busy):
    """No more live updates can be sent at the moment; ask for the list instead."""

    code = "too-many-streams"


class BodyUnreadable(Invalid):
    """The body is no JSON that can be accepted."""

    code = "body-unreadable"
