"""What the deployment check says of a file that is not as the BPMN schema wants it."""

from collections.abc import Mapping
from typing import Literal

Sentence = tuple[Literal["error", "warning"], str, str]
SCHEMA_SENTENCES: Mapping[str, Sentence] = {
    "more-found": (
        "warning",
        "{text} more findings are not listed; errors come before warnings.",
        "另有 {text} 条未列出；错误优先于警告列出。",
    ),
    "dangling-drawing": (
        "warning",
        "'{reference}' is not defined; it belongs to what is drawn but not run.",
        "“{reference}”没有定义；它属于只绘制而不执行的部分。",
    ),
    "interchange-dangling": (
        "warning",
        "The diagram interchange draws '{reference}', which does not exist.",
        "图形信息引用了不存在的元素“{reference}”。",
    ),
    "flow-listing": (
        "warning",
        "The element lists '{reference}' as {kind}, but no such sequence flow has it there; the flow's own ends count.",
        "元素将“{reference}”列为 {kind}，但该顺序流并不如此连接；以顺序流自身的两端为准。",
    ),
    "schema-order": (
        "warning",
        "The children of this {kind} stand in another order than the schema's: {name} comes too late. It is read all "
        "the same; saving the file in a modeler puts it right.",
        "{kind} 的子元素顺序与规范不符：{name} 位置靠后。仍可读取；用建模器重新保存即可修正。",
    ),
    "schema-interchange": (
        "warning",
        "The diagram interchange ({kind}) is not as the schema says: the drawing may look wrong, but runs.",
        "图形信息({kind})不符合规范；图形可能显示不正确，但不影响执行。",
    ),
    "schema-wrapper-missing": (
        "warning",
        "The schema wants more inside {kind}, such as an empty inputSet and outputSet; it is read all the same.",
        "{kind} 缺少规范要求的子元素（如空的 inputSet 和 outputSet）；仍可读取。",
    ),
    "schema-namespace-missing": (
        "warning",
        "The definitions have no targetNamespace; any will do.",
        "definitions 缺少 targetNamespace,请补充任意命名空间。",
    ),
    "schema-type": (
        "warning",
        'The {kind} needs xsi:type="bpmn:tFormalExpression" with a declared prefix; it is read as an expression.',
        '{kind} 需要带已声明前缀的 xsi:type="bpmn:tFormalExpression";此处按表达式读取。',
    ),
    "schema-prefix": (
        "warning",
        "The prefix in '{text}' ({name}) is not declared; the name after it is used.",
        "“{text}”({name})的前缀未声明；使用冒号后的名称。",
    ),
    "schema-id": (
        "warning",
        "'{text}' is no id as XML wants it (a letter or _ first, then letters, digits, '_', '-' and '.'). It is clear, "
        "so it is run and drawn here; other modelers may leave the element out: give it another id.",
        "“{text}”不是 XML 规定的 id(应以字母或 _ 开头，后接字母、数字、_、-、.)。含义明确，此处仍可执行和绘制；"
        "其他建模器可能会丢弃该元素，请更换 id。",
    ),
    "schema-elsewhere": (
        "warning",
        "The {kind} is not as the schema says; it belongs to what is drawn but not run.",
        "{kind} 不符合规范；它属于只绘制而不执行的部分。",
    ),
    "extension-outside": (
        "error",
        "The extension {name} has no effect outside extensionElements: put it there.",
        "扩展元素 {name} 不在 extensionElements 中，不起作用：请移入其中。",
    ),
    "foreign-outside": (
        "warning",
        "The element {name} of another tool stands outside extensionElements and is passed over.",
        "其他工具的元素 {name} 不在 extensionElements 中，已忽略。",
    ),
    "schema-element": (
        "error",
        "A {name} may not stand here, inside {kind}, or not once more: remove it, or correct its name.",
        "{name} 不能出现在 {kind} 中的此处（或不能重复）：请删除或更正名称。",
    ),
    "schema-child-missing": (
        "error",
        "The {kind} lacks an element that BPMN requires in it.",
        "{kind} 缺少 BPMN 要求的子元素。",
    ),
    "schema-attribute": (
        "error",
        "BPMN knows no attribute '{name}' of {kind}: correct its name, or give it the prefix of its tool.",
        "BPMN 的 {kind} 没有属性“{name}”：请更正名称，或加上所属工具的前缀。",
    ),
    "schema-attribute-missing": (
        "error",
        "The {kind} needs the attribute '{name}'.",
        "{kind} 需要属性“{name}”。",
    ),
    "schema-value": (
        "error",
        "'{text}' is no possible value of '{name}'.",
        "“{text}”不是“{name}”允许的值。",
    ),
    "schema-text": (
        "error",
        "There is stray text inside this {kind}: remove it.",
        "{kind} 中有多余的文字：请删除。",
    ),
    "schema-far": (
        "error",
        "The file departs from the BPMN schema in more than {text} places; only some are listed.",
        "文件有超过 {text} 处不符合 BPMN 规范，仅列出部分。",
    ),
    "schema-invalid": (
        "error",
        "The {kind} is not as the BPMN schema says.",
        "{kind} 不符合 BPMN 规范。",
    ),
}
