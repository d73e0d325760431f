"""Reading tokens one after the other, with names of several words recognised by what is in scope."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from engine.feel.errors import FeelSyntaxError
from engine.feel.tokens import Token, canonical_name, name_words, tokenize

MAX_NESTING = 60  # parser and closures take a few Python frames for each level
_ZH = {
    "an expression": "表达式",
    "an operator or the end of the text": "运算符或文本结尾",
    "the name of a member": "成员名称",
    "all arguments with a name, or none": "全部带名称或全部不带名称的参数",
    "a date, time or duration in quotation marks": "引号中的日期、时间或时长",
    "“]”, “)” or “[”": "“]”、“)”或“[”",
    "a key and “:”": "键和“:”",
    "a name and “:”": "名称和“:”",
    "a name and “in”": "名称和“in”",
    "the name of a parameter": "参数名称",
    "a type": "类型",
}
_NAME_SYMBOLS = frozenset("./-'’+*&%?!")


_LongNames = dict[str, list[tuple[tuple[str, ...], str]]]


@lru_cache(maxsize=256)
def _long_names(names: frozenset[str]) -> _LongNames:
    """Of the names that all expressions of one place know; hundreds of them are parsed one after the other."""
    known: _LongNames = {}
    for name in names:
        _learn(known, name)
    return known


def _learn(long_names: _LongNames, name: str) -> None:
    words = name_words(name)
    if len(words) < 2:  # noqa: PLR2004 - a single word needs no help
        return
    known = long_names.setdefault(words[0], [])
    if all(words != others for others, _ in known):
        known.append((words, canonical_name(name)))
        known.sort(key=lambda entry: -len(entry[0]))


class Cursor:
    """A place in the tokens. Names of several words: first word → (words, name), the longest first."""

    def __init__(self, text: str, names: frozenset[str]) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.at = 0
        self.nesting = 0
        self.long_names = {first: list(known) for first, known in _long_names(names).items()}

    @property
    def token(self) -> Token:
        """The one that is next."""
        return self.tokens[self.at]

    def learn(self, name: str) -> None:
        """From here on this name is known, in however many words."""
        _learn(self.long_names, name)

    def is_symbol(self, text: str) -> bool:
        """Whether that operator or bracket is next."""
        token = self.tokens[self.at]
        return token.text == text and token.kind == "symbol"

    def is_word(self, text: str) -> bool:
        """Whether that word is next."""
        token = self.tokens[self.at]
        return token.text == text and token.kind == "word"

    def take_symbol(self, text: str) -> bool:
        """Take it if it is next."""
        if self.is_symbol(text):
            self.at += 1
            return True
        return False

    def take_word(self, text: str) -> bool:
        """Take it if it is next."""
        if self.is_word(text):
            self.at += 1
            return True
        return False

    def expect_symbol(self, text: str) -> None:
        """Take it; a FeelSyntaxError if it is not next."""
        if not self.take_symbol(text):
            raise self.unexpected(f"“{text}”")

    def expect_word(self, text: str) -> None:
        """Take it; a FeelSyntaxError if it is not next."""
        if not self.take_word(text):
            raise self.unexpected(f"“{text}”")

    def unexpected(self, expected: str) -> FeelSyntaxError:
        """The error to raise here."""
        token = self.token
        found = found_zh = f"“{self.text[token.start : token.end][:40]}”"
        if token.kind == "end":
            found, found_zh = "the end of the text", "文本结尾"
        is_equality = token.text == "=="
        return FeelSyntaxError(
            f"Expected {expected}, found {found}{' (equality is written “=”)' if is_equality else ''}.",
            f"此处应为{_ZH.get(expected, expected)}，却是{found_zh}{'（相等写作“=”）' if is_equality else ''}。",
            token.start,
            expected,
        )

    @contextmanager
    def nested(self) -> Iterator[None]:
        """One level deeper; a FeelSyntaxError beyond MAX_NESTING."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise FeelSyntaxError(
                f"The expression is nested deeper than {MAX_NESTING}.",
                f"表达式的嵌套超过 {MAX_NESTING} 层。",
                self.token.start,
            )
        yield
        self.nesting -= 1

    def long_name(self) -> str | None:
        """The longest known name of several words that starts here, taken; None if there is none."""
        token = self.token
        if token.kind == "string":
            return None
        for words, name in self.long_names.get(token.text, ()):
            ahead = self.tokens[self.at : self.at + len(words)]
            if tuple(other.text for other in ahead) == words and all(other.kind != "string" for other in ahead):
                self.at += len(words)
                return name
        return None

    def name_before(self, end: str) -> str | None:
        """Whatever is written up to the symbol `end`, if that can be a name (a key, a parameter), taken."""
        at = self.at
        while self.tokens[at].kind in {"word", "number"} or self.tokens[at].text in _NAME_SYMBOLS:
            at += 1
        found = self.tokens[at]
        if at == self.at or found.text != end or found.kind != "symbol" or self.token.kind == "number":
            return None
        name = canonical_name(self.text[self.token.start : self.tokens[at - 1].end])
        self.at = at
        self.learn(name)
        return name

    def name_up_to_word(self, end: str) -> str | None:
        """As `name_before`, for a name that a keyword ends: `for due date in …`."""
        at = self.at
        while self.tokens[at].kind in {"word", "number"} or self.tokens[at].text in _NAME_SYMBOLS:
            if self.tokens[at].text == end and at > self.at:
                name = canonical_name(self.text[self.token.start : self.tokens[at - 1].end])
                self.at = at
                self.learn(name)
                return name
            at += 1
        return None
