"""XPath regular expressions (XQuery and XPath Functions 3.1 §5.6.1) with bounded time."""

from __future__ import annotations

import re
from functools import lru_cache

import regex

from engine.feel.errors import FeelEvaluationError

MAX_PATTERN = 1_000
MAX_INPUT = 100_000
_TIMEOUT_S = 0.5  # a pattern that backtracks forever must not hold a transaction
_FLAGS = {"i": regex.IGNORECASE, "m": regex.MULTILINE, "s": regex.DOTALL}
_SPECIAL = re.compile(r"\\(.)|\[|\]|-\[|\$|\^|\.|\(\?(?!:)", re.DOTALL)
_CLASS_ESCAPES = {
    "i": r"[\p{L}_:]",
    "I": r"[^\p{L}_:]",
    "c": r"[\p{L}\p{M}\p{Nd}\-._:·]",
    "C": r"[^\p{L}\p{M}\p{Nd}\-._:·]",
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "w": r"[^\p{P}\p{Z}\p{C}]",
    "W": r"[\p{P}\p{Z}\p{C}]",
}
_BLOCK = re.compile(r"\\([pP])\{Is([A-Za-z0-9-]+)\}")
_DOLLAR = re.compile(r"\\(.)|\$([0-9]+)|\$|\\", re.DOTALL)


class PatternInvalid(ValueError):
    """The text is no XPath regular expression, or its flags are unknown."""


@lru_cache(maxsize=512)
def pattern(text: str, flags: str) -> regex.Pattern[str]:
    """The compiled pattern; raises PatternInvalid."""
    unknown = set(flags) - set("imsxq")
    if unknown or len(text) > MAX_PATTERN:
        raise PatternInvalid(f"Unknown flags or a pattern of more than {MAX_PATTERN} characters.")
    options = regex.VERSION1
    for flag in flags:
        options |= _FLAGS.get(flag, 0)
    if "q" in flags:
        return regex.compile(regex.escape(text), options)
    plain = _without_space(text) if "x" in flags else text
    try:
        return regex.compile(_translated(plain, "$" if "m" in flags else r"\Z"), options)
    except (regex.error, RecursionError) as error:
        raise PatternInvalid(f"“{text[:60]}” is no pattern: {error}") from error


def _without_space(text: str) -> str:
    """Flag x drops white space except in classes."""
    kept, depth = [], 0
    for index, character in enumerate(text):
        escaped = index > 0 and text[index - 1] == "\\"
        depth += (character == "[" and not escaped) - (character == "]" and not escaped)
        if depth > 0 or character not in " \t\r\n":
            kept.append(character)
    return "".join(kept)


def _translated(text: str, end: str) -> str:
    text = _BLOCK.sub(lambda match: rf"\{match[1]}{{In{match[2].replace('-', '_')}}}", text)
    depth = 0

    def one(match: re.Match[str]) -> str:
        nonlocal depth
        token = match.group()
        if match[1] is not None:
            return _escape(match[1], in_class=depth > 0)
        if token == "(?":
            raise PatternInvalid("“(?” is not part of XPath's regular expressions.")
        if token == "-[" and depth:
            depth += 1
            return "--["
        if token in "[]":
            depth += 1 if token == "[" else -1
        # Python's $ also stands before a last line break; XPath's only at the end, or with flag m at a line's end.
        return end if token == "$" and depth == 0 else token

    return _SPECIAL.sub(one, text)


def _escape(character: str, *, in_class: bool) -> str:
    translated = _CLASS_ESCAPES.get(character)
    if translated is not None:
        return translated
    if character in r"nrts SpP\|.?*+(){}-[]^$/,#&~\"'<>=!:;%@`_".replace(" ", "") or character.isdigit():
        if character.isdigit() and in_class:
            raise PatternInvalid("A group cannot be repeated inside of a class.")
        return "\\" + character if character not in "\"'<>=!:;%@`_,/" else regex.escape(character)
    raise PatternInvalid(f"“\\{character}” is no escape.")


def replacement(text: str, compiled: regex.Pattern[str], flags: str) -> str:
    """`$1` → the first group; `$$`, a bare `$` or `\\x` is an error in XPath."""
    if "q" in flags:
        return text.replace("\\", r"\\")

    def one(match: re.Match[str]) -> str:
        if match[1] is not None and match[1] in "\\$":
            return r"\\" if match[1] == "\\" else "$"
        digits = match[2]
        if digits is None:
            raise PatternInvalid("In a replacement, $ is followed by a number, and \\ by $ or \\.")
        taken = len(digits)
        while taken > 1 and int(digits[:taken]) > compiled.groups:
            taken -= 1
        group = int(digits[:taken])
        return (rf"\g<{group}>" if group <= compiled.groups else "") + digits[taken:]

    return _DOLLAR.sub(one, text)


def matches(compiled: regex.Pattern[str], text: str) -> bool:
    """Whether it is found; raises FeelEvaluationError beyond the bounds."""
    try:
        return compiled.search(_bounded(text), timeout=_TIMEOUT_S) is not None
    except TimeoutError as error:
        raise _too_slow() from error


def replaced(compiled: regex.Pattern[str], by: str, text: str) -> str:
    """All matches replaced; raises PatternInvalid if the pattern matches nothing at all."""
    if compiled.search("", timeout=_TIMEOUT_S) is not None:
        raise PatternInvalid("A pattern that matches the empty string cannot be replaced.")
    try:
        return compiled.sub(by, _bounded(text), timeout=_TIMEOUT_S)
    except TimeoutError as error:
        raise _too_slow() from error


def split(compiled: regex.Pattern[str], text: str) -> list[str]:
    """The parts between the matches."""
    if compiled.search("", timeout=_TIMEOUT_S) is not None:
        raise PatternInvalid("A pattern that matches the empty string cannot split.")
    parts, start = [], 0
    try:
        for found in compiled.finditer(_bounded(text), timeout=_TIMEOUT_S):
            parts.append(text[start : found.start()])
            start = found.end()
    except TimeoutError as error:
        raise _too_slow() from error
    return [*parts, text[start:]]


def _bounded(text: str) -> str:
    if len(text) > MAX_INPUT:
        raise FeelEvaluationError(f"A pattern is tried on more than {MAX_INPUT} characters.")
    return text


def _too_slow() -> FeelEvaluationError:
    return FeelEvaluationError("A pattern takes too long on this text.")
