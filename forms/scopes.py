"""One level of named values: the form itself, or one row of a dynamic list. Each has a marshmallow schema."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import marshmallow

from forms.components import Component
from forms.fields import Evaluate, InputField, Surroundings, fault, surroundings

MAX_ROWS = 200
MAX_PASSES = 5
MAX_SCHEMAS = 200  # per scope: one for each combination of hidden fields that occurs

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """
    A place for a value.

    Attributes:
        path: Names from the scope to the value.
        hides: FEEL texts; any that is true hides it (its own and those of the groups around it).
        rows: The scope of a dynamic list's rows, else `None`.
    """

    component: Component
    path: tuple[str, ...]
    hides: tuple[str, ...]
    rows: "Scope | None" = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The slots of one level, and the schemas already built for the slots that are in play."""

    slots: tuple[Slot, ...]
    _schemas: dict[tuple[int, ...], type[marshmallow.Schema]] = field(default_factory=dict)

    def load(self, values: Mapping[str, object], around: Mapping[str, object], evaluate: Evaluate) -> dict[str, Any]:
        """
        Check one level of values and everything below it.

        `around` is what expressions see beside the values.

        Raises:
            marshmallow.ValidationError: Its messages are `Fault`s under the names and row numbers.
        """
        visible, kept = self._visible(values, around, evaluate)
        scene = Surroundings({**around, **kept}, evaluate)
        writable: list[int] = []
        for index in visible:
            if _is_ignored(self.slots[index].component, scene):
                _drop(kept, self.slots[index].path)
            else:
                writable.append(index)
        for index in writable:
            _make_parents(kept, self.slots[index].path)
        token = surroundings.set(scene)
        try:
            loaded = self._schema(tuple(writable))().load(kept)
        finally:
            surroundings.reset(token)
        return dict(loaded)

    def sealed(self, values: Mapping[str, object], prefix: Path = ()) -> Iterator[Path]:
        """Yield the paths of present values that must be sealed."""
        for slot in self.slots:
            value = _get(values, slot.path)
            if slot.rows is not None and isinstance(value, list):
                for number, row in enumerate(value):
                    yield from slot.rows.sealed(row, (*prefix, *slot.path, number))
            elif slot.rows is None and slot.component.is_sealed and value is not None:
                yield (*prefix, *slot.path)

    def expressions(self) -> Iterator[tuple[str, str]]:
        """Yield (component id, FEEL text) of every expression, so that the deployment check can compile them."""
        for slot in self.slots:
            spec = slot.component.spec
            found = [*slot.hides, *_texts(spec), *_texts(slot.component.section("validate"))]
            yield from ((slot.component.id, text) for text in found)
            if slot.rows is not None:
                yield from slot.rows.expressions()

    def _visible(
        self, values: Mapping[str, object], around: Mapping[str, object], evaluate: Evaluate
    ) -> tuple[list[int], dict[str, Any]]:
        """Drop hidden values until nothing changes: a hidden answer must not keep another field visible."""
        kept = _copied(values)
        hidden: set[int] = set()
        for _ in range(MAX_PASSES):
            context = {**around, **kept}
            found = {i for i, slot in enumerate(self.slots) if any(evaluate(t, context) is True for t in slot.hides)}
            for index in found:
                _drop(kept, self.slots[index].path)
            if found == hidden:
                break
            hidden = found
        return [index for index in range(len(self.slots)) if index not in hidden], kept

    def _schema(self, indexes: tuple[int, ...]) -> type[marshmallow.Schema]:
        if indexes not in self._schemas:
            if len(self._schemas) >= MAX_SCHEMAS:
                self._schemas.clear()
            tree: dict[str, Any] = {}
            for index in indexes:
                slot = self.slots[index]
                node = tree
                for name in slot.path[:-1]:
                    node = node.setdefault(name, {})
                node[slot.path[-1]] = RowsField(slot) if slot.rows else InputField(slot.component)
            self._schemas[indexes] = _schema_of(tree)
        return self._schemas[indexes]


