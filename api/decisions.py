"""`/api/decisions`: what a decision comes to, and why. Nothing is stored."""

import json
from decimal import Decimal
from typing import Any

import marshmallow as ma
import orjson
from flask import request

from api.auth import current_actor
from api.bodies import accepts_xml
from api.database import reading
from api.parsing import Blueprint, Text, Variables
from engine import clock
from engine.feel import number_of_json
from engine.queries.decisions import evaluate_deployed, evaluate_given

decisions = Blueprint("decisions", __name__, url_prefix="/api/decisions", description="Decisions 决策")

_MODEL_MAX = 10_000_000
_FILES_MAX = 50
_MAX_LONG = 2**63 - 1
_EXACT_DIGITS = 15  # what a float holds of any number


class EvaluationArguments(ma.Schema):
    """The values to decide on."""

    variables = Variables(load_default=dict)
    trace = ma.fields.Boolean(load_default=False)


class ModelEvaluation(EvaluationArguments):
    """A model to try: one `xml`, or several `files` by name; `decision` is the id or name of the one that is asked."""

    xml = Text(maximum=_MODEL_MAX)
    files = ma.fields.Dict(
        keys=Text(minimum=1, maximum=255), values=Text(maximum=_MODEL_MAX), validate=ma.validate.Length(1, _FILES_MAX)
    )
    decision = Text(required=True, minimum=1, maximum=255)

    @ma.validates_schema
    def one_of_both(self, data: dict[str, Any], **_: object) -> None:
        """Refuse none and both."""
        if ("xml" in data) == ("files" in data):
            message = "Send either xml or files."
            raise ma.ValidationError(message, "xml")


class EvaluationView(ma.Schema):
    """
    `result` is JSON, and `results` that of each decision by its id; `trace`, when asked for, says how each came about.

    `notes`, and in Chinese `notes_zh`, are the reasons why something was null, `problems` what is broken in the files.
    """

    result = ma.fields.Raw()
    results = ma.fields.Dict()
    trace = ma.fields.List(ma.fields.Dict())
    violations = ma.fields.List(ma.fields.Dict())
    notes = ma.fields.List(ma.fields.String())
    notes_zh = ma.fields.List(ma.fields.String())
    problems = ma.fields.List(ma.fields.Dict())


@decisions.post("/<string(maxlength=255):key>/evaluation")
@decisions.arguments(EvaluationArguments)
@decisions.response(200, EvaluationView)
def evaluate(body: dict[str, Any], key: str) -> dict[str, object]:
    """Evaluate the newest version of a deployed decision 评估已部署的决策."""
    with reading() as tx:
        found = evaluate_deployed(tx, key, _exact_variables(body), actor=current_actor(), now=clock.now())
    return _shown(found.as_json(), with_trace=body["trace"])


@decisions.post("/evaluation")
@accepts_xml
@decisions.arguments(ModelEvaluation)
@decisions.response(200, EvaluationView)
def evaluate_model(body: dict[str, Any]) -> dict[str, object]:
    """Evaluate a decision of a model that is not stored 评估未部署的决策模型."""
    texts = body["files"] if "files" in body else {"model.dmn": body["xml"]}
    files = {name: text.encode() for name, text in texts.items()}
    found = evaluate_given(files, body["decision"], _exact_variables(body), actor=current_actor(), now=clock.now())
    shown = _shown(found.evaluation.as_json(), with_trace=body["trace"])
    return {**shown, "problems": list(found.problems)}


def _exact_variables(body: dict[str, Any]) -> dict[str, object]:
    """The variables with the numbers as they are written: a float keeps 15 digits of 34."""
    if not body["variables"]:
        return {}
    parsed = json.loads(request.get_data(), parse_float=_number, parse_int=_number)
    variables: dict[str, object] = parsed["variables"]
    return variables


def _number(text: str) -> int | float | Decimal | None:
    if len(text) <= _EXACT_DIGITS:
        return int(text) if text.lstrip("-").isdigit() else float(text)
    return number_of_json(text)


def _exact_json(value: object) -> object:
    """Numbers with more digits than JSON libraries keep are written out."""
    if isinstance(value, Decimal) or (isinstance(value, int) and abs(value) > _MAX_LONG):
        return orjson.Fragment(str(value))
    if isinstance(value, dict):
        return {name: _exact_json(entry) for name, entry in value.items()}
    return [_exact_json(item) for item in value] if isinstance(value, list) else value


def _shown(found: dict[str, object], *, with_trace: bool) -> dict[str, object]:
    return {name: _exact_json(value) for name, value in found.items() if with_trace or name != "trace"}
