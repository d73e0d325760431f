"""Tokens to closures, by precedence (JSR 341 §1.15): `?:`, `||`, `&&`, `== !=`, `< >`, `+ -`, `* / %`, `! - empty`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.juel.calls import METHODS, call_registered, date_time
from engine.juel.errors import JuelEvaluationError, JuelSyntaxError
from engine.juel.operators import arithmetic, as_boolean, as_number, equal, is_empty, member, ordered
from engine.juel.tokens import Token

MAX_NESTING = 60
_ZH = {"an operator or “}”": "运算符或“}”", "a name": "名称", "an expression": "表达式"}
_LEVELS = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%"))
# What may be asked of the place where an expression stands; a getter `getBusinessKey()` means the same.
PROPERTIES = {
    "execution": frozenset(
        {"id", "processInstanceId", "businessKey", "processBusinessKey", "processDefinitionKey"}
        | {"currentActivityId", "currentActivityName"}
    ),
    "task": frozenset({"id", "name", "taskDefinitionKey", "processInstanceId"}),
    "externalTask": frozenset(
        {"id", "workerId", "topicName", "priority", "retries", "errorMessage", "errorDetails", "activityId"}
        | {"processDefinitionKey", "processInstanceId", "businessKey"}
    ),
}
_CONSTANTS: dict[str, object] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one evaluation can see."""

    variables: Mapping[str, object]
    now: datetime
    functions: Mapping[str, Callable[..., object]]


Closure = Callable[[Evaluation], object]


