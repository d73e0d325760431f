"""Functions that expressions may call. They only read; each answer is journalled with the register's version."""

from engine.handlers import Call, HandlerFailed, Result


def deadline(call: Call, commitment: str, object: str | None = None) -> Result:
    """When a promise falls due: as recorded on the case (extensions and pauses included), else by the register."""
    raise HandlerFailed(commitment)


def warning(call: Call, commitment: str, object: str | None = None) -> Result:
    """When to warn: the register's share of the way to `deadline` (75 % unless it says otherwise)."""
    raise HandlerFailed(commitment)


def escalate_at(call: Call, level: int) -> Result:
    """When an untouched ladder goes from `level` to the next, by the case's priority, from the level's beginning."""
    raise HandlerFailed(str(level))


def dept_group(call: Call, role: str, department: str | None = None) -> Result:
    """Name the group of the lead department, or of `department`; `role` is lead or member."""
    raise HandlerFailed(role)


def customer_group(call: Call) -> Result:
    """Name the group that only the case's customer belongs to."""
    raise HandlerFailed(call.site.element_id)


def case_value(call: Call, name: str) -> Result:
    """Read a fact of the case: priority, rework_count, lead_department, key_customer …"""
    raise HandlerFailed(name)


def setting(call: Call, key: str) -> Result:
    """Read a register value as it is: a number, a text, a yes or no, a duration or a cycle."""
    raise HandlerFailed(key)


def feedback_cycle(call: Call) -> Result:
    """How often the customer hears of progress: an ISO 8601 repeating interval by priority or by the plan."""
    raise HandlerFailed(call.site.element_id)


FUNCTIONS = (deadline, warning, escalate_at, dept_group, customer_group, case_value, setting, feedback_cycle)
