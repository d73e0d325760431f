"""The built-in functions; importing the families declares them."""

from engine.feel.functions import contexts, conversion, lists, numbers, ranges, statistics, strings, temporal
from engine.feel.functions.registry import BUILTINS, Builtin, builtin_value, invoke

FAMILIES = (contexts, conversion, lists, numbers, ranges, statistics, strings, temporal)

__all__ = ["BUILTINS", "FAMILIES", "Builtin", "builtin_value", "invoke"]
