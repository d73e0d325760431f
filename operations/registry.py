"""The names that diagrams may use."""

from engine.handlers import Registry
from operations import functions
from operations.handler_outputs import OUTPUTS
from operations.handlers import (
    archives,
    assignments,
    cases,
    compensations,
    complaint_answers,
    complaints,
    deadlines,
    escalations,
    notices,
    notifications,
    outcomes,
    plans,
    results,
    surveys,
    task_escalations,
    visits,
    waiting,
)
from operations.rehearsals import stand_in_case
from operations.supposed_commitments import check_supposed, supposed_answer

HANDLERS = (
    *cases.HANDLERS,
    *outcomes.HANDLERS,
    *notifications.HANDLERS,
    *deadlines.HANDLERS,
    *escalations.HANDLERS,
    *task_escalations.HANDLERS,
    *assignments.HANDLERS,
    *plans.HANDLERS,
    *results.HANDLERS,
    *surveys.HANDLERS,
    *archives.HANDLERS,
    *complaints.HANDLERS,
    *complaint_answers.HANDLERS,
    *compensations.HANDLERS,
    *visits.HANDLERS,
    *notices.HANDLERS,
    *waiting.HANDLERS,
)


def build_registry() -> Registry:
    """Every handler and function of the house under the name of its Python function."""
    registry = Registry()
    for handler in HANDLERS:
        registry.handler(handler.__name__, OUTPUTS.get(handler.__name__, ()))(handler)
    for function in functions.FUNCTIONS:
        registry.function(function.__name__)(function)
    for name, known in functions.FROM_CAMUNDA.items():
        registry.function(name)(known)
    registry.stand_in = stand_in_case
    registry.supposed, registry.check_supposed = supposed_answer, check_supposed
    return registry
