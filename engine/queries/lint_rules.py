"""The rules of the deployment check, for a modeler that wants to show them while somebody draws."""

from dataclasses import dataclass
from typing import Literal

from engine.spiff.findings import PERFORMER_RULES, SENTENCES


@dataclass(frozen=True, slots=True)
class LintRule:
    """
    One rule of the deployment check.

    Attributes:
        category: `error` refuses a deployment, `warn` is kept with it.
        message: The sentence, with places like `{name}` for the facts of a finding.
    """

    name: str
    category: Literal["error", "warn"]
    message: str
    message_zh: str


def list_lint_rules(*, requires_performers: bool = False) -> tuple[LintRule, ...]:
    """Every rule by name, as the house has it: see `engine.commands.deployments.deploy`."""
    raised = PERFORMER_RULES if requires_performers else frozenset()
    return tuple(
        LintRule(code, "error" if severity == "error" or code in raised else "warn", _plain(english), _plain(chinese))
        for code, (severity, english, chinese) in sorted(SENTENCES.items())
    )


def find_lint_rule(name: str, *, requires_performers: bool = False) -> LintRule | None:
    """The rule of this name."""
    rules = list_lint_rules(requires_performers=requires_performers)
    return next((rule for rule in rules if rule.name == name), None)


def _plain(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}")
