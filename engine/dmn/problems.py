"""What is wrong with a decision model, as a person reads it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DmnProblem:
    """One defect; `code` is stable, the line is that of the element in the file."""

    element_id: str | None
    line: int | None
    code: str
    message_en: str
    message_zh: str


class DmnInvalid(Exception):
    """The decision model cannot be used."""

    def __init__(self, problems: tuple[DmnProblem, ...]) -> None:
        super().__init__("; ".join(problem.message_en for problem in problems))
        self.problems = problems
