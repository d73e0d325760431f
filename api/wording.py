"""Chinese wording of problem titles and of what the schemas find; English is the code's own."""

from collections.abc import Mapping

from api.field_wording import in_chinese

HTTP_TITLES: Mapping[str, str] = {
    "bad-request": "The request cannot be understood.",
    "no-such-address": "There is nothing at this address.",
    "method-not-allowed": "This address does not take that method.",
    "not-acceptable": "No representation of this is acceptable to the client.",
    "too-large": "The request is too large.",
    "unsupported-media-type": "The body must be JSON, or multipart where files are sent.",
    "internal-error": "Something went wrong on our side; nothing was changed.",
    "unavailable": "The service cannot answer right now; try again shortly.",
}

TITLES_ZH: Mapping[str, str] = {
    "bad-request": "无法理解该请求。",
    "no-such-address": "此地址没有内容。",
    "method-not-allowed": "此地址不支持该请求方法。",
    "not-acceptable": "没有客户端可接受的表示形式。",
    "too-large": "请求内容过大。",
    "unsupported-media-type": "请求内容必须是 JSON;上传文件时为 multipart。",
    "internal-error": "系统内部出错，未做任何更改。",
    "unavailable": "服务暂时不可用，请稍后再试。",
    "sign-in-required": "请先登录，或使用访问令牌。",
    "csrf-token-wrong": "缺少 X-CSRF-Token 请求头，或与当前会话不符。",
    "members-invalid": "请求中有缺失、未知或错误的内容。",
    "cursor-invalid": "该分页游标不属于此列表。",
    "too-many-requests": "来自此地址的请求过多，请稍后再试。",
    "too-many-streams": "暂时无法推送更多实时更新，请改为刷新列表。",
    "body-unreadable": "请求内容不是可接受的 JSON。",
    "engine-error": "无法完成该操作。",
    "not-found": "请求的对象不存在，或您无权查看。",
    "forbidden": "您可以查看该对象，但无权执行此操作。",
    "conflict": "对象当前的状态不允许此操作。",
    "invalid": "请求内容有误。",
    "not-authenticated": "请求未说明身份，或身份不可信。",
    "busy": "他人正在处理同一对象，请稍后再试。",
    "execution-failed": "引擎无法执行流程图中的内容。",
    "deployment-not-found": "部署不存在。",
    "draft-not-found": "草稿不存在，或其所有者未共享。",
    "draft-changed": "此草稿已被他人保存过，未做任何覆盖。",
    "too-many-drafts": "您的草稿数量已达上限，请部署或删除一些。",
    "draft-invalid": "无法保存为草稿。",
    "process-definition-not-found": "流程定义不存在。",
    "decision-not-found": "决策不存在。",
    "form-not-found": "表单不存在，或该任务没有表单。",
    "process-instance-not-found": "流程实例不存在。",
    "user-task-not-found": "任务不存在。",
    "user-task-draft-changed": "此任务的草稿刚被更新，您的内容尚未保存。",
    "task-view-not-found": "没有这个已存视图，或它既非您所有也未共享给您。",
    "too-many-task-views": "已存视图数量已达上限，请先删除一个。",
    "phrase-not-found": "没有这条常用语，或它不是您的。",
    "too-many-phrases": "常用语数量已达上限，请先删除一条。",
    "incident-not-found": "异常记录不存在。",
    "replay-too-long": "历史过长，无法即时重放；请查看事件日志，或提交后台校验。",
    "external-task-not-found": "没有这个待办的外部任务。",
    "external-task-not-locked": "该外部任务未被此工作程序锁定。",
    "export-too-large": "一次导出的内容过多，请缩短时间范围。",
    "nothing-to-remove": "没有可以清除的已封存时段。",
    "export-not-found": "没有这个导出。",
    "export-not-ready": "该导出没有可下载的内容：尚未完成、已失败或已过期。",
    "event-not-found": "审计日志中没有此编号的记录。",
    "checkpoint-not-found": "没有此规模的检查点。",
    "event-not-sealed": "尚无检查点覆盖此记录。",
    "checkpoints-not-signed": "此处不签署检查点。",
    "message-not-correlated": "没有流程在等待此消息。",
    "person-not-found": "人员不存在。",
    "group-not-found": "用户组不存在。",
    "token-not-found": "访问令牌不存在。",
    "sandbox-not-found": "没有您的这个试运行，它可能已过期。",
    "sandboxes-too-many": "您的试运行已达上限，请先删除一个。",
    "sandbox-full": "该试运行的步数或内容已达上限，请撤销几步或另起一个。",
    "sandbox-nothing-open": "试运行中已没有等待此操作的内容。",
    "sandbox-clock-invalid": "试运行的时钟只能前进，且不超过一百年。",
    "not-permitted": "您所在的用户组没有此权限。",
    "not-candidate": "您不是该任务的办理人或候选人。",
    "segregation-of-duties": "同一工单中，同一人不得兼任这两项工作。",
    "user-task-not-active": "任务已完成或已取消。",
    "ad-hoc-activity-not-enabled": "即席子流程未打开，或正在执行其他活动。",
    "user-task-claimed": "任务已被他人认领。",
    "process-instance-not-active": "流程实例已结束。",
    "process-instance-suspended": "流程实例已暂停。",
    "message-ambiguous": "有多个流程实例在等待此消息，请指明是哪一个。",
    "incident-resolved": "该异常已解决。",
    "incident-not-resolvable": "此处出错的内容无法由人工代为完成；请更正所需数据后重试，或移动令牌。",
    "process-definition-suspended": "该流程版本已暂停，恢复之前不能启动新的流程。",
    "process-instance-not-movable": "流程实例不能这样迁移、修改或重新启动。",
    "element-instance-not-found": "该流程实例中没有此编号的活动元素。",
    "job-not-found": "没有此编号的作业；已完成的作业不再保留。",
    "job-not-failed": "该作业正在等待或执行；只有已放弃的作业才能重新排队。",
    "bulk-operation-not-found": "批量操作不存在。",
    "backtest-not-found": "回测不存在。",
    "backtest-not-ready": "回测仍在进行，或已评审。",
    "backtest-invalid": "回测没有可用的案例，或重命名了不存在的元素。",
    "bulk-operation-ended": "该批量操作已结束。",
    "parked-again": "重试后再次出错，异常仍未解决。",
    "bulk-operation-invalid": "批量操作未正确说明对哪些对象做什么。",
    "idempotency-key-reused": "该幂等键已用于另一个请求。",
    "name-taken": "该名称已被使用。",
    "administrator-exists": "已有管理员，请由其添加新的管理员。",
    "deployment-not-ready": "部署当前的状态不允许此操作。",
    "process-definition-not-ready": "该流程版本未启用或已停用。",
    "deployment-invalid": "部署内容有错误，未保存任何内容。",
    "form-invalid": "表单中有缺失或错误的字段。",
    "variables-invalid": "变量不是大小合适的 JSON。",
    "decision-invalid": "决策模型无法使用。",
    "reason-required": "此操作必须说明原因。",
    "person-invalid": "姓名、密码或用户组不符合要求。",
    "credentials-wrong": "用户名与密码、令牌或会话不匹配。",
    "locked-out": "失败次数过多，请稍后再试。",
    "instance-locked": "流程实例正在被处理，请稍后再试。",
    "listener-failed": "该任务的监听器执行失败，更改未生效。",
    "replay-diverged": "日志无法重现已保存的状态。",
    "start-not-possible": "该流程不能以这种方式启动。",
    "case-not-found": "工单不存在，或您无权查看。",
    "case-sample-not-found": "没有这份抽样，或其中没有这个工单。",
    "customer-not-found": "客户不存在。",
    "commitment-not-found": "承诺登记中没有此项。",
    "calendar-not-found": "工作日历不存在。",
    "deadline-not-found": "该工单没有此项承诺。",
    "notification-not-found": "通知不存在。",
    "tracking-token-unknown": "此链接无效或已过期。",
    "archive-record-not-found": "档案中没有此记录。",
    "department-not-found": "部门不存在。",
    "case-archived": "工单已归档，只能查看；请改为追加说明。",
    "case-closed": "工单已关闭。",
    "deadline-settled": "该承诺已兑现或不再有效。",
    "extension-used-up": "该承诺的延期次数已用完。",
    "complaint-not-found": "投诉不存在。",
    "deadline-not-pausable": "该承诺现在不能暂停或恢复。",
    "escalation-open": "该事项已升级到此级或更高级别。",
    "confirmation-not-awaited": "该工单目前不需要确认。",
    "survey-closed": "调查已答复或已结束。",
    "withdrawal-not-possible": "工单已不在处理中，无法撤回。",
    "commitment-value-invalid": "该值不适合此类承诺。",
    "commitment-too-slow": "任何优先级都不得慢于公布的承诺。",
    "calendar-invalid": "工作时间不正确。",
    "request-invalid": "请求缺少内容或内容不可能成立。",
    "extension-invalid": "承诺只能延到尚未到来的更晚时间。",
    "notice-required": "承诺不得悄然更改：请给客户写一则通知。",
    "survey-answer-invalid": "每项评分须为 1 到 5 的整数。",
    "substitution-not-found": "代理设置不存在。",
    "user-task-delegated": "任务已委派，须先归还委派人。",
    "substitution-overlaps": "此人在该期间已有代理人。",
    "substitution-cyclic": "代理关系形成循环，最终会由本人代理本人。",
    "substitution-invalid": "代理须在两人之间，且期间尚未结束。",
    "attachment-not-found": "附件不存在，或您无权查看。",
    "channel-not-found": "通知渠道不存在。",
    "attachment-store-unavailable": "附件存储暂时不可用，请稍后重试。",
    "attachment-damaged": "附件内容已被更改或丢失。",
    "attachment-refused": "不接受此文件：文件名或内容不符合要求。",
    "attachment-too-large": "文件过大或为空。",
    "mention-not-possible": "提到的人无权查看此工单。",
    "address-refused": "不向此地址发送消息。",
    "preference-invalid": "通知方式或免打扰时段设置不正确。",
    "purpose-required": "查看个人信息须说明目的，并会被记录。",
}


def field_errors(messages: Mapping[str, object], language: str) -> list[dict[str, str]]:
    """
    List what webargs found as `{in, pointer, message}`.

    Args:
        messages: By location (`json`, `query`, `files` …), then nested by member name or index, texts in lists.
    """
    found: list[dict[str, str]] = []
    for location, inner in messages.items():
        _collect({"json": "body", "json_or_form": "body"}.get(location, location), "", inner, language, found)
    return found


def in_language(message: str, language: str) -> str:
    """Return the message, in Chinese when it is known and wanted."""
    return in_chinese(message) if language == "zh-CN" else message


def _collect(location: str, pointer: str, inner: object, language: str, found: list[dict[str, str]]) -> None:
    if isinstance(inner, Mapping):
        for name, deeper in inner.items():
            step = "" if name == "_schema" else "/" + str(name)[:100].replace("~", "~0").replace("/", "~1")
            _collect(location, pointer + step, deeper, language, found)
    elif isinstance(inner, list):
        for one in inner:
            _collect(location, pointer, one, language, found)
    else:
        found.append({"in": location, "pointer": pointer or "/", "message": in_language(str(inner), language)})
