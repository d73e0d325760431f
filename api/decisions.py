"""`/api/decisions`: what a decision comes to, and why. Nothing is stored."""

from typing import Any

import marshmallow as ma

from api.auth import current_actor
from api.bodies import accepts_xml
from api.database import reading
from api.parsing import Blueprint, Text, Variables
from engine import clock
from engine.queries.decisions import evaluate_deployed, evaluate_given

decisions = Blueprint("decisions", __name__, url_prefix="/api/decisions", description="Decisions 决策")

_MODEL_MAX = 10_000_000
_FILES_MAX = 50


class EvaluationArguments(ma.Schema):
    """The values to decide on."""

    variables = Variables(load_default=dict)
    trace = ma.fields.Boolean(load_default=False)


class ModelEvaluation(EvaluationArguments):
    """A model to try: one `xml`, or several `files` by name; `decision` is the id of the one that is asked."""

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
    """`result` is JSON; `trace`, when asked for, lists the decisions with the rules that matched."""

    result = ma.fields.Raw()
    trace = ma.fields.List(ma.fields.Dict())
    violations = ma.fields.List(ma.fields.String())
    notes = ma.fields.List(ma.fields.String())


@decisions.post("/<string(maxlength=255):key>/evaluation")
@decisions.arguments(EvaluationArguments)
@decisions.response(200, EvaluationView)
def evaluate(body: dict[str, Any], key: str) -> dict[str, object]:
    """Evaluate the newest version of a deployed decision 评估已部署的决策."""
    with reading() as tx:
        found = evaluate_deployed(tx, key, body["variables"], actor=current_actor(), now=clock.now())
    return _shown(found.as_json(), with_trace=body["trace"])


@decisions.post("/evaluation")
@accepts_xml
@decisions.arguments(ModelEvaluation)
@decisions.response(200, EvaluationView)
def evaluate_model(body: dict[str, Any]) -> dict[str, object]:
    """Evaluate a decision of a model that is not stored 评估未部署的决策模型."""
    texts = body["files"] if "files" in body else {"model.dmn": body["xml"]}
    files = {name: text.encode() for name, text in texts.items()}
    found = evaluate_given(files, body["decision"], body["variables"], actor=current_actor(), now=clock.now())
    return _shown(found.as_json(), with_trace=body["trace"])


def _shown(found: dict[str, object], *, with_trace: bool) -> dict[str, object]:
    return found if with_trace else {name: value for name, value in found.items() if name != "trace"}
