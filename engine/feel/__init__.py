"""
FEEL, the Friendly Enough Expression Language of OMG DMN 1.5, chapter 10.

Pure: no input or output, no clock but the one that is passed in, no Python evaluation of a model's text. Texts are
compiled once into closures; every evaluation is bounded in steps, depth, and size of lists and strings.
"""

from engine.feel.errors import FeelError, FeelEvaluationError, FeelSyntaxError
from engine.feel.expressions import Expression, UnaryTests, compile_expression, compile_unary_tests, evaluate_json
from engine.feel.json_values import number_of_json, to_exact_json, to_json
from engine.feel.temporal import add_duration, is_floating, to_duration, to_instant
from engine.feel.values import DaysAndTime, FeelFunction, Range, YearsAndMonths, from_json

__all__ = [
    "DaysAndTime",
    "Expression",
    "FeelError",
    "FeelEvaluationError",
    "FeelFunction",
    "FeelSyntaxError",
    "Range",
    "UnaryTests",
    "YearsAndMonths",
    "add_duration",
    "compile_expression",
    "compile_unary_tests",
    "evaluate_json",
    "from_json",
    "is_floating",
    "number_of_json",
    "to_duration",
    "to_exact_json",
    "to_instant",
    "to_json",
]
