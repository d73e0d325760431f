"""The requirements graph of a file: its decisions, inputs, knowledge models and services (DMN 1.5 chapter 6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.dmn.boxed import Logic, read_child, read_function
from engine.dmn.item_definitions import Types
from engine.dmn.names import attribute, child, children, href, tag_of, text_of
from engine.dmn.reading import Reading
from engine.dmn.sources import Source
from engine.feel.tokens import canonical_name


@dataclass(frozen=True, slots=True)
class Requirement:
    """What an element requires: its unique id, and the import name under which it is seen (None: the own file's)."""

    key: str
    group: str | None


@dataclass(frozen=True, slots=True)
class Element:
    """
    A node of the graph.

    Attributes:
        id: Unique among all files: an imported one has its namespace in front.
        kind: decision, inputData, businessKnowledgeModel, decisionService.
        variable: The name under which its value is seen by those that require it.
        types: Those of its own file.
        requires: Of a service, its input data and input decisions, in the order of its parameters: data first.
        outputs: Of a service, its output decisions.
        ways: The import names that lead to its file, one path for each way; the main file's own has the empty path.
    """

    id: str
    kind: str
    name: str
    variable: str
    type_ref: str | None
    types: Types
    requires: tuple[Requirement, ...]
    outputs: tuple[Requirement, ...]
    logic: Logic | None
    table_inputs: tuple[str, ...]
    table_outputs: tuple[str, ...]
    ways: tuple[tuple[str, ...], ...]


def names_of(root: etree._Element) -> frozenset[str]:
    """Every name that an expression of this file may use, so that those of several words are recognised."""
    nodes = ("inputData", "decision", "businessKnowledgeModel", "decisionService")
    parts = ("variable", "itemDefinition", "itemComponent", "column", "formalParameter", "output")
    found = {canonical_name(element.get("name", "")) for element in _all(root, *nodes, *parts)}
    found |= {canonical_name(element.get("iteratorVariable", "")) for element in _all(root, "for", "some", "every")}
    return frozenset(found - {""})


def names_seen_by(source: Source) -> frozenset[str]:
    """Those of the file, and of the files it imports with the names it gives them."""
    names = names_of(source.root)
    for name, imported in source.imports:
        names |= names_of(imported.root) | ({name} if name else frozenset())
    return names


def _all(root: etree._Element, *tags: str) -> Iterator[etree._Element]:
    return (element for element in root.iter() if tag_of(element) in tags)


def read_elements(source: Source, reading: Reading, ways: tuple[tuple[str, ...], ...]) -> dict[str, Element]:
    """All nodes of one file by id, with the logic of each ready to run."""
    elements: dict[str, Element] = {}
    for kind in ("inputData", "decision", "businessKnowledgeModel", "decisionService"):
        for element in children(source.root, kind):
            read = _element(element, kind, source, reading, ways)
            if read.id in elements:
                reading.refuse(element, "dmn_id", f"The id “{read.id}” is there twice.", f"标识“{read.id}”重复。")
            elements[read.id] = read
    return elements


def _element(
    element: etree._Element, kind: str, source: Source, reading: Reading, ways: tuple[tuple[str, ...], ...]
) -> Element:
    name = canonical_name(attribute(element, "name") or attribute(element, "id") or "")
    element_id = attribute(element, "id") or name
    if not element_id:
        reading.refuse(element, "dmn_id", f"A {kind} has neither id nor name.", f"{kind} 既没有标识也没有名称。")
    variable = child(element, "variable")
    links = _service_links(element) if kind == "decisionService" else (_requirements(element), ())
    requires, outputs = (
        tuple(Requirement(source.key_of(link), source.group_of(link)) for link in part) for part in links
    )
    inputs, table_outputs = _columns(element)
    key = source.prefix + element_id
    return Element(
        key,
        kind,
        name,
        canonical_name((None if variable is None else attribute(variable, "name")) or name),
        reading.type_ref(variable),
        reading.types,
        requires,
        outputs,
        _logic(element, kind, reading, key, name),
        inputs,
        table_outputs,
        ways,
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
        return tuple(link.get("href") or "" for link in children(element, *tags))

    return (*targets("inputData"), *targets("inputDecision")), targets("outputDecision")


def refuse_dangling(source: Source, elements: Mapping[str, Element], reading: Reading) -> None:
    """A problem for every requirement that leads nowhere."""
    for owner in children(source.root, "decision", "businessKnowledgeModel", "decisionService"):
        own_id = attribute(owner, "id") or canonical_name(attribute(owner, "name") or "")
        node = elements.get(source.prefix + own_id)
        for target in () if node is None else (*node.requires, *node.outputs):
            if target.key not in elements:
                reading.refuse(
                    owner,
                    "dmn_requirement",
                    f"It requires “{target.key}”, which is not in this file or those it imports.",
                    f"依赖的“{target.key}”不在此文件及其导入的文件中。",
                )


def circle_in(elements: Mapping[str, Element]) -> str | None:
    """The id of an element that requires itself; depth first without recursion, for a chain may be long."""
    done: set[str] = set()
    for start in elements:
        path: dict[str, None] = {}
        waiting: list[tuple[str, bool]] = [(start, False)]
        while waiting:
            key, is_left = waiting.pop()
            if is_left:
                done.add(path.popitem()[0])
            elif key in path:
                return key
            elif key in elements and key not in done:
                path[key] = None
                waiting.append((key, True))
                if elements[key].kind != "businessKnowledgeModel":  # a knowledge model may call itself
                    waiting.extend((target.key, False) for target in elements[key].requires)
    return None