class ExpressionParser:
    """One expression; names and functions it meets are added to the sets that are passed in."""

    def __init__(self, tokens: list[Token], references: set[str], calls: set[str]) -> None:
        self.tokens = tokens
        self.references = references
        self.calls = calls
        self.at = 0
        self.nesting = 0

    def whole(self) -> Closure:
        """The expression; raises JuelSyntaxError."""
        closure = self.ternary()
        if self.token.kind != "end":
            raise self.unexpected("an operator or “}”")
        return closure

    @property
    def token(self) -> Token:
        """The one that is next."""
        return self.tokens[self.at]

    def unexpected(self, expected: str) -> JuelSyntaxError:
        """The error to raise here."""
        found = self.token.text or "}"
        return JuelSyntaxError(
            f"Expected {expected}, found “{found}”.",
            f"此处应为{_ZH.get(expected, expected)}，却是“{found}”。",
            self.token.start,
        )

    def take(self, *symbols: str) -> str | None:
        """The next token's text if it is one of these."""
        token = self.token
        if token.kind == "symbol" and token.text in symbols:
            self.at += 1
            return token.text
        return None

    def expect(self, symbol: str) -> None:
        """Take it or raise."""
        if self.take(symbol) is None:
            raise self.unexpected(f"“{symbol}”")

    def ternary(self) -> Closure:
        """`a ? b : c`."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise JuelSyntaxError(
                f"The expression is nested deeper than {MAX_NESTING}.",
                f"表达式的嵌套超过 {MAX_NESTING} 层。",
                self.token.start,
            )
        condition = self.binary(0)
        if self.take("?"):
            then = self.ternary()
            self.expect(":")
            otherwise = self.ternary()
            self.nesting -= 1
            return lambda run: then(run) if as_boolean(condition(run)) else otherwise(run)
        self.nesting -= 1
        return condition

    def binary(self, level: int) -> Closure:
        """Operators of this level and those that bind closer, from left to right."""
        if level == len(_LEVELS):
            return self.unary()
        left = self.binary(level + 1)
        for _ in range(100):
            operator = self.take(*_LEVELS[level])
            if operator is None:
                return left
            left = _binary(operator, left, self.binary(level + 1))
        raise JuelSyntaxError("A chain of operators is too long.", "运算符的链过长。", self.token.start)

    def unary(self) -> Closure:
        """`!a`, `-a`, `empty a`."""
        applied: list[str] = []
        while len(applied) < MAX_NESTING:
            operator = self.take("!", "-")
            if operator is None and self.token.kind == "name" and self.token.text == "empty":
                self.at += 1
                operator = "empty"
            if operator is None:
                break
            applied.append(operator)
        closure = self.postfix()
        for operator in reversed(applied):
            closure = _unary(operator, closure)
        return closure

    def postfix(self) -> Closure:
        """A primary with `.b`, `[b]` and method calls behind it."""
        closure, name = self.primary()
        for _ in range(40):
            if name not in PROPERTIES and self.take("["):
                self.refer(name)
                closure, name = _member(closure, self.ternary()), None
                self.expect("]")
            elif self.take("."):
                key = self.name()
                if self.take("("):
                    closure, name = self.method(closure, name, key), None
                else:
                    self.refer(name)
                    self.require_property(name, key)
                    closure, name = _member(closure, _constant(key)), None
            else:
                self.refer(name)
                return closure
        raise JuelSyntaxError("A path is too long.", "路径过长。", self.token.start)

    def refer(self, name: str | None) -> None:
        """A variable is read; `execution` and its like are none."""
        if name is not None and name not in PROPERTIES:
            self.references.add(name)

    def require_property(self, subject: str | None, name: str) -> None:
        """Refuse what the engine's objects do not have: it would be null for ever."""
        if subject in PROPERTIES and name not in PROPERTIES[subject]:
            raise JuelSyntaxError(
                f"{subject}.{name} is not accepted in an expression.",
                f"表达式中不接受 {subject}.{name}。",
                self.token.start,
            )

    def name(self) -> str:
        """The next token, which must be a name."""
        if self.token.kind != "name":
            raise self.unexpected("a name")
        self.at += 1
        return self.tokens[self.at - 1].text

    def arguments(self) -> list[Closure]:
        """What stands between the parentheses; the first is already taken."""
        arguments: list[Closure] = []
        while not arguments or self.take(","):
            if not arguments and self.take(")"):
                return []
            arguments.append(self.ternary())
        self.expect(")")
        return arguments

    def primary(self) -> tuple[Closure, str | None]:
        """A literal, a name, a call or parentheses; the name is returned beside, for it may be a bean."""
        token = self.token
        if self.take("("):
            closure = self.ternary()
            self.expect(")")
            return closure, None
        self.at += 1
        if token.kind == "number":
            return _constant(as_number(token.text.rstrip("lLfFdD"))), None
        if token.kind == "string":
            return _constant(token.text), None
        if token.kind != "name":
            self.at -= 1
            raise self.unexpected("an expression")
        if token.text in _CONSTANTS:
            return _constant(_CONSTANTS[token.text]), None
        if self.take("("):
            return self.function(token), None
        return _variable(token.text), token.text

    def function(self, token: Token) -> Closure:
        """`now()`, `dateTime()`, or a registered function."""
        arguments = self.arguments()
        if token.text in {"now", "dateTime"}:
            if arguments:
                raise JuelSyntaxError(f"{token.text}() takes no arguments.", f"{token.text}() 不带参数。", token.start)
            return date_time
        name = token.text
        self.calls.add(name)
        return lambda run: call_registered(run.functions, name, [argument(run) for argument in arguments])

    def method(self, subject: Closure, bean: str | None, name: str) -> Closure:
        """`execution.getVariable("x")`, a safe method of a value, or a method of a registered bean."""
        arguments = self.arguments()
        if bean in PROPERTIES:
            return self.engine_method(bean, name, arguments)
        known = METHODS.get((name, len(arguments)))
        if known is not None:
            if bean is not None:
                self.references.add(bean)
            return lambda run: known(subject(run), *(argument(run) for argument in arguments))
        if bean is None:
            raise JuelSyntaxError(
                f"The method “{name}” is not accepted here.", f"此处不接受方法“{name}”。", self.token.start
            )
        qualified = f"{bean}.{name}"
        self.calls.add(qualified)
        return lambda run: call_registered(run.functions, qualified, [argument(run) for argument in arguments])

    def engine_method(self, subject: str, name: str, arguments: list[Closure]) -> Closure:
        """Getters of the engine's objects, and `setVariable`, which its caller offers as a function or not at all."""
        if name in {"getVariable", "getVariableLocal", "hasVariable"} and len(arguments) == 1:
            (key,) = arguments
            if name == "hasVariable":
                return lambda run: _text(key(run)) in run.variables
            return lambda run: run.variables.get(_text(key(run)))
        if name in {"setVariable", "setVariableLocal"} and len(arguments) == 2:  # noqa: PLR2004 - name and value
            setter = f"execution.{name}"
            self.calls.add(setter)
            return lambda run: call_registered(run.functions, setter, [argument(run) for argument in arguments])
        property_ = name.removeprefix("get")
        if name.startswith("get") and property_ and not arguments:
            wanted = property_[0].lower() + property_[1:]
            self.require_property(subject, wanted)
            return _member(_variable(subject), _constant(wanted))
        raise JuelSyntaxError(
            f"{subject}.{name}() is not accepted in an expression.",
            f"表达式中不接受 {subject}.{name}()。",
            self.token.start,
        )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise JuelEvaluationError("The name of a variable is a text.", "变量名应为文本。")
    return value


def _constant(value: object) -> Closure:
    return lambda _run: value


def _variable(name: str) -> Closure:
    def read(run: Evaluation) -> object:
        if name not in run.variables:
            raise JuelEvaluationError(f"There is no variable “{name}”.", f"没有变量“{name}”。")
        return run.variables[name]

    return read


def _member(subject: Closure, key: Closure) -> Closure:
    return lambda run: member(subject(run), key(run))


def _unary(operator: str, operand: Closure) -> Closure:
    if operator == "!":
        return lambda run: not as_boolean(operand(run))
    if operator == "empty":
        return lambda run: is_empty(operand(run))
    return lambda run: -as_number(operand(run))


def _binary(operator: str, left: Closure, right: Closure) -> Closure:
    if operator == "&&":
        return lambda run: as_boolean(left(run)) and as_boolean(right(run))
    if operator == "||":
        return lambda run: as_boolean(left(run)) or as_boolean(right(run))
    if operator == "==":
        return lambda run: equal(left(run), right(run))
    if operator == "!=":
        return lambda run: not equal(left(run), right(run))
    if operator in {"<", "<=", ">", ">="}:
        return lambda run: ordered(operator, left(run), right(run))
    return lambda run: arithmetic(operator, left(run), right(run))
