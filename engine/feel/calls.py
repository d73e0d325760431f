"""Closures of function calls and definitions (DMN 1.5 §10.3.2.13)."""

from __future__ import annotations

from collections.abc import Callable

from engine.feel.compiler import COMPILERS, Closure, Compilation, compile_node, compile_part
from engine.feel.errors import FeelError, FeelEvaluationError
from engine.feel.functions import BUILTINS, builtin_value, invoke
from engine.feel.json_values import to_json
from engine.feel.scopes import MAX_CALL_DEPTH, MISSING, Run, Scope
from engine.feel.syntax import Call, FunctionLiteral, Name
from engine.feel.types import as_parameter
from engine.feel.values import FeelFunction, from_json, type_name

_FRAMES_PER_CALL = 4


def _call(node: Call, compilation: Compilation) -> Closure:
    arguments = [compile_node(argument, compilation) for argument in node.arguments]
    names = node.names
    if not isinstance(node.function, Name):
        function = compile_node(node.function, compilation)
        return lambda scope: apply_function(scope.run, function(scope), _all(arguments, scope), names)
    name = node.function.name
    builtin = BUILTINS.get(name)
    if builtin is not None and name not in compilation.names and not compilation.is_bound(name):
        return lambda scope: invoke(scope.run, builtin, _all(arguments, scope), names)
    if builtin is None and not compilation.is_bound(name):
        compilation.calls.add(name)

    def run(scope: Scope) -> object:
        value = scope.lookup(name)
        if value is not MISSING and (builtin is None or isinstance(value, FeelFunction)):
            return apply_function(scope.run, value, _all(arguments, scope), names)
        return _call_registered(scope.run, name, _all(arguments, scope), names)

    return run


def _all(arguments: list[Closure], scope: Scope) -> list[object]:
    return [argument(scope) for argument in arguments]


def apply_function(run: Run, function: object, arguments: list[object], names: tuple[str, ...]) -> object:
    """Call a value with arguments by position, or by name when there are names."""
    if not isinstance(function, FeelFunction):
        return run.null(f"A {type_name(function)} is no function.")
    if not names:
        return function.call(run, arguments)
    builtin = BUILTINS.get(function.name)
    if builtin is not None and not function.parameters:
        return invoke(run, builtin, arguments, names)
    if set(names) - set(function.parameters):
        return run.null(f"{function.name} has no parameter of that name.")
    given = dict(zip(names, arguments, strict=True))
    return function.call(run, [given.get(name) for name in function.parameters])


def _call_registered(run: Run, name: str, arguments: list[object], names: tuple[str, ...]) -> object:
    """A function of the house: JSON values in and out; by position or by name."""
    function = run.functions.get(name)
    if function is None:
        builtin = builtin_value(name)
        if builtin is None:
            return run.null(f"There is no function “{name}”.")
        return apply_function(run, builtin, arguments, names)
    run.spend(1)
    values = [to_json(argument) for argument in arguments]
    try:
        if names:
            return from_json(function(**dict(zip((name.replace(" ", "_") for name in names), values, strict=True))))
        return from_json(function(*values))
    except FeelError:
        raise
    except Exception as error:  # the house's own function: what it raises is a failed expression, whatever it is
        raise FeelEvaluationError(f"The function {name} failed: {error}", f"函数 {name} 出错：{error}") from error


def _function(node: FunctionLiteral, compilation: Compilation) -> Closure:
    parameters, types = tuple(name for name, _ in node.parameters), tuple(type_ for _, type_ in node.parameters)
    with compilation.binding(*parameters):
        body, cost = compile_part(node.body, compilation)

    def define(scope: Scope) -> object:
        def call(run: Run, arguments: list[object]) -> object:
            names: dict[str, object] = {}
            if len(arguments) != len(parameters):
                return run.null(f"The function takes {len(parameters)} arguments, not {len(arguments)}.")
            for (name, type_), argument in zip(node.parameters, arguments, strict=True):
                fits, names[name] = as_parameter(argument, type_, run.is_of_type)
                if not fits:
                    return run.null(f"The argument {name} has another type.")
            return called(run, body, Scope(run, names, scope), cost)

        return FeelFunction("function", parameters, call, types)

    return define


def called(run: Run, body: Closure, scope: Scope, cost: int) -> object:
    """Run a function's body within the bounds of steps and depth."""
    run.spend(cost)
    run.depth += min(cost, 20) + _FRAMES_PER_CALL
    if run.depth > MAX_CALL_DEPTH:
        raise FeelEvaluationError("Functions call each other too deeply.", "函数的相互调用过深。")
    try:
        return body(scope)
    finally:
        run.depth -= min(cost, 20) + _FRAMES_PER_CALL


_CALLS: dict[type, Callable[..., Closure]] = {Call: _call, FunctionLiteral: _function}
COMPILERS.update(_CALLS)
