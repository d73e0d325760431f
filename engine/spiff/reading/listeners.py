"""Listeners and injected fields."""

from lxml import etree

from engine.spiff.diagrams import Listener, Parameter, Text
from engine.spiff.reading.extensions import extensions_of
from engine.spiff.reading.xml import children, line_of, local_name, text_of


def listeners_of(element: etree._Element, name: str) -> tuple[Listener, ...]:
    """The `executionListener`s or `taskListener`s of an element, in order."""
    return tuple(_listener(found) for found in extensions_of(element, name))


def _listener(element: etree._Element) -> Listener:
    kind, text, language = _work(element)
    return Listener(
        event=element.get("event") or "",
        kind=kind,
        text=text,
        language=language,
        fields=_fields(element),
        timer=_timer(element),
        line=line_of(element),
    )


def _work(element: etree._Element) -> tuple[str, str, str]:
    delegate, name, expression = (element.get(each) for each in ("delegateExpression", "class", "expression"))
    if delegate or name:
        return "handler", delegate_name(delegate or "") or (name or "").rpartition(".")[2], ""
    if expression:
        return "expression", expression, ""
    for child in element:
        if isinstance(child.tag, str) and local_name(child) == "script":
            is_file = child.get("resource") is not None
            return "script", "" if is_file else (child.text or "").strip(), child.get("scriptFormat") or ""
    return "nothing", "", ""


def delegate_name(text: str) -> str:
    """The name in `${name}`."""
    return text.strip().removeprefix("${").removeprefix("#{").removesuffix("}").strip()


def _timer(element: etree._Element) -> str | None:
    for definition in children(element, "timerEventDefinition"):
        for rule in definition:
            if isinstance(rule.tag, str):
                return text_of(rule)
    return None


def fields_of(element: etree._Element) -> tuple[Parameter, ...]:
    """The `camunda:field`s of an element: fixed values and expressions by name."""
    return tuple(_field(found) for found in extensions_of(element, "field"))


def _fields(listener: etree._Element) -> tuple[Parameter, ...]:
    inside = (child for child in listener if isinstance(child.tag, str) and local_name(child) == "field")
    return tuple(_field(found) for found in inside)


def _field(element: etree._Element) -> Parameter:
    inside = (child.text or "" for child in element if isinstance(child.tag, str))
    text = element.get("stringValue") or element.get("expression") or next(inside, "").strip()
    return Parameter(element.get("name") or "", Text(text), line_of(element))