class RowsField(marshmallow.fields.Field[Any]):
    """A dynamic list: every row is a scope of its own, which also sees `this`, `parent` and its number `i`."""

    def __init__(self, slot: Slot) -> None:
        super().__init__(allow_none=True)
        self.slot = slot

    def deserialize(
        self,
        value: Any,  # noqa: ANN401 - whatever a stranger sent
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **kwargs: Any,  # noqa: ANN401 - as above
    ) -> object:
        """Load each row; faults are kept under the row's number."""
        rows = [] if value is marshmallow.missing or value is None else value
        limits = self.slot.component.section("properties")
        fewest, most = int(str(limits.get("min_rows", 0))), min(int(str(limits.get("max_rows", MAX_ROWS))), MAX_ROWS)
        if not isinstance(rows, list):
            raise marshmallow.ValidationError([fault("type")])
        if len(rows) < fewest:
            raise marshmallow.ValidationError([fault("min_rows", limit=fewest)])
        if len(rows) > most:
            raise marshmallow.ValidationError([fault("max_rows", limit=most)])
        return self._load_rows(rows)

    def _load_rows(self, rows: list[object]) -> list[dict[str, Any]]:
        scene, scope = surroundings.get(), self.slot.rows
        loaded: list[dict[str, Any]] = []
        faults: dict[int, object] = {}
        for number, row in enumerate(rows):
            if scope is None or not isinstance(row, dict):
                faults[number] = [fault("object")]
                continue
            around = {**scene.context, "this": row, "parent": scene.context, "i": number + 1}
            try:
                loaded.append(scope.load(row, around, scene.evaluate))
            except marshmallow.ValidationError as error:
                faults[number] = error.messages
        if faults:
            raise marshmallow.ValidationError(faults)
        return loaded


def build_scope(components: tuple[Component, ...]) -> Scope:
    """Flatten groups into slots; a dynamic list becomes a slot with a scope of its own."""
    return Scope(tuple(_slots(components, (), ())))


def _slots(components: tuple[Component, ...], prefix: tuple[str, ...], hides: tuple[str, ...]) -> Iterator[Slot]:
    for component in components:
        own = (*hides, component.hide) if component.hide else hides
        path = (*prefix, *component.path)
        if component.type == "group":
            yield from _slots(component.children, path, own)
        elif component.type == "dynamiclist":
            yield Slot(component, path, own, build_scope(component.children))
        elif component.path:
            yield Slot(component, path, own)


def _schema_of(tree: Mapping[str, Any]) -> type[marshmallow.Schema]:
    fields = {
        name: marshmallow.fields.Nested(_schema_of(node), unknown=marshmallow.RAISE) if isinstance(node, dict) else node
        for name, node in tree.items()
    }
    schema = marshmallow.Schema.from_dict(fields, name="FormSchema")
    schema.error_messages = {"unknown": fault("unknown"), "type": fault("object")}  # type: ignore[dict-item]  # faults, not sentences
    return schema


def _texts(values: Mapping[str, object]) -> list[str]:
    return [text[1:].strip() for text in values.values() if isinstance(text, str) and text.startswith("=")]


def _is_ignored(component: Component, scene: Surroundings) -> bool:
    return component.spec.get("disabled") is True or scene.resolve(component.spec.get("readonly")) is True


def _copied(values: Mapping[str, object]) -> dict[str, Any]:
    return {name: _copied(value) if isinstance(value, dict) else value for name, value in values.items()}


def _get(values: Mapping[str, object], path: tuple[str, ...]) -> object:
    node: object = values
    for name in path:
        node = node.get(name) if isinstance(node, dict) else None
    return node


def _drop(values: dict[str, Any], path: tuple[str, ...]) -> None:
    head, *rest = path
    if not rest:
        values.pop(head, None)
    elif isinstance(values.get(head), dict):
        _drop(values[head], tuple(rest))
        if not values[head]:
            del values[head]


def _make_parents(values: dict[str, Any], path: tuple[str, ...]) -> None:
    node = values
    for name in path[:-1]:
        below = node.setdefault(name, {})
        if not isinstance(below, dict):
            return
        node = below
