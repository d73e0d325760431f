"""The requirements graph of a file: its decisions, inputs, knowledge models and services (DMN 1.5 chapter 6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from engine.dmn.boxed import Logic, read_child, read_function
from engine.dmn.item_definitions import Item, Types
from engine.dmn.names import attribute, child, children, href, tag_of, text_of
from engine.dmn.reading import Reading
from engine.feel import FeelSyntaxError, compile_unary_tests
from engine.feel.expressions import UnaryTests
from engine.feel.tokens import canonical_name

_MAX_COMPONENTS = 1_000


@dataclass(frozen=True, slots=True)
class Element:
    """
    A node of the graph.

    Attributes:
        kind: decision, inputData, businessKnowledgeModel, decisionService.
        variable: The name under which its value is seen by those that require it.
        requires: Ids; of a service, its input decisions and input data, in the order of its parameters.
        outputs: Of a service, the ids of its output decisions.
    """

    id: str
    kind: str
    name: str
    variable: str
    type_ref: str | None
    requires: tuple[str, ...]
    outputs: tuple[str, ...]
    logic: Logic | None
    table_inputs: tuple[str, ...]
    table_outputs: tuple[str, ...]


def names_of(root: etree._Element) -> frozenset[str]:
    """Every name that an expression of this file may use, so that those of several words are recognised."""
    nodes = ("inputData", "decision", "businessKnowledgeModel", "decisionService")
    parts = ("variable", "itemDefinition", "itemComponent", "column", "formalParameter", "output")
    found = {canonical_name(element.get("name", "")) for element in _all(root, *nodes, *parts)}
    found |= {canonical_name(element.get("iteratorVariable", "")) for element in _all(root, "for", "some", "every")}
    return frozenset(found - {""})


def _all(root: etree._Element, *tags: str) -> Iterator[etree._Element]:
    return (element for element in root.iter() if tag_of(element) in tags)


def read_types(
    root: etree._Element, names: frozenset[str]
) -> tuple[Types, list[tuple[etree._Element, FeelSyntaxError]]]:
    """The item definitions, and what is wrong with them."""
    wrong: list[tuple[etree._Element, FeelSyntaxError]] = []
    items = {
        canonical_name(element.get("name", "")): _item(element, names, wrong)
        for element in children(root, "itemDefinition")
    }
    return Types(items), wrong


def _item(element: etree._Element, names: frozenset[str], wrong: list[tuple[etree._Element, FeelSyntaxError]]) -> Item:
    type_element = child(element, "typeRef")
    written = attribute(element, "typeRef") or ("" if type_element is None else (type_element.text or "").strip())
    return Item(
        canonical_name(element.get("name", "")),
        written or None,
        tuple(_item(component, names, wrong) for component in children(element, "itemComponent")),
        attribute(element, "isCollection") == "true",
        child(element, "functionItem") is not None,
        _values(child(element, "allowedValues"), names, wrong),
        _values(child(element, "typeConstraint"), names, wrong),
    )


def _values(
    element: etree._Element | None, names: frozenset[str], wrong: list[tuple[etree._Element, FeelSyntaxError]]
) -> UnaryTests | None:
    text = text_of(element)
    if element is None or not text:
        return None
    try:
        return compile_unary_tests(text, names=names)
    except FeelSyntaxError as error:
        wrong.append((element, error))
        return None


def read_elements(root: etree._Element, reading: Reading) -> dict[str, Element]:
    """All nodes by id, with the logic of each ready to run."""
    elements: dict[str, Element] = {}
    for kind in ("inputData", "decision", "businessKnowledgeModel", "decisionService"):
        for element in children(root, kind):
            read = _element(element, kind, reading)
            if read.id in elements:
                reading.refuse(element, "dmn_id", f"The id “{read.id}” is there twice.", f"标识“{read.id}”重复。")
            elements[read.id] = read
    _refuse_dangling(root, elements, reading)
    _refuse_cycles(root, elements, reading)
    return elements


def _element(element: etree._Element, kind: str, reading: Reading) -> Element:
    name = canonical_name(attribute(element, "name") or attribute(element, "id") or "")
    element_id = attribute(element, "id") or name
    if not element_id:
        reading.refuse(element, "dmn_id", f"A {kind} has neither id nor name.", f"{kind} 既没有标识也没有名称。")
    variable = child(element, "variable")
    requires, outputs = _service_links(element) if kind == "decisionService" else (_requirements(element), ())
    inputs, table_outputs = _columns(element)
    return Element(
        element_id,
        kind,
        name,
        canonical_name((None if variable is None else attribute(variable, "name")) or name),
        reading.type_ref(variable),
        requires,
        outputs,
        _logic(element, kind, reading, element_id, name),
        inputs,
        table_outputs,
    )


def _logic(element: etree._Element, kind: str, reading: Reading, element_id: str, name: str) -> Logic | None:
    if kind == "decision":
        logic = read_child(element, reading, element_id, name)
        if logic is None:
            reading.refuse(
                element, "dmn_no_logic", f"The decision “{name}” has no logic.", f"决策“{name}”没有决策逻辑。"
            )
        return logic
    if kind == "businessKnowledgeModel":
        inner = child(element, "encapsulatedLogic")
        if inner is None:
            reading.refuse(element, "dmn_no_logic", f"“{name}” has no logic.", f"“{name}”没有决策逻辑。")
            return None
        return read_function(inner, reading, element_id, name)
    return None


def _columns(element: etree._Element) -> tuple[tuple[str, ...], tuple[str, ...]]:
    table = child(element, "decisionTable")
    if table is None:
        return (), ()
    inputs = tuple(text_of(child(clause, "inputExpression")) for clause in children(table, "input"))
    outputs = tuple(attribute(clause, "name") or "" for clause in children(table, "output"))
    return inputs, outputs


def _requirements(element: etree._Element) -> tuple[str, ...]:
    tags = ("requiredInput", "requiredDecision", "requiredKnowledge")
    requirements = children(element, "informationRequirement", "knowledgeRequirement")
    found = (href(requirement, tag) for requirement in requirements for tag in tags)
    return tuple(target for target in found if target is not None)


def _service_links(element: etree._Element) -> tuple[tuple[str, ...], tuple[str, ...]]:
    def targets(*tags: str) -> tuple[str, ...]:
        return tuple((link.get("href") or "").rpartition("#")[2] for link in children(element, *tags))

    return (*targets("inputDecision"), *targets("inputData")), targets("outputDecision")


def _refuse_dangling(root: etree._Element, elements: dict[str, Element], reading: Reading) -> None:
    for owner in children(root, "decision", "businessKnowledgeModel", "decisionService"):
        node = elements.get(attribute(owner, "id") or canonical_name(attribute(owner, "name") or ""))
        for target in () if node is None else (*node.requires, *node.outputs):
            if target not in elements:
                reading.refuse(
                    owner,
                    "dmn_requirement",
                    f"It requires “{target}”, which is not in this file.",
                    f"依赖的“{target}”不在此文件中。",
                )


def _refuse_cycles(root: etree._Element, elements: dict[str, Element], reading: Reading) -> None:
    """Depth first without recursion: a chain may be as long as the file."""
    done: set[str] = set()
    for start in elements:
        path: list[str] = []
        waiting: list[tuple[str, bool]] = [(start, False)]
        while waiting:
            element_id, is_left = waiting.pop()
            if is_left:
                done.add(path.pop())
                continue
            if element_id in path:
                _refuse_cycle(root, element_id, reading)
                return
            if element_id in done or element_id not in elements:
                continue
            path.append(element_id)
            waiting.append((element_id, True))
            node = elements[element_id]
            if node.kind != "businessKnowledgeModel":  # a knowledge model may call itself
                waiting.extend((target, False) for target in node.requires)


def _refuse_cycle(root: etree._Element, element_id: str, reading: Reading) -> None:
    owner = next((element for element in root.iter() if element.get("id") == element_id), root)
    reading.refuse(owner, "dmn_cycle", f"“{element_id}” requires itself.", f"“{element_id}”直接或间接依赖自身。")
