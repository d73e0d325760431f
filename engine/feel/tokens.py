"""Text to tokens (DMN 1.5 §10.3.1.2, rules 27–38, 61–66)."""

import re
import sys
from dataclasses import dataclass
from functools import lru_cache

from engine.feel.errors import FeelSyntaxError

MAX_TEXT = 100_000

_ASTRAL = "\U00010000-\U000effff"  # emoji and rare Chinese characters are name characters
_WORD = rf"(?:[^\W\d]|[{_ASTRAL}])(?:\w|[\u00b7\u0300-\u036f\u203f\u2040{_ASTRAL}])*"
_TOKEN = re.compile(
    rf"""(?P<space>(?:\s|\ufeff)+|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)
    |(?P<range>\.\.)
    |(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<word>{_WORD})
    |(?P<symbol>\*\*|->|<=|>=|!=|==|.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is number, string, word, symbol or end; a string's text is its content, escapes resolved."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """Raises FeelSyntaxError for a string or comment without end, or a text longer than MAX_TEXT."""
    if len(text) > MAX_TEXT:
        raise FeelSyntaxError(
            f"The expression has more than {MAX_TEXT} characters.", f"表达式超过 {MAX_TEXT} 个字符。", 0
        )
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "symbol"
        if kind == "space":
            continue
        word = match.group()
        if kind == "string":
            word = _unescaped(word, match.start())
        elif word == '"':
            raise FeelSyntaxError("A string has no closing quotation mark.", "字符串缺少结束引号。", match.start(), '"')
        elif word == "/" and text.startswith("/*", match.start()):
            raise FeelSyntaxError("A comment has no end.", "注释没有结束。", match.start(), "*/")
        tokens.append(Token("symbol" if kind == "range" else kind, word, match.start(), match.end()))
    tokens.append(Token("end", "", len(text), len(text)))
    return tokens


def _unescaped(literal: str, position: int) -> str:
    content = literal[1:-1]
    if "\\" not in content:
        return content

    def one(match: re.Match[str]) -> str:
        escape = match.group(1)
        if len(escape) > 1:
            code = int(escape[1:], 16)
            if code <= sys.maxunicode:
                return chr(code)
        # An escape the grammar does not know stays as it is written: "\d" in a pattern is a backslash and a d.
        return _ESCAPED.get(escape, match.group())

    resolved = _ESCAPE.sub(one, content)
    try:
        return resolved.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as error:
        raise FeelSyntaxError("A string has half a surrogate pair.", "字符串含有不完整的代理对。", position) from error


@lru_cache(maxsize=4096)
def name_words(name: str) -> tuple[str, ...]:
    """The tokens a name consists of, however it is spaced; none if it cannot be written."""
    try:
        return tuple(token.text for token in tokenize(name)[:-1])
    except FeelSyntaxError:  # a key such as `"` is reached by `get value` only
        return ()


def canonical_name(name: str) -> str:
    """The name with single spaces."""
    return " ".join(name.split())
