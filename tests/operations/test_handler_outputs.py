"""What handlers say they give is what they give."""

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator

import pytest

from operations.handler_outputs import OUTPUTS
from operations.registry import HANDLERS


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda handler: handler.__name__)
def test_a_handler_gives_the_outputs_it_is_said_to_give(handler: Callable[..., object]) -> None:
    said = set(OUTPUTS.get(handler.__name__, ()))

    returned = set(names_of(handler))

    assert returned == said


def test_outputs_are_said_of_handlers_only() -> None:
    known = {handler.__name__ for handler in HANDLERS}

    assert set(OUTPUTS) <= known


def names_of(handler: Callable[..., object]) -> Iterator[str]:
    """The keys of the dictionaries a function returns, written there, in a local variable or a function beside it."""
    body = ast.parse(textwrap.dedent(inspect.getsource(handler)))
    local = {
        target.id: node.value
        for node in ast.walk(body)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(body):
        if isinstance(node, ast.Return) and node.value is not None:
            yield from keys_of(node.value, local, vars(sys.modules[handler.__module__]))


def keys_of(value: ast.expr, local: dict[str, ast.expr], beside: dict[str, object]) -> Iterator[str]:
    if isinstance(value, ast.BinOp):
        yield from keys_of(value.left, local, beside)
        yield from keys_of(value.right, local, beside)
    elif isinstance(value, ast.Name):
        yield from keys_of(local[value.id], local, beside)
    elif isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        called = beside[value.func.id]
        assert callable(called)
        yield from names_of(called)
    elif isinstance(value, ast.DictComp):
        assert ast.unparse(value.generators[0].iter) == "FLAGS.items()"
        flags = beside["FLAGS"]
        assert isinstance(flags, dict)
        yield from flags
    else:
        assert isinstance(value, ast.Dict), ast.unparse(value)
        for key, each in zip(value.keys, value.values, strict=True):
            if key is None:
                yield from keys_of(each, local, beside)
            else:
                yield ast.literal_eval(key)
