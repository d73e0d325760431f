"""What a diagram attaches to an element beside its own attributes: data, people, a form."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Assignment:
    """
    `assignment` of a data association.

    Attributes:
        target: The name that receives the value, or an entry of a context: `order.total`.
        language: The language its `from` says, else the one rule for text in a model.
    """

    source: str
    target: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class DataAssociation:
    """
    `dataInputAssociation` or `dataOutputAssociation`; data elements are names of variables here.

    Attributes:
        transformation: Gives the value; without it and without assignments the one source is copied.
    """

    sources: tuple[str, ...]
    target: str | None
    transformation: str | None = None
    language: str | None = None
    assignments: tuple[Assignment, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class DataFlow:
    """
    What an activity or event says of its data: `ioSpecification`, data associations, properties.

    Attributes:
        input_sets: The inputs each `inputSet` cannot do without; one of the sets must be complete.
        output_sets: The outputs each `outputSet` cannot do without.
    """

    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    input_sets: tuple[frozenset[str], ...] = ()
    output_sets: tuple[frozenset[str], ...] = ()
    incoming: tuple[DataAssociation, ...] = ()
    outgoing: tuple[DataAssociation, ...] = ()
    properties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormField:
    """
    `camunda:formField`.

    Attributes:
        type: `string`, `long`, `boolean`, `date` or `enum`.
        default: Text under the one rule; it stands for a value that was not submitted.
        constraints: `camunda:constraint` name → config.
        values: `camunda:value` id and name.
    """

    id: str
    type: str
    label: str
    default: str | None = None
    constraints: Mapping[str, str] = field(default_factory=dict)
    values: tuple[tuple[str, str], ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    line: int | None = None


@dataclass(frozen=True, slots=True)
class People:
    """
    Performers of a task, as texts under the one rule: `humanPerformer` or `performer`, and `potentialOwner`.

    Attributes:
        parameterised: Whether one is asked for by resource parameters, which nobody answers.
        drawn: Performers that name nobody, or stand where nobody works.
    """

    assignee: str | None = None
    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    parameterised: bool = False
    drawn: tuple[str, ...] = ()


NO_DATA = DataFlow()
NOBODY = People()
