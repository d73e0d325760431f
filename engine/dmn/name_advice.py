"""Warnings about names: those that nobody gives, and inputs that nobody reads."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.dmn.names import attribute, children, href, tag_of, text_of
from engine.dmn.reading import Read, Reading
from engine.feel.tokens import canonical_name

_LOCAL = frozenset({"item", "partial", "?"})
_CELLS = frozenset({"inputEntry", "outputEntry", "defaultOutputEntry", "inputValues", "outputValues"})
_LOGIC = ("decision", "businessKnowledgeModel")


def advise_on_names(root: etree._Element, reading: Reading, advice: Reading, seen: frozenset[str]) -> None:
    """
    The findings go to the advice; `seen` are the names of files that are imported without a name of their own.

    A decision that requires nothing reads the variables of its process, so that only names in the cells of its tables
    are asked for: there, a name is most likely a text without quotation marks.
    """
    given = {_key(element): _variable(element) for element in children(root, "inputData", *_LOGIC, "decisionService")}
    imported = {canonical_name(attribute(element, "name") or "") for element in children(root, "import")}
    inputs = {_key(element) for element in children(root, "inputData")}
    read_anywhere: set[str] = set()
    for owner in children(root, *_LOGIC):
        required = {key: given[key] for key in _required(owner) if key in given}
        reads = [read for read in reading.reads if _is_within(read.element, owner)]
        known = _LOCAL | imported | seen | frozenset(required.values()) | _defined_in(owner)
        _advise_on_reads(owner, reads, known, advice, is_explicit=bool(required))
        names = {name for read in reads for name in read.references | read.possible}
        read_anywhere |= set(required)
        _advise_on_unread(owner, {key: name for key, name in required.items() if name not in names}, inputs, advice)
    for service in children(root, "decisionService"):
        read_anywhere |= {(link.get("href") or "").removeprefix("#") for link in children(service, "inputData")}
    for element in children(root, "inputData"):
        if _key(element) not in read_anywhere:
            name = _variable(element)
            advice.refuse(
                element, "dmn_input_unused", f"No decision requires the input “{name}”.", f"没有决策需要输入“{name}”。"
            )


def _key(element: etree._Element) -> str:
    return attribute(element, "id") or canonical_name(attribute(element, "name") or "")


def _variable(element: etree._Element) -> str:
    variable = next(children(element, "variable"), None)
    name = None if variable is None else attribute(variable, "name")
    return canonical_name(name or attribute(element, "name") or "")


def _required(owner: etree._Element) -> Iterator[str]:
    for requirement in children(owner, "informationRequirement", "knowledgeRequirement"):
        for tag in ("requiredInput", "requiredDecision", "requiredKnowledge"):
            target = href(requirement, tag)
            if target is not None:
                yield target.removeprefix("#")


def _is_within(element: etree._Element, owner: etree._Element) -> bool:
    return element is owner or any(ancestor is owner for ancestor in element.iterancestors())


def _defined_in(owner: etree._Element) -> set[str]:
    """Names that its own contexts, functions, iterators and bindings define; its own, for a model that calls itself."""
    found = {_variable(owner)}
    for element in owner.iter():
        if tag_of(element) in {"variable", "formalParameter", "parameter"}:
            found.add(canonical_name(attribute(element, "name") or ""))
        if tag_of(element) in {"for", "some", "every"}:
            found.add(canonical_name(attribute(element, "iteratorVariable") or ""))
    return found


def _advise_on_reads(
    owner: etree._Element, reads: list[Read], known: frozenset[str], advice: Reading, *, is_explicit: bool
) -> None:
    asked = {name for read in reads if tag_of(read.element) == "inputExpression" for name in read.references}
    for read in reads:
        in_cell = tag_of(read.element) in _CELLS
        if not (in_cell or is_explicit):
            continue
        for name in sorted(read.references - known - (frozenset() if is_explicit else asked)):
            place, place_zh = _row(read.element)
            hint = " A text needs quotation marks." if in_cell else ""
            hint_zh = "文本需要加引号。" if in_cell else ""
            advice.refuse(
                read.element,
                "dmn_name_unknown",
                f"{place}“{text_of(read.element)[:60]}” reads “{name}”, which “{_variable(owner)}” does not require."
                + hint,
                f"{place_zh}“{text_of(read.element)[:60]}”读取“{name}”，而“{_variable(owner)}”没有声明需要它。{hint_zh}",
            )


def _row(element: etree._Element) -> tuple[str, str]:
    rule = element.getparent()
    table = None if rule is None else rule.getparent()
    if rule is None or table is None or tag_of(rule) != "rule":
        return "", ""
    row = [*children(table, "rule")].index(rule) + 1
    return f"Row {row}: ", f"第 {row} 行："


def _advise_on_unread(owner: etree._Element, unread: dict[str, str], inputs: set[str], advice: Reading) -> None:
    for key in sorted(unread.keys() & inputs):
        advice.refuse(
            owner,
            "dmn_input_unread",
            f"“{_variable(owner)}” requires the input “{unread[key]}”, but does not read it.",
            f"“{_variable(owner)}”需要输入“{unread[key]}”，却没有读取它。",
        )
