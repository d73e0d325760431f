"""XPath regular expressions (XQuery and XPath Functions 3.1 §5.6.1) with bounded time."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from time import thread_time
from typing import TypeVar

import regex

from engine.feel.errors import FeelEvaluationError
from engine.feel.scopes import Run

MAX_PATTERN = 1_000
MAX_INPUT = 100_000
_LEAST_S = 0.001
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

Result = TypeVar("Result")


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
        part = match.group()
        if match[1] is not None:
            return _escape(match[1], in_class=depth > 0)
        if part == "(?":
            raise PatternInvalid("“(?” is not part of XPath's regular expressions.")
        if part == "-[" and depth:
            depth += 1
            return "--["
        if part in "[]":
            depth += 1 if part == "[" else -1
        # Python's $ also stands before a last line break; XPath's only at the end, or with flag m at a line's end.
        return end if part == "$" and depth == 0 else part

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
    r"""`$1` → the first group; `$$`, a bare `$` or `\x` is an error in XPath."""
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


def matches(run: Run, compiled: regex.Pattern[str], text: str) -> bool:
    """Whether it is found; raises FeelEvaluationError beyond the bounds."""
    return _timed(run, text, lambda timeout: compiled.search(text, timeout=timeout) is not None)


def replaced(run: Run, compiled: regex.Pattern[str], by: str, text: str) -> str:
    """All matches replaced; raises PatternInvalid if the pattern matches nothing at all."""
    _refuse_empty_match(run, compiled)
    return _timed(run, text, lambda timeout: str(compiled.sub(by, text, timeout=timeout)))


def split(run: Run, compiled: regex.Pattern[str], text: str) -> list[str]:
    """The parts between the matches."""
    _refuse_empty_match(run, compiled)
    found = _timed(run, text, lambda timeout: [match.span() for match in compiled.finditer(text, timeout=timeout)])
    starts = [0, *(end for _, end in found)]
    ends = [*(start for start, _ in found), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _refuse_empty_match(run: Run, compiled: regex.Pattern[str]) -> None:
    if matches(run, compiled, ""):
        raise PatternInvalid("A pattern that matches the empty string cannot replace or split.")


def _timed(run: Run, text: str, act: Callable[[float], Result]) -> Result:
    """Within what is left of the evaluation's time for patterns, so that a loop cannot add up short waits."""
    if len(text) > MAX_INPUT:
        raise FeelEvaluationError(
            f"A pattern is tried on more than {MAX_INPUT} characters.",
            f"用正则表达式匹配的文本超过 {MAX_INPUT} 个字符。",
        )
    run.spend(1 + len(text) // 100)
    start = thread_time()
    try:
        return act(max(run.pattern_s, _LEAST_S))
    except TimeoutError as error:
        raise FeelEvaluationError("Patterns take too long on these texts.", "正则表达式匹配耗时过长。") from error
    finally:
        run.pattern_s -= thread_time() - start
