"""JavaScript patterns of form-js run by Python, and only those that cannot run away."""

import re
from functools import lru_cache
from re import _parser  # type: ignore[attr-defined]  # the only parser of patterns there is; its tree is needed to refuse bombs

MAX_TEXT = 2_000
MAX_PATTERN = 500
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_UNBOUNDED = 100


class PatternRefused(ValueError):
    """The pattern is broken, too long, or could take exponential time."""


@lru_cache(maxsize=500)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    r"""
    Compile a JavaScript pattern: `\d` and `\w` are ASCII there, `$` is the very end, a search is unanchored.

    Raises:
        PatternRefused: Syntax that Python does not share, or a repeat within a repeat (exponential backtracking).
    """
    if len(pattern) > MAX_PATTERN:
        raise PatternRefused(f"longer than {MAX_PATTERN} characters")
    if _has_set_operation(pattern):
        raise PatternRefused("a set inside a set means something else from one language to the next")
    try:
        translated = re.sub(r"(?<!\\)\$", r"\\Z", pattern)
        tree = _parser.parse(translated, re.ASCII)
        compiled = re.compile(translated, re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternRefused(str(error)) from error
    if _has_bomb(tree, inside_repeat=False):
        raise PatternRefused("a repeat inside a repeat can take for ever")
    return compiled


def _has_set_operation(pattern: str) -> bool:
    """Whether a `[…]` holds `[`, `--`, `&&`, `~~` or `||`, which Python reserves and JavaScript takes as they stand."""
    inside, place = False, 0
    while place < len(pattern):
        character = pattern[place]
        if character == "\\":
            place += 1
        elif inside and (character == "[" or pattern[place : place + 2] in ("--", "&&", "~~", "||")):
            return True
        elif character in "[]":
            inside = character == "["
        place += 1
    return False


def _has_bomb(tree: object, *, inside_repeat: bool) -> bool:
    """Walk sre's tree of (operator, argument) pairs, whose arguments nest in tuples and lists."""
    if isinstance(tree, tuple) and len(tree) == 2 and str(tree[0]) in _REPEATS:  # noqa: PLR2004 - a pair
        _, high, body = tree[1]
        is_unbounded = int(high) > _UNBOUNDED
        if is_unbounded and inside_repeat:
            return True
        return _has_bomb(body, inside_repeat=inside_repeat or is_unbounded)
    if isinstance(tree, tuple) and tree and str(tree[0]) == "BRANCH" and inside_repeat:
        return True
    if isinstance(tree, (tuple, list, _parser.SubPattern)):
        return any(_has_bomb(part, inside_repeat=inside_repeat) for part in tree)
    return False
