"""Evaluating decisions on request: deployed ones, and files that are not stored. Nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine import access, dmn
from engine.actors import Actor
from engine.errors import DecisionInvalid, DecisionNotFound
from engine.feel import FeelError
from engine.persistence.decision_models import find_imported
from engine.persistence.definitions import bind_decision
from engine.persistence.transactions import Transaction

_NOBODY = UUID(int=0)


def evaluate_deployed(
    tx: Transaction, key: str, variables: Mapping[str, object], *, actor: Actor, now: datetime
) -> dmn.Evaluation:
    """
    Evaluate the newest version of a deployed decision.

    Args:
        variables: JSON; ISO 8601 text becomes temporal where the model's item definitions say so.

    Raises:
        NotPermitted: The actor may not evaluate.
        DecisionNotFound: No decision has this key.
        DecisionInvalid: A bound was exceeded while it was evaluated.
    """
    access.require(actor, access.EVALUATE)
    source = bind_decision(tx, key, binding="latest", version=None, caller=_NOBODY)
    if source is None:
        message = f"No decision with the key {key!r:.80} is deployed."
        raise DecisionNotFound(message)
    imported = tuple(each.dmn for each in find_imported(tx, source.dmn))
    try:
        model = dmn.load_model(source.dmn, imported=imported)
    except dmn.DmnInvalid as error:
        message = f"{len(error.problems)} problem(s) with what {key!r:.80} imports."
        problems = [_fact(key, problem) for problem in error.problems]
        raise DecisionInvalid(message, problems=problems) from error
    return _evaluated(model, key, variables, now)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a model that is not stored came to, and what is broken in it, each with its file."""

    evaluation: dmn.Evaluation
    problems: tuple[Mapping[str, object], ...]


def evaluate_given(
    files: Mapping[str, bytes], decision: str, variables: Mapping[str, object], *, actor: Actor, now: datetime
) -> Trial:
    """
    Evaluate a decision of models that are given with the request.

    Args:
        files: DMN files by name. The decision, or decision service, is looked for in each, by id and then by name.
            What is broken in a file but leaves the rest of it usable is null, and told with the result.

    Raises:
        NotPermitted: The actor may not evaluate.
        DecisionInvalid: With every problem of the files (`problems`), or a bound was exceeded.
        DecisionNotFound: None of the files has it.
    """
    access.require(actor, access.EVALUATE)
    models, problems, unusable = [], list[Mapping[str, object]](), 0
    for name, source in files.items():
        try:
            others = tuple(other for other_name, other in sorted(files.items()) if other_name != name)
            others = others if b"import" in source else ()  # each is read for every file that may need it
            models.append(dmn.load_model(source, imported=others, is_draft=True))
            problems += [_fact(name, problem) for problem in models[-1].problems]
        except dmn.DmnInvalid as error:
            problems += [_fact(name, problem) for problem in error.problems]
            unusable += 1
    known = [(model, found) for model in models if (found := model.find(decision)) is not None]
    for model, found in sorted(known, key=lambda pair: pair[1] != decision):  # an id wins over a name
        return Trial(_evaluated(model, found, variables, now), tuple(problems))
    if unusable:
        message = f"{len(problems)} problem(s) in these files."
        raise DecisionInvalid(message, problems=problems)
    message = f"None of these files has the decision {decision!r:.80}."
    raise DecisionNotFound(message)


def _evaluated(
    model: dmn.DecisionModel, decision: str, variables: Mapping[str, object], now: datetime
) -> dmn.Evaluation:
    try:
        return model.evaluate(decision, variables, now=now, is_trial=True)
    except FeelError as error:
        raise DecisionInvalid(error.message, detail_zh=error.message_zh) from error


def _fact(file: str, problem: dmn.DmnProblem) -> dict[str, object]:
    return {
        "severity": "error",
        "file": file,
        "element_id": problem.element_id,
        "line": problem.line,
        "code": problem.code,
        "message": problem.message_en,
        "message_zh": problem.message_zh,
    }
