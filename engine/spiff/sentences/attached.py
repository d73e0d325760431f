"""What the deployment check says of data, people, forms, listeners and what other tools attached to elements."""

from collections.abc import Mapping

from engine.spiff.sentences.schema import Sentence

ATTACHED_SENTENCES: Mapping[str, Sentence] = {
    "form-field-invalid": (
        "error",
        "The form field '{name}' cannot be shown: {reason}.",
        "无法显示表单字段“{name}”：{reason_zh}。",
    ),
    "form-text-plain": (
        "warning",
        "The text of the form field '{name}' is kept in the open, so that expressions can read it; "
        "the property personal = true seals it.",
        "表单字段“{name}”的文本以明文保存，表达式可以读取；设置属性 personal = true 可将其密封。",
    ),
    "performer-parameters": (
        "error",
        "Nobody answers resource parameters: name people by an expression, user(x) or group(y).",
        "不支持资源参数：请用表达式、user(…) 或 group(…) 指定人员。",
    ),
    "performer-drawn": (
        "warning",
        "The {name} is documentation: it names nobody for a task that people do.",
        "{name} 仅作文档说明：没有为人工任务指定任何人。",
    ),
    "variable-event": (
        "error",
        "'{name}' is no change of a variable: create, update or delete.",
        "“{name}”不是变量变化的类型:create、update 或 delete。",
    ),
    "listener-event": (
        "error",
        "A listener here hears {events}, not '{event}'.",
        "此处的监听器只能监听 {events}，不能监听“{event}”。",
    ),
    "listener-empty": (
        "error",
        "The listener does not say what to do: give it a delegate expression, an expression or a FEEL script.",
        "监听器没有说明执行什么：请设置代理表达式、表达式或 FEEL 脚本。",
    ),
    "data-store-drawn": (
        "warning",
        "Data stores are documentation: nothing is read from or written to one.",
        "数据存储仅作文档说明：不会读取或写入任何内容。",
    ),
    "data-association-invalid": (
        "error",
        "The data association cannot be run: {reason}.",
        "无法执行数据关联：{reason_zh}。",
    ),
    "event-name-expression": (
        "error",
        "The name '{name}' is an expression: nothing could be asked for it yet. Here the name is fixed.",
        "名称“{name}”是表达式，此处尚无可供计算的数据，名称必须固定。",
    ),
    "extension-foreign": (
        "warning",
        "The extension {name} belongs to another tool and has no effect here.",
        "扩展 {name} 属于其他工具，在此不起作用。",
    ),
    "extension-alias": (
        "warning",
        "{name} is read as camunda:{alias}, which means the same.",
        "{name} 按含义相同的 camunda:{alias} 读取。",
    ),
    "extension-not-understood": (
        "error",
        "The file says that the extension '{name}' must be understood (mustUnderstand), and it is not known here.",
        "文件声明必须理解扩展“{name}”(mustUnderstand),而此处不认识该扩展。",
    ),
    "extension-zeebe": (
        "error",
        "zeebe:{name} of Camunda 8 is not run. Say it as in Camunda 7: {instead}.",
        "不执行 Camunda 8 的 zeebe:{name}。请按 Camunda 7 的写法：{instead}。",
    ),
    "import-not-followed": (
        "warning",
        "The import of '{name}' is not followed: deploy that file as well; what it holds is found by its id.",
        "不会读取导入的“{name}”：请一并部署该文件，其中的内容按 id 查找。",
    ),
}
