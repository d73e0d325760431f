"""Who acts. Every command takes one."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class StandIn:
    """Somebody absent whom the actor stands in for now: his tasks and those of his groups, not his permissions."""

    subject: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Actor:
    """
    The subject behind a command, as the journal records it.

    Attributes:
        subject: `person:<uuid>`, `customer:<uuid>`, `system:<part>` or `public`.
        on_behalf_of: Subject the actor stands in for, when it is not himself.
        reason: Why, in the actor's words; some commands demand it.
        origin: Where the command came from: `api`, `worker`, `cli`, `handler:<name>`.
        groups: Ids of its groups now (`supervisor`, `dept:tech_support:lead`, `customer:<uuid>`).
        permissions: What those groups grant: see `engine.access`.
        stands_in_for: Whom the actor stands in for now, through others too.
        owes_purpose: Whether he says what for before he opens a case that is not his work (`engine.history.purposes`).
    """

    subject: str
    on_behalf_of: str | None = None
    reason: str | None = None
    origin: str = "api"
    groups: frozenset[str] = field(default_factory=frozenset)
    permissions: frozenset[str] = field(default_factory=frozenset)
    stands_in_for: tuple[StandIn, ...] = ()
    owes_purpose: bool = False


def system(part: str, *, reason: str | None = None) -> Actor:
    """The service itself, e.g. `system("worker")`; it may do everything the command allows."""
    return Actor(subject=f"system:{part}", origin=part, reason=reason, permissions=frozenset({"*"}))
