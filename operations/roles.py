"""The groups of requirements §3.1 with what they may do: id, zh, en, permissions of `engine.access`."""

from engine.access import (
    ADMINISTER,
    AUDIT,
    CONFIGURE,
    DEPLOY,
    EVALUATE,
    EXTERNAL_WORK,
    OPEN_CASE,
    OPERATE,
    OVERVIEW,
    READ_PERSONAL,
    START,
    SUPERVISE,
)

Role = tuple[str, str, str, tuple[str, ...]]

ROLES: tuple[Role, ...] = (
    ("customer_service", "客服人员", "customer service agent", (OPEN_CASE, READ_PERSONAL)),
    ("complaint_specialist", "客户服务专员", "complaint specialist", (OPEN_CASE, READ_PERSONAL)),
    ("priority_team", "高优先级专门团队", "priority team", (OPEN_CASE, READ_PERSONAL)),
    ("supervisor", "运营主管", "operations supervisor", (OPEN_CASE, SUPERVISE, READ_PERSONAL, START)),
    ("manager", "部门经理", "department manager", (SUPERVISE, READ_PERSONAL)),
    ("executive", "公司领导", "company leadership", (OVERVIEW,)),
    ("executor", "执行人员", "executor", ()),
    ("ops_support", "运营支持", "operations support", (START,)),
    ("tech_support", "技术支持", "technical support", (START,)),
    ("trainer", "培训师", "trainer", ()),
    ("quality_supervisor", "服务质量监督岗", "quality supervisor", (AUDIT,)),
    ("internal_auditor", "内部审计员", "internal auditor", (AUDIT, EVALUATE)),
    ("on_site", "现场人员", "on-site staff", ()),
    ("emergency_command", "应急指挥中心", "emergency command centre", (START,)),
    ("response_team", "应急处置队伍", "response team", ()),
    ("hr", "人力资源", "human resources", ()),
    ("finance", "财务", "finance", ()),
    ("admin_office", "行政综合管理部", "administration office", ()),
    ("marketing", "业务市场", "marketing", ()),
    ("equipment_admin", "设备管理员", "equipment administrator", ()),
    ("procurement", "采购", "procurement", ()),
    ("driver", "驾驶员", "driver", ()),
    ("station_staff", "站点工作人员", "station staff", ()),
    ("teller", "柜员", "teller", ()),
    ("duty_person", "值日人员", "person on duty", ()),
    ("content_moderator", "内容审核员", "content moderator", ()),
    ("governance_officer", "违规处理专员", "governance officer", ()),
    ("appeals_panel", "申诉复核", "appeals panel", ()),
    ("knowledge_editor", "知识管理员", "knowledge editor", ()),
    ("archivist", "档案管理员", "archivist", ()),
    ("data_protection", "数据保护专员", "data protection officer", (AUDIT, READ_PERSONAL)),
    ("security_admin", "信息安全管理员", "security administrator", ()),
    ("process_owner", "流程负责人", "process owner", (DEPLOY, EVALUATE, START, CONFIGURE, OPERATE)),
    ("system_admin", "系统管理员", "system administrator", (ADMINISTER, CONFIGURE)),
    ("external_worker", "外部任务执行程序", "external task worker", (EXTERNAL_WORK,)),
    ("service_account", "系统集成账号", "service account", (OPEN_CASE,)),
)

SHIPPED_BEFORE: dict[str, tuple[str, ...]] = {"executive": (SUPERVISE,)}
"""What earlier releases granted wrongly: leadership decides on what reaches it and edits no case (§3.1)."""
