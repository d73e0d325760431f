"""What the deployment check says of expressions, and of names that a model uses."""

from collections.abc import Mapping

from engine.spiff.sentences.schema import Sentence

NAME_SENTENCES: Mapping[str, Sentence] = {
    "text-too-long": (
        "error",
        "The {what} has {length} characters; at most {most} are taken. Shorten it.",
        "{what} 有 {length} 个字符，最多 {most} 个：请缩短。",
    ),
    "version-invalid": (
        "error",
        "'{text}' is no number of a version: a whole number from 1 on.",
        "“{text}”不是版本号：应为从 1 开始的整数。",
    ),
    "priority-invalid": (
        "error",
        "'{text}' is no priority: a whole number of at most nine digits, or an expression that gives one.",
        "“{text}”不是优先级：应为最多九位的整数，或给出整数的表达式。",
    ),
    "due-date-invalid": (
        "error",
        "'{text}' is no date, time or duration in ISO 8601, such as 2026-03-02T09:00:00 or P2D; an expression begins "
        "with = or ${{.",
        "“{text}”不是 ISO 8601 的日期、时间或时长（例如 2026-03-02T09:00:00 或 P2D）；表达式应以 = 或 ${{ 开头。",
    ),
    "history-time-invalid": (
        "error",
        "'{text}' is no number of days to keep ended cases for: say 180 or P180D.",
        "“{text}”不是已结束案例的保留天数：请写 180 或 P180D。",
    ),
    "retry-cycle-invalid": (
        "error",
        "'{text}' is no retry cycle like R3/PT10M.",
        "“{text}”不是重试周期（如 R3/PT10M）。",
    ),
    "expression-invalid": (
        "error",
        "The expression '{text}' does not parse: {reason}",
        "表达式“{text}”无法解析：{reason_zh}",
    ),
    "function-unknown": (
        "error",
        "The expression '{text}' calls '{name}', which is no known function.",
        "表达式“{text}”调用了未知函数“{name}”。",
    ),
    "handler-missing": (
        "error",
        "The task does not say what to do: give it a delegate expression or an expression.",
        "该任务没有说明执行什么：请设置代理表达式或表达式。",
    ),
    "handler-unknown": ("error", "'{name}' is no registered handler.", "“{name}”不是已注册的处理器。"),
    "handler-input": ("error", "The handler '{name}': {reason}.", "处理器“{name}”：{reason_zh}。"),
    "script-language": (
        "error",
        "Scripts in '{language}' are not run: write FEEL, or a registered handler.",
        "不支持“{language}”脚本：请使用 FEEL 或已注册的处理器。",
    ),
    "script-missing": ("error", "The script task has no script.", "脚本任务没有脚本。"),
    "script-without-names": (
        "error",
        "This script gives no context, so nothing of it would be kept: write {{name: value}}, or set "
        "camunda:resultVariable.",
        "此脚本的结果不是上下文，其结果不会保留：请写成 {{名称: 值}}，或设置 camunda:resultVariable。",
    ),
    "form-unknown": ("error", "The form '{name}' is not deployed.", "表单“{name}”尚未部署。"),
    "form-twice": ("error", "Both formKey and formRef are given.", "formKey 与 formRef 不能同时设置。"),
    "decision-missing": ("error", "The task names no decision.", "业务规则任务没有引用决策。"),
    "decision-unknown": ("error", "The decision '{name}' is not deployed.", "决策“{name}”尚未部署。"),
    "decision-mapping": ("error", "'{name}' is no way to map a decision's result.", "“{name}”不是有效的决策结果映射。"),
    "called-process-missing": ("error", "The call activity names no process.", "调用活动没有引用流程。"),
    "called-process-drawn": (
        "error",
        "The process '{name}' is only drawn in this file: mark it executable (isExecutable=true), or deploy another.",
        "流程“{name}”在此文件中仅为绘制：请设置 isExecutable=true,或另行部署可执行的流程。",
    ),
    "called-process-unknown": ("error", "The process '{name}' is not deployed.", "流程“{name}”尚未部署。"),
    "binding-unknown": ("error", "'{name}' is no version binding.", "“{name}”不是有效的版本绑定方式。"),
    "binding-without-version": ("error", "The binding '{name}' needs a version.", "绑定方式“{name}”需要指定版本。"),
}
