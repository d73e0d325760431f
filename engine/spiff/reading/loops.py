"""Loop characteristics."""

from collections.abc import Iterator

from lxml import etree

from engine.spiff.diagrams import Loop, LoopEvent
from engine.spiff.reading.data import item_name
from engine.spiff.reading.events import Definitions, events_of, referred_event
from engine.spiff.reading.xml import attributes_of, child_text, children, line_of


def loop_of(element: etree._Element, found: Definitions) -> Loop | None:
    """How often an activity is repeated, `None` for once."""
    standard = next(children(element, "standardLoopCharacteristics"), None)
    if standard is not None:
        maximum = standard.get("loopMaximum")
        return Loop(
            is_standard=True,
            is_sequential=True,
            condition=child_text(standard, "loopCondition"),
            maximum=int(maximum) if maximum and maximum.strip().lstrip("-").isdigit() else None,
            tests_before=(standard.get("testBefore") or "").strip() in ("true", "1"),
            line=line_of(standard),
            attributes=attributes_of(standard),
        )
    multiple = next(children(element, "multiInstanceLoopCharacteristics"), None)
    return None if multiple is None else _multi_instance(multiple, found)


def _multi_instance(element: etree._Element, found: Definitions) -> Loop:
    attributes = attributes_of(element)
    items = next(children(element, "inputDataItem"), None)
    results = next(children(element, "outputDataItem"), None)
    return Loop(
        is_standard=False,
        is_sequential=(element.get("isSequential") or "").strip() in ("true", "1"),
        cardinality=child_text(element, "loopCardinality"),
        collection=attributes.get("camunda:collection") or child_text(element, "loopDataInputRef"),
        item=attributes.get("camunda:elementVariable") or _item_name(items),
        output_collection=child_text(element, "loopDataOutputRef"),
        output_item=_item_name(results),
        completion=child_text(element, "completionCondition"),
        line=line_of(element),
        behavior=element.get("behavior"),
        throws=tuple(_throws(element, found)),
        attributes=attributes,
    )


def _throws(element: etree._Element, found: Definitions) -> Iterator[LoopEvent]:
    behavior = element.get("behavior")
    if behavior in ("None", "One"):
        reference = element.get(f"{behavior.lower()}BehaviorEventRef")
        event = None if reference is None else referred_event(reference, element, found)
        if event is not None:
            yield LoopEvent(event)
    elif behavior == "Complex":
        for rule in children(element, "complexBehaviorDefinition"):
            condition = child_text(rule, "condition")
            for thrown in children(rule, "event"):
                for event in events_of(thrown, found):
                    yield LoopEvent(event, condition)


def _item_name(element: etree._Element | None) -> str | None:
    return None if element is None else item_name(element)
