"""
What can go wrong with a FEEL text.

FeelError
├── FeelSyntaxError       the text is not FEEL
└── FeelEvaluationError   a bound was exceeded, or a registered function failed
"""


class FeelError(Exception):
    """
    A FEEL text cannot be used.

    Attributes:
        message: In English; `message_zh` says the same in Chinese.
        position: Offset into the text, from 0; None when no single place is to blame.
        expected: What the parser could have gone on with.
    """

    def __init__(self, message: str, message_zh: str, position: int | None = None, expected: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.message_zh = message_zh
        self.position = position
        self.expected = expected


class FeelSyntaxError(FeelError):
    """The text is not a FEEL expression."""


class FeelEvaluationError(FeelError):
    """The expression exceeded a bound, or a registered function failed."""
