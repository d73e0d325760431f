"""People for every role, so that each list has somebody to read it. Development only (architecture decision 23)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.actors import Actor
from engine.commands.identities import create_person
from engine.identities import Person
from engine.persistence.transactions import Transaction
from operations.roles import ROLES


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to sign in as; who leads a department is a member of it too."""

    user_name: str
    display_name: str
    groups: tuple[str, ...]


PEOPLE = (
    DemoPerson("agent", "李静(客服)", ("customer_service", "dept:customer_service:member")),
    DemoPerson(
        "agent_lead",
        "周敏(客服负责人)",
        ("customer_service", "dept:customer_service:lead", "dept:customer_service:member"),
    ),
    DemoPerson(
        "specialist",
        "孙悦(客户服务专员)",
        ("complaint_specialist", "dept:complaint_specialist:lead", "dept:complaint_specialist:member"),
    ),
    DemoPerson(
        "priority",
        "吴强(高优先级团队)",
        ("priority_team", "dept:priority_team:lead", "dept:priority_team:member", "executor"),
    ),
    DemoPerson("supervisor", "王芳(运营主管)", ("supervisor",)),
    DemoPerson("manager", "张伟(部门经理)", ("manager",)),
    DemoPerson("executive", "陈明(公司领导)", ("executive",)),
    DemoPerson("tech_lead", "赵磊(技术负责人)", ("tech_support", "dept:tech_support:lead", "dept:tech_support:member")),
    DemoPerson("technician", "钱勇(技术人员)", ("tech_support", "dept:tech_support:member", "executor")),
    DemoPerson(
        "ops_lead", "郑华(运营支持)", ("ops_support", "dept:ops_support:lead", "dept:ops_support:member", "executor")
    ),
    DemoPerson("finance", "冯丽(财务)", ("finance", "dept:finance:lead", "dept:finance:member")),
    DemoPerson("business", "褚峰(业务)", ("marketing", "dept:business:lead", "dept:business:member")),
    DemoPerson("logistics", "卫东(物流)", ("executor", "dept:logistics:lead", "dept:logistics:member")),
    DemoPerson("quality", "蒋琳(质量监督)", ("quality_supervisor",)),
    DemoPerson("archivist", "沈洁(档案管理)", ("archivist",)),
    DemoPerson("auditor", "韩旭(内部审计)", ("internal_auditor",)),
    DemoPerson("owner", "杨帆(流程负责人)", ("process_owner",)),
    DemoPerson("privacy", "朱琪(数据保护)", ("data_protection",)),
    DemoPerson("admin", "秦岚(系统管理)", ("system_admin",)),
)


def create_demo_people(
    tx: Transaction, passwords: Mapping[str, str], *, actor: Actor, now: datetime
) -> tuple[Person, ...]:
    """
    Make the demo people.

    Args:
        passwords: By user name, one for each of `PEOPLE`; at least twelve characters.
    """
    return tuple(
        create_person(
            tx, each.user_name, each.display_name, passwords[each.user_name], each.groups, actor=actor, now=now
        )
        for each in PEOPLE
    )


def actor_of(person: Person) -> Actor:
    """The person as actor, with what his groups grant as shipped."""
    granted = {group: permissions for group, _, _, permissions in ROLES}
    permissions = frozenset(each for group in person.groups for each in granted.get(group, ()))
    return Actor(person.subject, origin="demo", groups=frozenset(person.groups), permissions=permissions)
