"""Every blueprint, and whether it exists in development only. A noun is routed by adding it here."""

from collections.abc import Sequence

from api.groups import groups
from api.parsing import Blueprint
from api.people import people
from api.sessions import sessions
from api.tokens import tokens

BLUEPRINTS: Sequence[tuple[Blueprint, bool]] = (
    (sessions, False),
    (tokens, False),
    (people, False),
    (groups, False),
)
