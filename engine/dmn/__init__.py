"""Decisions by OMG DMN 1.5 (and the files of 1.1 to 1.4): loaded and checked once, evaluated purely, and explained."""

from engine.dmn.advice import advise
from engine.dmn.headers import Header, Import, chosen, imports_of, read_header
from engine.dmn.models import DecisionModel, DecisionSummary, Evaluation, load_model
from engine.dmn.problems import DmnInvalid, DmnProblem
from engine.dmn.structure import Structure, check_structure
from engine.dmn.traces import DecisionTrace, RuleTrace, Violation

__all__ = [
    "DecisionModel",
    "DecisionSummary",
    "DecisionTrace",
    "DmnInvalid",
    "DmnProblem",
    "Evaluation",
    "Header",
    "Import",
    "RuleTrace",
    "Structure",
    "Violation",
    "advise",
    "check_structure",
    "chosen",
    "imports_of",
    "load_model",
    "read_header",
]
