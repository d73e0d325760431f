"""The safe subset of JUEL (`${…}`, `#{…}`) for models that come from Camunda 7; anything else is refused."""

from engine.juel.errors import JuelError, JuelEvaluationError, JuelSyntaxError
from engine.juel.templates import Template, compile_template

__all__ = ["JuelError", "JuelEvaluationError", "JuelSyntaxError", "Template", "compile_template"]
