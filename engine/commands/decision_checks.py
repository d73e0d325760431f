"""The check of the decisions in a deployment: in the light of what they import, and of what imports them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from engine import dmn
from engine.handlers import Registry
from engine.persistence.decision_models import ModelSource, find_imported, find_importing
from engine.persistence.transactions import Transaction
from engine.spiff.outcomes import Problem


@dataclass(frozen=True, slots=True)
class CheckedDecisions:
    """What DMN files hold, by file name, and what is wrong with them; files that cannot be used are left out."""

    decisions: tuple[tuple[str, dmn.DecisionSummary], ...]
    models: tuple[tuple[str, dmn.Header], ...]
    problems: tuple[Problem, ...]


def check_decisions(tx: Transaction, files: Mapping[str, bytes], registry: Registry) -> CheckedDecisions:
    """
    Read every DMN file with what it imports: the file beside it, or else the one that is active.

    Deployed files that import one of these must still work with the new one.
    """
    decisions: list[tuple[str, dmn.DecisionSummary]] = []
    models: list[tuple[str, dmn.Header]] = []
    problems: list[Problem] = []
    for name, content in files.items():
        others = {other: source for other, source in files.items() if other != name}
        problems.extend(_ambiguous(name, content, others))
        structure = dmn.check_structure(content)
        problems.extend(_as_problem("error", name, each) for each in structure.errors)
        problems.extend(_as_problem("warning", name, each) for each in structure.warnings)
        imported = _bytes_of(find_imported(tx, content, beside=others))
        try:
            model = dmn.load_model(content, imported=imported)
        except dmn.DmnInvalid as error:
            problems.extend(_as_problem("error", name, each) for each in error.problems)
            continue
        problems.extend(_as_problem("warning", name, each) for each in dmn.advise(content, imported=imported))
        problems.extend(_unknown_functions(name, model, registry))
        decisions.extend((name, decision) for decision in model.decisions)
        header = dmn.read_header(content)
        if header is not None:
            models.append((name, header))
    problems.extend(_broken_importers(tx, files))
    return CheckedDecisions(tuple(decisions), tuple(models), tuple(problems))


def _ambiguous(name: str, content: bytes, others: Mapping[str, bytes]) -> Iterator[Problem]:
    for wanted in dmn.imports_of(content):
        candidates = dmn.chosen(wanted, others)
        if len(candidates) > 1:
            names = ", ".join(candidates[:5])
            en = f"“{wanted.namespace}” is the namespace of several files ({names}); say which by locationURI."
            zh = f"多个文件（{names}）的命名空间都是“{wanted.namespace}”；请用 locationURI 指明。"
            yield Problem("error", name, None, None, "dmn_import_ambiguous", en, zh)


def _unknown_functions(name: str, model: dmn.DecisionModel, registry: Registry) -> Iterator[Problem]:
    for function in sorted(model.calls - registry.functions.keys()):
        en, zh = f"No function is registered as '{function}'.", f"没有注册名为“{function}”的函数。"
        yield Problem("error", name, None, None, "function-unknown", en, zh)


def _broken_importers(tx: Transaction, files: Mapping[str, bytes]) -> Iterator[Problem]:
    """What is deployed and imports one of these files is bound to the new version from now on."""
    if not files:
        return
    for importer in find_importing(tx):
        if importer.file_name in files:
            continue
        imported = find_imported(tx, importer.dmn, beside=files)
        new = next((each.file_name for each in imported if each.version is None), None)
        if new is None:
            continue
        try:
            dmn.load_model(importer.dmn, imported=_bytes_of(imported))
        except dmn.DmnInvalid as error:
            first = error.problems[0]
            en = f"{importer.file_name} is deployed, imports this and would not work any more: {first.message_en}"
            zh = f"已部署的 {importer.file_name} 导入了此文件，将无法继续使用：{first.message_zh}"
            yield Problem("error", new, first.element_id, None, "dmn_importer_broken", en, zh)


def _bytes_of(models: tuple[ModelSource, ...]) -> tuple[bytes, ...]:
    return tuple(each.dmn for each in models)


def _as_problem(severity: Literal["error", "warning"], file: str, found: dmn.DmnProblem) -> Problem:
    return Problem(severity, file, found.element_id, found.line, found.code, found.message_en, found.message_zh)
