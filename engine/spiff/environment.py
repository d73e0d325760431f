"""What a running instance may ask of the world around it. Replay answers from the journal instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from engine.handlers import Site

if TYPE_CHECKING:
    from engine.spiff.executables import Executable

LOCAL = "local"
"""The name under which an answer says which zone the house had."""


@dataclass(frozen=True, slots=True)
class DecisionOutcome:
    """
    A decision's answer.

    Attributes:
        result: JSON value of the decision, by DMN's own rules.
        rows: Outputs of each matched rule, for `camunda:mapDecisionResult`.
    """

    result: object
    rows: tuple[Mapping[str, object], ...]


class Environment(Protocol):
    """
    Callbacks of a run. Each answer is an input: it is journalled by the one who gives it.

    Raises:
        BpmnError: From a handler: goes to the error boundary.
        HandlerFailed: The token parks at the site as an incident.
    """

    def call_handler(self, name: str, inputs: Mapping[str, object], site: Site) -> Mapping[str, object]:
        """Run a registered handler in a SAVEPOINT."""

    def call_function(self, name: str, arguments: tuple[object, ...], site: Site) -> object:
        """Call a registered read-only function; arguments and value are JSON."""

    def decide(
        self, key: str, binding: str, version: str | None, variables: Mapping[str, object], site: Site
    ) -> DecisionOutcome:
        """Evaluate a deployed decision. `binding`: `latest`, `deployment`, `version`, `versionTag`."""

    def resolve_called(self, key: str, binding: str, version: str | None, site: Site) -> UUID:
        """Choose the process definition a call activity runs."""

    def local_zone(self, site: Site) -> str:
        """The IANA name of the house's zone, asked for what names no offset."""

    def executable(self, definition_id: UUID) -> "Executable":
        """The parsed definition, from the cache or the database."""
