"""
What can go wrong with a JUEL text.

JuelError
├── JuelSyntaxError       not in the subset we accept
└── JuelEvaluationError   a value has the wrong type, or a function failed
"""


class JuelError(Exception):
    """A JUEL text cannot be used, said in English and Chinese; `position` is the offset into the text, or None."""

    def __init__(self, message: str, message_zh: str, position: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.message_zh = message_zh
        self.position = position


class JuelSyntaxError(JuelError):
    """The text is not in the subset of JUEL that is accepted."""


class JuelEvaluationError(JuelError):
    """The expression cannot be evaluated with these values."""
