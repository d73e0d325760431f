"""
The shapes a FEEL text can have (DMN 1.5 §10.3.1.2), as the parser hands them to the compiler.

`position` is the offset of the text that the node came from.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NamedType:
    """`number`, `date and time`, or the name of an item definition."""

    name: str


@dataclass(frozen=True, slots=True)
class ListType:
    """`list<T>`."""

    item: "Type"


@dataclass(frozen=True, slots=True)
class RangeType:
    """`range<T>`."""

    item: "Type"


@dataclass(frozen=True, slots=True)
class ContextType:
    """`context<name: T, …>`."""

    entries: tuple[tuple[str, "Type"], ...]


@dataclass(frozen=True, slots=True)
class FunctionType:
    """`function<T, …> -> T`."""

    parameters: tuple["Type", ...]
    result: "Type"


Type = NamedType | ListType | RangeType | ContextType | FunctionType


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, string, boolean, null, or a temporal value written `@"…"`."""

    position: int
    value: object


@dataclass(frozen=True, slots=True)
class Name:
    """A name in scope; `?` is one too."""

    position: int
    name: str


@dataclass(frozen=True, slots=True)
class Path:
    """`a.b`."""

    position: int
    source: "Node"
    name: str


@dataclass(frozen=True, slots=True)
class Filter:
    """`a[b]`."""

    position: int
    source: "Node"
    condition: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """`f(a, b)` or `f(x: a, y: b)`; `names` is empty in the first."""

    position: int
    function: "Node"
    arguments: tuple["Node", ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """`-a`."""

    position: int
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Operation:
    """`a op b op c …` of one precedence, from left to right; operators of `+ - * / **`."""

    position: int
    first: "Node"
    rest: tuple[tuple[str, "Node"], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`a op b` with `= != < <= > >=`."""

    position: int
    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Between:
    """`a between b and c`."""

    position: int
    value: "Node"
    low: "Node"
    high: "Node"


@dataclass(frozen=True, slots=True)
class Membership:
    """`a in (tests)`."""

    position: int
    value: "Node"
    tests: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Junction:
    """`a and b and …` or `a or b or …`."""

    position: int
    operator: str
    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class InstanceOf:
    """`a instance of T`."""

    position: int
    value: "Node"
    type: Type


@dataclass(frozen=True, slots=True)
class Interval:
    """`[a..b)`."""

    position: int
    low: "Node"
    high: "Node"
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class UnaryComparison:
    """`< a`: a test of the input, and elsewhere the range of all that pass it."""

    position: int
    operator: str
    operand: "Node"


@dataclass(frozen=True, slots=True)
class ListLiteral:
    """`[a, b]`."""

    position: int
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class ContextLiteral:
    """`{a: b}`."""

    position: int
    entries: tuple[tuple[str, "Node"], ...]


@dataclass(frozen=True, slots=True)
class FunctionLiteral:
    """`function(a: T) b`."""

    position: int
    parameters: tuple[tuple[str, Type | None], ...]
    body: "Node"


@dataclass(frozen=True, slots=True)
class If:
    """`if a then b else c`."""

    position: int
    condition: "Node"
    then: "Node"
    otherwise: "Node"


@dataclass(frozen=True, slots=True)
class Iteration:
    """`name in source`, or `name in source..end`."""

    name: str
    source: "Node"
    end: "Node | None"


@dataclass(frozen=True, slots=True)
class For:
    """`for a in b return c`."""

    position: int
    iterations: tuple[Iteration, ...]
    result: "Node"


@dataclass(frozen=True, slots=True)
class Quantified:
    """`some a in b satisfies c` or `every …`."""

    position: int
    quantifier: str
    iterations: tuple[Iteration, ...]
    condition: "Node"


Node = (
    Literal
    | Name
    | Path
    | Filter
    | Call
    | Negation
    | Operation
    | Comparison
    | Between
    | Membership
    | Junction
    | InstanceOf
    | Interval
    | UnaryComparison
    | ListLiteral
    | ContextLiteral
    | FunctionLiteral
    | If
    | For
    | Quantified
)


@dataclass(frozen=True, slots=True)
class Tests:
    """Unary tests (rule 17): `-` has none and is not negated, and so matches all."""

    tests: tuple[Node, ...]
    negated: bool
