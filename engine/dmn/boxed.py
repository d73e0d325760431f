"""Boxed expressions (DMN 1.5 §7.3, §10.2): each becomes a closure over a scope and the recorder of the evaluation."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from lxml import etree

from engine.dmn.item_definitions import MISMATCH
from engine.dmn.names import attribute, child, children, tag_of, text_of
from engine.dmn.reading import Reading
from engine.dmn.table_reader import read_table
from engine.dmn.traces import Recorder
from engine.feel.calls import apply_function, called
from engine.feel.loops import so_far, values_of
from engine.feel.scopes import Run, Scope
from engine.feel.tokens import canonical_name
from engine.feel.values import FeelFunction

Logic = Callable[[Scope, Recorder], object]
EXPRESSIONS = (
    "literalExpression",
    "decisionTable",
    "context",
    "invocation",
    "list",
    "relation",
    "functionDefinition",
    "conditional",
    "filter",
    "for",
    "some",
    "every",
)


def read_child(element: etree._Element, reading: Reading, owner_id: str, name: str) -> Logic | None:
    """The boxed expression inside of an element; None when there is none."""
    inner = next(children(element, *EXPRESSIONS), None)
    return None if inner is None else read_boxed(inner, reading, owner_id, name)


def read_boxed(element: etree._Element, reading: Reading, owner_id: str, name: str) -> Logic:
    """The closure of a boxed expression; problems go to the reading."""
    read = _READERS[tag_of(element) or ""]
    return read(element, reading, owner_id, name)


def _required(element: etree._Element, tag: str, reading: Reading, owner_id: str, name: str) -> Logic:
    """The boxed expression inside of the child `tag`; a problem when there is none."""
    holder = child(element, tag)
    logic = None if holder is None else read_child(holder, reading, owner_id, name)
    if logic is None:
        reading.refuse(
            element, "dmn_incomplete", f"<{tag_of(element)}> has no <{tag}>.", f"<{tag_of(element)}> 缺少 <{tag}>。"
        )
        return _nothing
    return logic


def _nothing(_scope: Scope, _recorder: Recorder) -> object:
    return None


def _literal(element: etree._Element, reading: Reading, _owner_id: str, _name: str) -> Logic:
    text = text_of(element)
    if child(element, "importedValues") is not None:
        reading.refuse(element, "dmn_import_values", "Imported values are not supported.", "不支持导入的值。")
    if not text:
        return _nothing
    closure = reading.expression(element, text)
    return lambda scope, _recorder: closure(scope)


def _table(element: etree._Element, reading: Reading, owner_id: str, name: str) -> Logic:
    return read_table(element, reading, owner_id, name).evaluate


def _context(element: etree._Element, reading: Reading, owner_id: str, name: str) -> Logic:
    """Each entry sees those before it; one without a name is the result (Table 31)."""
    entries: list[tuple[str | None, str | None, Logic]] = []
    for entry in children(element, "contextEntry"):
        variable = child(entry, "variable")
        key = None if variable is None else attribute(variable, "name")
        logic = read_child(entry, reading, owner_id, key or name)
        entries.append((None if key is None else canonical_name(key), reading.type_ref(variable), logic or _nothing))

    def run(scope: Scope, recorder: Recorder) -> object:
        values: dict[str, object] = {}
        inner = scope.inner(values)
        for key, type_ref, logic in entries:
            value = _checked(logic(inner, recorder), type_ref, reading, inner, key or name)
            if key is None:
                return value
            values[key] = value
        return values

    return run


def _checked(value: object, type_ref: str | None, reading: Reading, scope: Scope, name: str) -> object:
    if type_ref is None or isinstance(value, FeelFunction):  # many tools write the type of what a function gives
        return value
    typed = reading.types.coerced(value, type_ref, scope)
    return scope.run.null(f"“{name}” is no {type_ref}.") if typed is MISMATCH else typed


def _invocation(element: etree._Element, reading: Reading, owner_id: str, name: str) -> Logic:
    function = read_child(element, reading, owner_id, name) or _nothing
    bindings: list[tuple[str, Logic]] = []
    for binding in children(element, "binding"):
        parameter = child(binding, "parameter")
        key = None if parameter is None else attribute(parameter, "name")
        if key is None:
            reading.refuse(binding, "dmn_binding", "A binding has no parameter.", "绑定没有参数名。")
            continue
        bindings.append((canonical_name(key), read_child(binding, reading, owner_id, key) or _nothing))
    names = tuple(key for key, _ in bindings)

    def run(scope: Scope, recorder: Recorder) -> object:
        arguments = [logic(scope, recorder) for _, logic in bindings]
        return apply_function(scope.run, function(scope, recorder), arguments, names)

    return run


def _list(element: etree._Element, reading: Reading, owner_id: str, name: str) -> Logic:
    items = [read_boxed(item, reading, owner_id, name) for item in children(element, *EXPRESSIONS)]
    return lambda scope, recorder: [item(scope, recorder) for item in items]


def _relation(element: etree._Element, reading: Reading, owner_id: str, name: str) -> Logic:
    columns = [canonical_name(attribute(column, "name") or "") for column in children(element, "column")]
    rows: list[list[Logic]] = []
    for row in children(element, "row"):
        cells = [read_boxed(cell, reading, owner_id, name) for cell in children(row, *EXPRESSIONS)]
        if len(cells) != len(columns):
            reading.refuse(row, "dmn_row", "A row has not as many cells as columns.", "行的单元格数与列数不符。")
        rows.append(cells)
    return lambda scope, recorder: [
        {column: cell(scope, recorder) for column, cell in zip(columns, cells, strict=True)} for cells in rows
    ]


def read_function(element: etree._Element, reading: Reading, owner_id: str, name: str) -> Logic:
    """`<functionDefinition>`, also as the encapsulated logic of a business knowledge model."""
    if (attribute(element, "kind") or "FEEL") != "FEEL":
        return _external(element, reading, name)
    formal = list(children(element, "formalParameter"))
    parameters = tuple(canonical_name(attribute(parameter, "name") or "") for parameter in formal)
    types = [reading.type_ref(parameter) for parameter in formal]
    body = read_child(element, reading, owner_id, name) or _nothing
    cost = len(parameters) + 1

    def define(scope: Scope, recorder: Recorder) -> object:
        def call(run: Run, arguments: list[object]) -> object:
            if len(arguments) != len(parameters):
                return run.null(f"{name} takes {len(parameters)} arguments, not {len(arguments)}.")
            values: dict[str, object] = {}
            for parameter, type_ref, argument in zip(parameters, types, arguments, strict=True):
                typed = reading.types.coerced(argument, type_ref, scope)
                if typed is MISMATCH:
                    return run.null(f"{name}: the argument {parameter} is no {type_ref}.")
                values[parameter] = typed
            return called(run, lambda inner: body(inner, recorder), Scope(run, values, scope), cost)

        return FeelFunction(name, parameters, call)

    return define


def _external(element: etree._Element, reading: Reading, name: str) -> Logic:
    """A function in Java or PMML; calling it gives null, as when its result cannot be had (§10.3.2.13.3)."""
    reading.refuse(
        element, "dmn_external", "External functions (Java, PMML) are not supported.", "不支持外部函数（Java、PMML）。"
    )
    parameters = (canonical_name(attribute(each, "name") or "") for each in children(element, "formalParameter"))

    def call(run: Run, _arguments: list[object]) -> object:
        return run.null(f"The function {name} is external (Java, PMML).")

    function = FeelFunction(name, tuple(parameters), call)
    return lambda _scope, _recorder: function


def _conditional(element: etree._Element, reading: Reading, owner_id: str, name: str) -> Logic:
    condition, then, otherwise = (_required(element, tag, reading, owner_id, name) for tag in ("if", "then", "else"))

    def run(scope: Scope, recorder: Recorder) -> object:
        return then(scope, recorder) if condition(scope, recorder) is True else otherwise(scope, recorder)

    return run


def _filter(element: etree._Element, reading: Reading, owner_id: str, name: str) -> Logic:
    source, match = (_required(element, tag, reading, owner_id, name) for tag in ("in", "match"))

    def run(scope: Scope, recorder: Recorder) -> object:
        value = source(scope, recorder)
        if value is None:
            return scope.run.null("There is nothing to filter: null.")
        kept: list[object] = []
        for item in _items(scope.run, value):
            inner = scope.inner({"item": item})
            answer = match(inner.inner(item) if isinstance(item, dict) else inner, recorder)
            if type(answer) is Decimal:
                return scope.run.null("A boxed filter keeps by a condition, not by an index.")
            if answer is True:
                kept.append(item)
        return kept

    return run


def _items(run: Run, value: object) -> list[object]:
    items = value if isinstance(value, list) else [value]
    run.bounded_list(len(items))
    return items


def _iterator(element: etree._Element, reading: Reading) -> str:
    name = attribute(element, "iteratorVariable")
    if name is None:
        reading.refuse(element, "dmn_iterator", "The iterator has no variable.", "迭代器没有变量名。")
    return canonical_name(name or "item")


def _for(element: etree._Element, reading: Reading, owner_id: str, name: str) -> Logic:
    variable = _iterator(element, reading)
    source, result = (_required(element, tag, reading, owner_id, name) for tag in ("in", "return"))
    is_kept = "partial" in etree.tostring(element, encoding="unicode")

    def run(scope: Scope, recorder: Recorder) -> object:
        results: list[object] = []
        items = values_of(scope.run, source(scope, recorder))
        if items is None:
            return None
        for item in items:
            partial = so_far(scope.run, results) if is_kept else results
            results.append(result(scope.inner({"partial": partial, variable: item}), recorder))
        return results

    return run


def _quantified(element: etree._Element, reading: Reading, owner_id: str, name: str) -> Logic:
    variable, decisive = _iterator(element, reading), tag_of(element) == "some"
    source, condition = (_required(element, tag, reading, owner_id, name) for tag in ("in", "satisfies"))

    def run(scope: Scope, recorder: Recorder) -> object:
        items = values_of(scope.run, source(scope, recorder))
        if items is None:
            return None
        result: object = not decisive
        for item in items:
            answer = condition(scope.inner({variable: item}), recorder)
            if answer is decisive:
                return decisive
            result = result if isinstance(answer, bool) else None
        return result

    return run


_READERS: dict[str, Callable[[etree._Element, Reading, str, str], Logic]] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "invocation": _invocation,
    "list": _list,
    "relation": _relation,
    "functionDefinition": read_function,
    "conditional": _conditional,
    "filter": _filter,
    "for": _for,
    "some": _quantified,
    "every": _quantified,
}
