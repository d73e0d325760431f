"""
`/api/modeler/lint-rules`: the rules of the deployment check as bpmnlint knows rules, for the modeler's linting.

`POST /api/deployments/check` gives its findings in bpmnlint's shape too: by rule name, lists of
`{id, name, message, category, meta}`.
"""

from collections.abc import Mapping, Sequence

import marshmallow as ma
from flask import current_app, url_for
from werkzeug.exceptions import NotFound

from api.parsing import Blueprint
from engine.commands.deployment_checks import Problem
from engine.queries.lint_rules import LintRule, find_lint_rule, list_lint_rules
from engine.settings import Settings

lint_rules = Blueprint(
    "lint_rules", __name__, url_prefix="/api/modeler/lint-rules", description="Lint rules 模型检查规则"
)
Report = Mapping[str, Sequence[Mapping[str, object]]]


class LintRuleView(ma.Schema):
    """A rule. `message` is English, `message_zh` Chinese; `{…}` stands for what was found."""

    name = ma.fields.String()
    category = ma.fields.String(metadata={"enum": ["error", "warn"]})
    message = ma.fields.String()
    message_zh = ma.fields.String()
    url = ma.fields.Function(lambda rule: rule_url(rule.name), metadata={"type": "string"})


class LintRulesView(ma.Schema):
    """Every rule; `config` is what a `.bpmnlintrc` says of them."""

    items = ma.fields.List(ma.fields.Nested(LintRuleView))
    config = ma.fields.Dict()


@lint_rules.get("")
@lint_rules.response(200, LintRulesView)
def read_all() -> Mapping[str, object]:
    """Rules of the deployment check 模型检查规则."""
    rules = list_lint_rules(requires_performers=requires_performers())
    return {"items": rules, "config": {"rules": {rule.name: rule.category for rule in rules}}}


@lint_rules.get("/<name>")
@lint_rules.response(200, LintRuleView)
def read_one(name: str) -> LintRule:
    """One rule 一条规则."""
    found = find_lint_rule(name, requires_performers=requires_performers())
    if found is None:
        raise NotFound
    return found


def requires_performers() -> bool:
    """Whether a task that names nobody refuses a deployment."""
    settings: Settings = current_app.extensions["opsflow_settings"]
    return settings.requires_performers


def rule_url(name: str) -> str:
    """Where a rule explains itself."""
    return url_for("lint_rules.read_one", name=name)


def lint_reports(problems: Sequence[Problem]) -> Mapping[str, Report]:
    """By file, the findings as `bpmnlint` reports them."""
    found: dict[str, dict[str, list[Mapping[str, object]]]] = {}
    for problem in problems:
        found.setdefault(problem.file, {}).setdefault(problem.code, []).append(
            {
                "id": problem.element_id,
                "name": problem.element_name,
                "message": problem.message_en,
                "message_zh": problem.message_zh,
                "category": "error" if problem.severity == "error" else "warn",
                "meta": {"documentation": {"url": rule_url(problem.code)}, "line": problem.line},
            }
        )
    return found
