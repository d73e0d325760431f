"""The form of a user task: checked on the way in, personal values sealed before anything else sees them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engine import access, feel
from engine.commands.variables import checked
from engine.errors import FormInvalid
from engine.persistence import sealing
from engine.persistence.process_instances import ProcessInstance
from engine.persistence.tables.process_definitions import form_definition
from engine.persistence.transactions import Transaction
from engine.persistence.user_tasks import UserTask
from forms.validation import Form, FormValuesInvalid, ValidatedForm, load_form


def find_form(tx: Transaction, form_id: UUID) -> Form:
    """Read a deployed form; parsed once per process, since a deployed form never changes."""
    known = _forms.get(form_id)
    if known is None:
        source = tx.scalars(select(form_definition.c.form).where(form_definition.c.id == form_id)).one()
        known = _forms[form_id] = load_form(bytes(source))
        if len(_forms) > _MAX_FORMS:
            _forms.pop(next(iter(_forms)))
    return known


_MAX_FORMS = 1_000
_forms: dict[UUID, Form] = {}


def accepted(
    tx: Transaction,
    task: UserTask,
    variables: Mapping[str, object],
    *,
    instance: ProcessInstance,
    seen: Mapping[str, object],
    is_on_behalf: bool | None,
    now: datetime,
) -> dict[str, object]:
    """
    Check a submission against the task's form and seal what is personal or free text.

    Args:
        seen: The variables the task sees, for the form's own expressions.
        is_on_behalf: Whether somebody answers in place of whom the task asks; `None` when it asks nobody in person.

    Returns:
        Values that may go into workflow state and journal.

    Raises:
        FormInvalid: Every field that is wrong, as `errors`.
        VariablesInvalid: Not JSON of a bearable size.
    """
    values = checked(variables)
    if task.form_id is None:
        return values
    form = find_form(tx, task.form_id)
    if is_on_behalf is not None and form.has_field(access.ON_BEHALF):
        values = {**values, access.ON_BEHALF: is_on_behalf}
    valid = validated(form, values, seen=seen, now=now)
    return sealed(
        tx, valid, subject=instance.data_subject or f"instance:{instance.id}", instance_id=instance.id, now=now
    )


def validated(form: Form, values: Mapping[str, object], *, seen: Mapping[str, object], now: datetime) -> ValidatedForm:
    """Check values against a form; the form's FEEL sees the task's variables and the values."""

    def evaluate(text: str, context: Mapping[str, object]) -> object:
        try:
            return feel.evaluate_json(text, context, now=now)
        except feel.FeelError:
            return None  # a bound was exceeded: the rule does not hold, the field is not hidden

    try:
        return form.validate(values, evaluate=evaluate, variables=seen)
    except FormValuesInvalid as error:
        errors = [
            {"field": e.path, "code": e.code, "message": e.message_en, "message_zh": e.message_zh} for e in error.errors
        ]
        fields = ", ".join(e.path for e in error.errors if e.path)
        message = f"The form has errors: {fields}." if fields else "The form has errors."
        raise FormInvalid(message, errors=errors) from error


def sealed(
    tx: Transaction, valid: ValidatedForm, *, subject: str, instance_id: UUID, now: datetime
) -> dict[str, object]:
    """Replace each personal or free-text value by the reference under which it is stored."""
    plain: dict[str, object] = {}

    def collect(path: tuple[str | int, ...], value: object) -> object:
        if value not in (None, ""):
            plain[".".join(map(str, path))] = value
        return value

    valid.sealed(collect)
    references = sealing.seal_many(tx, subject, plain, instance_id=instance_id, now=now)
    return valid.sealed(lambda path, value: references.get(".".join(map(str, path)), value))


def sealed_draft(
    tx: Transaction,
    task: UserTask,
    values: Mapping[str, object],
    *,
    instance: ProcessInstance,
    subject: str,
    now: datetime,
) -> dict[str, object]:
    """Seal every text of an unchecked submission, at any depth; a draft is its writer's own."""
    return {"by": subject, "at": now.isoformat(), "values": sealed_texts(tx, values, instance=instance, now=now)}


def sealed_texts(
    tx: Transaction, values: Mapping[str, object], *, instance: ProcessInstance, now: datetime
) -> dict[str, object]:
    """Seal every text in values, at any depth; what is sealed already stays as it is."""
    plain: dict[str, object] = {}

    def collect(path: str, value: object) -> object:
        if isinstance(value, str) and value and not sealing.is_sealed(value):
            plain[path] = value
        return value

    _map_texts("", values, collect)
    owner = instance.data_subject or f"instance:{instance.id}"
    references = sealing.seal_many(tx, owner, plain, instance_id=instance.id, now=now)

    def replace(path: str, value: object) -> object:
        return references.get(path, value)

    return {name: _map_texts(f".{name}", value, replace) for name, value in values.items()}


def _map_texts(path: str, value: object, change: Callable[[str, object], object]) -> object:
    if isinstance(value, Mapping):
        return {key: _map_texts(f"{path}.{key}", item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [_map_texts(f"{path}.{index}", item, change) for index, item in enumerate(value)]
    return change(path, value)
