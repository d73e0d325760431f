"""
Data objects, properties, `ioSpecification` and data associations: every data element becomes the name of a variable.

A data element is the variable of its name, when that is one word an expression can say, else of its id. A data object
without a name takes that of its reference.

Source:
    BPMN 2.0.2 §10.4 (Items and Data).
"""

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from engine.spiff.attached import Assignment, DataAssociation, DataFlow
from engine.spiff.diagrams import Loop
from engine.spiff.reading.events import Definitions
from engine.spiff.reading.xml import BPMN, child_text, children, line_of, text_of

_ITEMS = ("property", "dataInput", "dataOutput", "inputDataItem", "outputDataItem")
_STORES = ("dataStore", "dataStoreReference")
PLACEHOLDER = "__targetRef_placeholder"


def read_items(root: etree._Element, found: Definitions) -> None:
    """Note the variable of each data element by its id; data stores are none."""
    objects = {each.get("id") or "": each for each in root.iter(f"{{{BPMN}}}dataObject")}
    for reference in root.iter(f"{{{BPMN}}}dataObjectReference"):
        own = objects.get((reference.get("dataObjectRef") or "").rpartition(":")[2])
        name = item_name(reference) if own is None else item_name(own, fallback=reference)
        found.items[reference.get("id") or ""] = name
        if own is not None:
            found.items.setdefault(own.get("id") or "", name)
    for own_id, each in objects.items():
        found.items.setdefault(own_id, item_name(each))
    for kind in _ITEMS:
        for each in root.iter(f"{{{BPMN}}}{kind}"):
            found.items[each.get("id") or ""] = item_name(each)
    for kind in _STORES:
        found.stores.update(each.get("id") or "" for each in root.iter(f"{{{BPMN}}}{kind}"))


def item_name(element: etree._Element, fallback: etree._Element | None = None) -> str:
    """The variable a data element is."""
    for name in (element.get("name"), None if fallback is None else fallback.get("name")):
        if name and name.isidentifier():
            return name
    return element.get("id") or element.get("name") or ""


def data_objects(element: etree._Element, found: Definitions) -> tuple[str, ...]:
    """The variables of the data objects that live in a process or sub-process."""
    return tuple(found.items[each.get("id") or ""] for each in children(element, "dataObject"))


def data_flow(element: etree._Element, found: Definitions) -> DataFlow:
    """What an activity or event says of its data."""
    holder = next(children(element, "ioSpecification"), element)
    return DataFlow(
        inputs=tuple(item_name(each) for each in children(holder, "dataInput")),
        outputs=tuple(item_name(each) for each in children(holder, "dataOutput")),
        input_sets=tuple(_needed(each, "Input", found) for each in children(holder, "inputSet")),
        output_sets=tuple(_needed(each, "Output", found) for each in children(holder, "outputSet")),
        incoming=tuple(_associations(element, "dataInputAssociation", found)),
        outgoing=tuple(_associations(element, "dataOutputAssociation", found)),
        properties=tuple(item_name(each) for each in children(element, "property") if each.get("name") != PLACEHOLDER),
    )


def _needed(element: etree._Element, kind: str, found: Definitions) -> frozenset[str]:
    said = {_reference(each) for each in children(element, f"data{kind}Refs")}
    optional = {_reference(each) for each in children(element, f"optional{kind}Refs")}
    return frozenset(_name(element, each, found) for each in sorted(said - optional))


def _associations(element: etree._Element, kind: str, found: Definitions) -> Iterator[DataAssociation]:
    for each in children(element, kind):
        sources = [_reference(source) for source in children(each, "sourceRef")]
        target = next((_reference(target) for target in children(each, "targetRef")), None)
        if found.stores.intersection((*sources, target)):
            found.complain("data-store-drawn", each)
            continue
        transformation = next(children(each, "transformation"), None)
        assignments = tuple(_assignments(each, found))
        is_drawn_only = target is not None and found.items.get(target) == PLACEHOLDER
        if is_drawn_only or not (sources or assignments or transformation is not None):
            continue
        yield DataAssociation(
            sources=tuple(_name(each, source, found) for source in sources),
            target=None if target is None else _name(each, target, found),
            transformation=None if transformation is None else text_of(transformation),
            language=None if transformation is None else transformation.get("language"),
            assignments=assignments,
            line=line_of(each),
        )


def _assignments(element: etree._Element, found: Definitions) -> Iterator[Assignment]:
    for each in children(element, "assignment"):
        source = next(children(each, "from"), None)
        target = child_text(each, "to") or ""
        first, dot, rest = target.partition(".")
        yield Assignment(
            source="" if source is None else text_of(source),
            target=found.items.get(first, first) + dot + rest,
            language=None if source is None else source.get("language"),
        )


def _reference(element: etree._Element) -> str:
    return text_of(element).rpartition(":")[2]


def _name(element: etree._Element, reference: str, found: Definitions) -> str:
    if reference not in found.items:
        found.complain("dangling-reference", element, reference=reference)
    return found.items.get(reference, reference)


def _variable(reference: str, found: Definitions) -> str:
    """The variable of a data element by a name that may have the prefix of its file, or the text itself."""
    return found.items.get(reference, found.items.get(reference.rpartition(":")[2], reference))


def loop_data(loop: Loop | None, data: DataFlow, found: Definitions) -> tuple[Loop | None, DataFlow]:
    """
    Let a multi-instance take its list from where the data association has it, and put the results where it leads.

    Source:
        BPMN 2.0.2 §10.3.8: `loopDataInputRef` and `loopDataOutputRef` name data of the activity as a whole.
    """
    if loop is None or loop.is_standard:
        return loop, data
    if loop.collection is not None and "camunda:collection" not in loop.attributes:
        name = _variable(loop.collection, found)
        source = next((each for each in data.incoming if each.target == name and not each.assignments), None)
        if source is not None:
            loop = replace(loop, collection=source.transformation or source.sources[0])
            data = replace(data, incoming=tuple(each for each in data.incoming if each is not source))
        else:
            loop = replace(loop, collection=name)
        data = replace(data, inputs=_without(data.inputs, name), input_sets=_sets_without(data.input_sets, name))
    if loop.output_collection is not None:
        name = _variable(loop.output_collection, found)
        target = next((each for each in data.outgoing if name in each.sources and each.target), None)
        if target is not None:
            data = replace(data, outgoing=tuple(each for each in data.outgoing if each is not target))
        loop = replace(loop, output_collection=name if target is None else target.target)
        data = replace(data, outputs=_without(data.outputs, name), output_sets=_sets_without(data.output_sets, name))
    return loop, data


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(each for each in names if each != name)


def _sets_without(sets: tuple[frozenset[str], ...], name: str) -> tuple[frozenset[str], ...]:
    return tuple(each - {name} for each in sets)
