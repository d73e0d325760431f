"""Text to tokens: literal text, and the expressions in `${…}` and `#{…}` (JSR 341 §1.19)."""

import re
from dataclasses import dataclass

from engine.juel.errors import JuelSyntaxError

MAX_TEXT = 20_000

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?[lLfFdD]?)
    |(?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    |(?P<name>[^\W\d][\w]*)
    |(?P<symbol>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]}])""",
    re.VERBOSE | re.DOTALL,
)
_WORD_OPERATORS = {"eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">="} | {
    "and": "&&",
    "or": "||",
    "not": "!",
    "div": "/",
    "mod": "%",
}


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is number, string, name, symbol or end; a word operator is the symbol it stands for."""

    kind: str
    text: str
    start: int


def expression_tokens(text: str, start: int) -> tuple[list[Token], int]:
    """The tokens from `start` to the closing brace, and the offset after it."""
    tokens: list[Token] = []
    at = start
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise JuelSyntaxError(f"“{text[at]}” is not accepted here.", f"此处不接受“{text[at]}”。", at)
        kind, word = match.lastgroup or "symbol", match.group()
        at = match.end()
        if kind == "symbol" and word == "}":
            return [*tokens, Token("end", "", match.start())], at
        if kind != "space":
            tokens.append(_token(kind, word, match.start()))
    raise JuelSyntaxError("The expression has no closing brace.", "表达式缺少结束的花括号。", start)


def _token(kind: str, word: str, start: int) -> Token:
    if kind == "string":
        return Token(kind, re.sub(r"\\(.)", r"\1", word[1:-1], flags=re.DOTALL), start)
    if kind == "name" and word in _WORD_OPERATORS:
        return Token("symbol", _WORD_OPERATORS[word], start)
    return Token(kind, word, start)


def segments(text: str) -> list[str | list[Token]]:
    """Literal text and expressions, in their order; a backslash before `${` makes it text."""
    if len(text) > MAX_TEXT:
        raise JuelSyntaxError(f"The text has more than {MAX_TEXT} characters.", f"文本超过 {MAX_TEXT} 个字符。", 0)
    parts: list[str | list[Token]] = []
    literal, at = "", 0
    while at < len(text):
        if text[at] == "\\" and text[at + 1 : at + 3] in {"${", "#{"}:
            literal, at = literal + text[at + 1 : at + 3], at + 3
        elif text[at : at + 2] in {"${", "#{"}:
            if literal:
                parts.append(literal)
                literal = ""
            tokens, at = expression_tokens(text, at + 2)
            parts.append(tokens)
        else:
            literal, at = literal + text[at], at + 1
    return [*parts, literal] if literal or not parts else parts
