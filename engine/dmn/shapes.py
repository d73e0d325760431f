"""What each element of DMN holds, in its order (`?` at most one, `*` any number), and its attributes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.dmn.boxed import EXPRESSIONS

_LOGIC = "|".join(EXPRESSIONS)
_GRAPH = "decision|businessKnowledgeModel|knowledgeSource|inputData|decisionService"
_NODE = "name"
_TYPED = "typeRef"


@dataclass(frozen=True, slots=True)
class Shape:
    """
    Attributes:
        slots: The names that may stand in each place, and whether any number of them.
        attributes: Those without a namespace; `required` are those that nothing stands for.
    """

    slots: tuple[tuple[frozenset[str], bool], ...]
    attributes: frozenset[str]
    required: frozenset[str] = frozenset()

    def slot_of(self, tag: str, place: int) -> int | None:
        """The slot for a child, at `place` or behind it where there is one; `None` where there is none at all."""
        found = [number for number, (names, _) in enumerate(self.slots) if tag in names]
        return next((number for number in found if number >= place), found[0] if found else None)

    def first_of(self, tag: str) -> int:
        """The first slot for a child, for counting."""
        return next(number for number, (names, _) in enumerate(self.slots) if tag in names)

    def is_many(self, tag: str) -> bool:
        """Whether there may be several of it, or of what stands in its place."""
        return self.slots[self.first_of(tag)][1]


def _shape(holds: str = "", attributes: str = "", required: str = "") -> Shape:
    slots = tuple((frozenset(part[:-1].split("|")), part[-1] == "*") for part in holds.split())
    known = frozenset({"id", "label", *attributes.split(), *required.split()})
    return Shape(slots, known, frozenset(required.split()))


_REFERENCE = _shape("", "", "href")
_CLAUSE = _shape("text? importedValues?", f"{_TYPED} expressionLanguage")
_INNER = _shape(f"{_LOGIC}?", _TYPED)
_ITERATION = f"{_TYPED} iteratorVariable"
_ITEM = _shape(
    "typeRef? allowedValues? typeConstraint? itemComponent* functionItem?", "typeRef typeLanguage isCollection", _NODE
)
_INFORMATION = _shape("", f"{_NODE} {_TYPED}")
_PARAMETER = _shape("", _TYPED, _NODE)
_OBJECTIVES = "supportedObjective* impactedPerformanceIndicator* decisionMaker* decisionOwner* usingProcess* usingTask*"
_REQUIREMENTS = "informationRequirement* knowledgeRequirement* authorityRequirement*"
_TEXT = _shape()

SHAPES: Mapping[str, Shape] = {
    "definitions": _shape(
        f"import* itemDefinition* {_GRAPH}* group|textAnnotation|association* elementCollection* "
        "performanceIndicator|organizationUnit*",
        f"{_NODE} namespace expressionLanguage typeLanguage exporter exporterVersion",
    ),
    "import": _shape("", f"{_NODE} locationURI", "namespace importType"),
    "itemDefinition": _ITEM,
    "itemComponent": _ITEM,
    "functionItem": _shape("parameters*", "outputTypeRef"),
    "parameters": _INFORMATION,
    **dict.fromkeys(("allowedValues", "typeConstraint", "inputValues", "outputValues"), _CLAUSE),
    "decision": _shape(f"question? allowedAnswers? variable? {_REQUIREMENTS} {_OBJECTIVES} {_LOGIC}?", _NODE),
    "businessKnowledgeModel": _shape(
        "variable? encapsulatedLogic? variable? knowledgeRequirement* authorityRequirement*", _NODE
    ),
    "decisionService": _shape("variable? outputDecision* encapsulatedDecision* inputDecision* inputData*", _NODE),
    "knowledgeSource": _shape("authorityRequirement* type? owner?", f"{_NODE} locationURI"),
    "inputData": _shape("variable?", _NODE),
    "informationRequirement": _shape("requiredDecision|requiredInput?"),
    "knowledgeRequirement": _shape("requiredKnowledge?"),
    "authorityRequirement": _shape("requiredDecision|requiredInput|requiredAuthority?"),
    "elementCollection": _shape("drgElement*", _NODE),
    "performanceIndicator": _shape("impactingDecision*", f"{_NODE} URI"),
    "organizationUnit": _shape("decisionMade* decisionOwned*", f"{_NODE} URI"),
    "group": _shape("", _NODE),
    "textAnnotation": _shape("text?", "textFormat"),
    "association": _shape("sourceRef? targetRef?", "associationDirection"),
    "variable": _INFORMATION,
    "column": _PARAMETER,
    "formalParameter": _PARAMETER,
    "parameter": _PARAMETER,
    "literalExpression": _CLAUSE,
    "inputExpression": _CLAUSE,
    "inputEntry": _CLAUSE,
    "outputEntry": _CLAUSE,
    "defaultOutputEntry": _CLAUSE,
    "importedValues": _shape("importedElement?", f"{_NODE} expressionLanguage locationURI namespace importType"),
    "invocation": _shape(f"{_LOGIC}? binding*", _TYPED),
    "binding": _shape(f"parameter? {_LOGIC}?"),
    "context": _shape("contextEntry*", _TYPED),
    "contextEntry": _shape(f"variable? {_LOGIC}?"),
    "functionDefinition": _shape(f"formalParameter* {_LOGIC}?", f"{_TYPED} kind"),
    "encapsulatedLogic": _shape(f"formalParameter* {_LOGIC}?", f"{_TYPED} kind"),
    "relation": _shape("column* row*", _TYPED),
    "row": _shape(f"{_LOGIC}*", _TYPED),
    "list": _shape(f"{_LOGIC}*", _TYPED),
    "conditional": _shape("if? then? else?", _TYPED),
    "filter": _shape("in? match?", _TYPED),
    "for": _shape("in? return?", _ITERATION),
    "some": _shape("in? satisfies?", _ITERATION),
    "every": _shape("in? satisfies?", _ITERATION),
    **dict.fromkeys(("if", "then", "else", "in", "match", "return", "satisfies"), _INNER),
    "decisionTable": _shape(
        "input* output* annotation* rule*", f"{_TYPED} hitPolicy aggregation preferredOrientation outputLabel"
    ),
    "input": _shape("inputExpression? inputValues?"),
    "output": _shape("outputValues? defaultOutputEntry?", f"{_NODE} {_TYPED}"),
    "annotation": _shape("", _NODE),
    "rule": _shape("inputEntry* outputEntry* annotationEntry*"),
    "annotationEntry": _shape("text?"),
    **dict.fromkeys(("text", "question", "allowedAnswers", "type", "typeRef", "importedElement"), _TEXT),
}
TEXTS = frozenset({"text", "question", "allowedAnswers", "type", "typeRef", "importedElement"})
NAMED = frozenset({"definitions", "decision", "businessKnowledgeModel", "decisionService", "inputData", "variable"})


def shape_of(tag: str, owner: str) -> Shape:
    """Of an element inside another; what has no shape of its own is a reference (`href`)."""
    return _REFERENCE if (tag, owner) == ("inputData", "decisionService") else SHAPES.get(tag, _REFERENCE)
