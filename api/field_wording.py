"""What is wrong with a field, in Chinese: the sentences of marshmallow and of the commands, by pattern."""

import re

_SENTENCES: tuple[tuple[str, str], ...] = (
    (r"Missing data for required field\.", "必填。"),
    (r"Unknown field\.", "未知字段。"),
    (r"Field may not be null\.", "不能为空。"),
    (r"Invalid input type\.", "类型错误。"),
    (r"Not a valid string\.", "必须是文本。"),
    (r"Not a valid integer\.", "必须是整数。"),
    (r"Not a valid number\.", "必须是数字。"),
    (r"Not a valid boolean\.", "必须是 true 或 false。"),
    (r"Not a valid UUID\.", "不是有效的 UUID。"),
    (r"Not a valid list\.", "必须是列表。"),
    (r"Not a valid mapping type\.", "必须是对象。"),
    (r"Not a valid (?:aware )?datetime\.", "不是有效的日期时间（需带时区）。"),
    (r"Not a valid time\.", "不是有效的时间。"),
    (r"Length must be between (\d+) and (\d+)\.", r"长度须在 \1 到 \2 之间。"),
    (r"Longer than maximum length (\d+)\.", r"长度不能超过 \1。"),
    (r"Shorter than minimum length (\d+)\.", r"长度不能少于 \1。"),
    (r"Must be one of: (.*)\.", r"必须是以下之一:\1。"),
    (r"Must be greater than or equal to (.*?)\.?", r"不能小于 \1。"),
    (r"Must be less than or equal to (.*?)\.?", r"不能大于 \1。"),
    (r"Must be between the years (\d+) and (\d+)\.", r"年份须在 \1 到 \2 之间。"),
    (r"Must be greater than or equal to (.*) and less than or equal to (.*)\.", r"须在 \1 到 \2 之间。"),
    # people and their passwords
    (r"A password has (\d+) to (\d+) characters\.", r"密码须为 \1 到 \2 个字符。"),
    (r"A password may not hold the user name\.", "密码不能包含用户名。"),
    (r"A password needs more than a few different characters\.", "密码中不同的字符太少。"),
    (r"This is not your password so far\.", "当前密码不正确。"),
    (r"The languages are (.*)\.", r"可选语言:\1。"),
    (
        r"A user name has 2 to 64 of a–z, 0–9, '\.', '_', '@' and '-'\.",
        "用户名为 2 到 64 个小写字母、数字、“.”“_”“@”“-”。",
    ),
    (r"A display name has 1 to (\d+) characters\.", r"显示名须为 1 到 \1 个字。"),
    (r"This is no e-mail address\.", "不是有效的邮箱地址。"),
    (
        r"A group cannot be called like a person or a customer: its members would pass for him\.",
        "用户组不能以人员或客户的标识命名。",
    ),
    (
        r"A group id is lower-case letters, digits and '_', in parts separated by ':'\.",
        "用户组标识由小写字母、数字和“_”组成，各段以“:”分隔。",
    ),
    (r"A name has 1 to (\d+) characters\.", r"名称须为 1 到 \1 个字。"),
    (r"There is no permission (.*)\.", r"没有权限 \1。"),
    # what is looked at, and what for
    (r"Say what you open the case (.*) for; it is recorded\.", r"请说明打开工单 \1 的目的，会被记录。"),
    (r"Say what the data is needed for\.", "请说明需要这些信息的目的。"),
    # notifications and substitution
    (r"There is no way (.*)\.", r"没有通知方式 \1。"),
    (r"Quiet hours have a beginning and an end\.", "免打扰时段须有开始和结束时间。"),
    (r"Quiet hours are local times, without a zone\.", "免打扰时段为本地时间，不带时区。"),
    (r"Quiet hours end at another time than they begin\.", "免打扰时段的开始与结束时间不能相同。"),
    (r"Nobody stands in for himself\.", "不能由本人代理本人。"),
    (r"The period ends before it starts\.", "结束时间早于开始时间。"),
    (r"The period is over already\.", "该期间已经过去。"),
    (r"A period is a year at most\.", "期间最长为一年。"),
    (r"Say either minutes or since and until\.", "请指定分钟数，或起止时间，二者择一。"),
    # requests and complaints
    (r"must be one of (.*)", r"必须是以下之一:\1。"),
    (r"must be text of at most (\d+) characters", r"最多 \1 个字。"),
    (r"subject or description is needed, text of at most (\d+) characters", r"主题和描述至少填写一项，最多 \1 个字。"),
    (r"must not lie in the future", "不能晚于现在。"),
    (r"must be a telephone number", "请填写有效的电话号码。"),
    (r"must be an e-mail address", "请填写有效的邮箱地址。"),
    (r"must name active colleagues", "只能填写在职同事。"),
    (r"A text has 1 to (\d+) characters\.", r"请填写 1 到 \1 个字。"),
    (r"Only staff may say this\.", "此项只能由工作人员填写。"),
    # files and drafts
    (r"Send one file in the field 'file' as multipart/form-data\.", "请选择一个文件。"),
    (r"There are at most (\d+) files\.", r"最多 \1 个文件。"),
    (r"A file's name has 1 to 200 visible characters and is no path\.", "文件名须为 1 到 200 个可见字符。"),
    (r"Files that are taken end in (.*)\.", r"可接受的文件类型:\1。"),
    (r"The content of this file is not what its name says \((.*)\)\.", r"文件内容与扩展名(\1)不符。"),
    (r"A draft stays of its kind: the name must end as '(.*)' does\.", r"草稿类型不能改变：文件名的结尾须与“\1”相同。"),
    (r"Two of these drafts have the same file name; rename one\.", "有两份草稿文件名相同，请改名。"),
    (
        r"The name of the file must end in \.bpmn, \.bpmn20\.xml, \.dmn, \.dmn11\.xml or \.form\.",
        "文件名须以 .bpmn、.bpmn20.xml、.dmn、.dmn11.xml 或 .form 结尾。",
    ),
    (r"A draft holds 1 to (\d+) bytes\.", r"草稿大小须为 1 到 \1 字节。"),
    (r"Send at least one file as multipart/form-data\.", "请至少选择一个文件。"),
    (r"Say true or false\.", "请填写 true 或 false。"),
    (r"A day is written 2026-10-01\.", "日期格式为 2026-10-01。"),
)
_PATTERNS = tuple((re.compile(english), chinese) for english, chinese in _SENTENCES)


def in_chinese(message: str) -> str:
    """Say the sentence in Chinese when it is known; the later, more precise pattern wins."""
    for pattern, chinese in reversed(_PATTERNS):
        if match := pattern.fullmatch(message):
            return match.expand(chinese)
    return message
