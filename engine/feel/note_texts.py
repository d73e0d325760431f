"""Why an expression gave null, in Chinese. Notes are made in English; each of their texts has its other half here."""

from __future__ import annotations

import re
from functools import lru_cache

_MAX_NOTE = 300  # several holes in a long text take long to tell apart
# “{}” stands for what the note fills in, in the same order on both sides.
CHINESE = {
    "A boxed filter keeps by a condition, not by an index.": "盒式过滤器按条件保留，不按位置。",
    "A condition is a {}, not a boolean.": "条件的类型是 {}，不是 boolean。",
    "A group cannot be repeated inside of a class.": "字符类中不能引用分组。",
    "A local and a zoned time cannot be subtracted.": "本地时间与带时区的时间不能相减。",
    "A number with a fraction is neither odd nor even.": "带小数的数既非奇数也非偶数。",
    "A pattern that matches the empty string cannot replace or split.": "匹配空字符串的正则表达式不能用于替换或拆分。",
    "A range needs an end.": "区间至少需要一个端点。",
    "A {} cannot be between these.": "{} 不能与这些值比较。",
    "A {} cannot be negated.": "{} 不能取负。",
    "A {} has no “{}”.": "{} 没有“{}”。",
    "A {} is no function.": "{} 不是函数。",
    "An item is no boolean.": "有一项不是 boolean。",
    "Division by zero.": "除数为零。",
    "In a replacement, $ is followed by a number, and \\ by $ or \\.": "替换文本中，$ 后须为数字，\\ 后须为 $ 或 \\。",
    "One number has no deviation.": "单个数没有标准差。",
    "Only the first {} tables are in the trace.": "跟踪中仅有前 {} 个决策表。",
    "The argument {} has another type.": "参数 {} 的类型不符。",
    "The context has no entry “{}”.": "上下文没有条目“{}”。",
    "The date is outside of the years 1 to 9999.": "日期超出公元 1 至 9999 年。",
    "The date is outside of the years that are known.": "日期超出可表示的年份。",
    "The duration is too long.": "时长过长。",
    "The ends of the range are not in order.": "区间端点的顺序不对。",
    "The entry “{}” is no context.": "条目“{}”不是上下文。",
    "The function {} is external (Java, PMML).": "函数 {} 是外部函数（Java、PMML）。",
    "The function takes {} arguments, not {}.": "函数需要 {} 个参数，而不是 {} 个。",
    "The input “{}” is no {}.": "输入“{}”不是 {}。",
    "The items have no order.": "各项之间没有顺序。",
    "The key “{}” is there twice.": "键“{}”重复。",
    "The keys are strings, one at least.": "键须为字符串，至少一个。",
    "The length is from 1 to {}.": "长度须在 1 至 {} 之间。",
    "The list is empty.": "列表为空。",
    "The list of {} has no item {}.": "共 {} 项的列表没有第 {} 项。",
    "The match function must give a boolean.": "匹配函数须返回 boolean。",
    "The number is too large.": "数值过大。",
    "The result is not a finite number.": "结果不是有限的数。",
    "The result of “{}” is no {}.": "“{}”的结果不是 {}。",
    "The scale is from {} to {}.": "小数位数须在 {} 至 {} 之间。",
    "The separators of number() are “ ”, “.” or “,”, and differ.": "number() 的分隔符须为“ ”、“.”或“,”，且互不相同。",
    "The type is not known.": "类型未知。",
    "There are no steps from {} to {}.": "从 {} 到 {} 无法逐步计数。",
    "There is no function “{}”.": "没有函数“{}”。",
    "There is no position {} in a list of {}.": "位置 {} 不在共 {} 项的列表中。",
    "There is no position {} in a string of {}.": "位置 {} 不在长度为 {} 的字符串中。",
    "There is no range from {} to {}.": "没有从 {} 到 {} 的区间。",
    "There is no “{}”.": "没有“{}”。",
    "There is nothing to filter: null.": "没有可过滤的内容：null。",
    "This type needs parameters, as in list<Any>.": "该类型需要参数，例如 list<Any>。",
    "There is nothing to go through: null.": "没有可遍历的内容：null。",
    "Unknown flags or a pattern of more than {} characters.": "标志未知，或正则表达式超过 {} 个字符。",
    "context merge() takes contexts.": "context merge() 的参数须为上下文。",
    "context() takes entries of key and value.": "context() 的参数须为含 key 与 value 的条目。",
    "mode() takes numbers.": "mode() 的参数须为数。",
    "not() takes a boolean.": "not() 的参数须为 boolean。",
    "null cannot be concatenated.": "null 不能拼接。",
    "string join() takes a list of strings.": "string join() 的参数须为字符串列表。",
    "sum() takes numbers, one at least.": "sum() 的参数须为数，至少一个。",
    "sum() takes values of one kind.": "sum() 的参数须为同一类型。",
    "{} and {} have no order.": "{} 与 {} 之间没有顺序。",
    "{} gives no {}.": "{} 的结果不是 {}。",
    "{} has no parameter of that name.": "{} 没有该名称的参数。",
    "{} is no {}.": "{} 不是 {}。",
    "{} takes {} arguments, not {}.": "{} 需要 {} 个参数，而不是 {} 个。",
    "{} {} {} is not defined.": "{} {} {} 没有定义。",
    "{}() takes numbers, one at least.": "{}() 的参数须为数，至少一个。",
    "{}({}) is not defined.": "{}({}) 没有定义。",
    "{}-{}-{} is no date.": "{}-{}-{} 不是日期。",
    "{}: an argument has another type.": "{}：有参数的类型不符。",
    "{}: the argument {} is no {}.": "{}：参数 {} 不是 {}。",
    "{}:{}:{} is no time.": "{}:{}:{} 不是时间。",
    "“(?” is not part of XPath's regular expressions.": "XPath 正则表达式中没有“(?”。",
    "“\\{}” is no escape.": "“\\{}”不是转义字符。",
    "“{}” is no FEEL: {}": "“{}”不是 FEEL：{}",
    "“{}” is no number.": "“{}”不是数。",
    "“{}” is no pattern: {}": "“{}”不是正则表达式：{}",
    "“{}” is no range.": "“{}”不是区间。",
    "“{}” is no time zone.": "“{}”不是时区。",
    "“{}” is no {}.": "“{}”不是 {}。",
}


def in_chinese(note: str) -> str:
    """The note in Chinese; unchanged if it is none of this language's, or names something very long."""
    if len(note) > _MAX_NOTE:
        return note
    for pattern, chinese in _patterns():
        match = pattern.fullmatch(note)
        if match is not None:
            return chinese.format(*match.groups())
    return note


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The texts that say the most first, for “{} is no {}.” would fit many."""
    texts = sorted(CHINESE.items(), key=lambda pair: -len(pair[0].replace("{}", "")))
    return tuple((re.compile(re.escape(en).replace(r"\{\}", "(.*?)"), re.DOTALL), zh) for en, zh in texts)
