"""`/engine-rest/process-definition`: finding versions and starting them."""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

import marshmallow as ma
from flask import Response

from api.auth import current_actor
from api.camunda7 import wire
from api.camunda7.variables import typed, untyped
from api.camunda7.wire import Document, Flag, WindowArguments, answered, query, window
from api.database import reading, transaction
from api.errors import MembersInvalid
from api.parsing import Text
from engine import clock
from engine.commands.process_instances import start_process_instance
from engine.errors import ProcessDefinitionNotFound
from engine.queries import deployment_search as search
from engine.queries.deployment_search import DefinitionFilter
from engine.queries.process_definitions import ProcessDefinition, find_process_definition, read_bpmn
from engine.queries.process_instances import get_variables


class Definition(Protocol):
    """What a definition's id is made of."""

    @property
    def id(self) -> UUID:
        """Ours."""

    @property
    def key(self) -> str:
        """The process's id in the diagram."""

    @property
    def version(self) -> int:
        """From 1."""


def definition_id(definition: Definition) -> str:
    """`key:version:uuid`; wherever one is read, the UUID alone does as well."""
    return f"{definition.key}:{definition.version}:{definition.id}"


class ProcessDefinitionView(Document):
    """A version of a process."""

    id = ma.fields.Function(definition_id)
    key = ma.fields.String()
    category = ma.fields.Constant(None)
    description = ma.fields.Constant(None)
    name = ma.fields.String(allow_none=True)
    version = ma.fields.Integer()
    resource = ma.fields.String(attribute="file_name")
    deployment_id = ma.fields.UUID()
    diagram = ma.fields.Constant(None)
    suspended = ma.fields.Constant(False)
    tenant_id = ma.fields.Constant(None)
    version_tag = ma.fields.String(allow_none=True)
    history_time_to_live = ma.fields.Function(lambda definition: definition.summary.get("history_ttl_days"))
    startable_in_tasklist = ma.fields.Constant(True)


class ProcessInstanceView(Document):
    """A started instance."""

    links: ma.fields.Field[object] = ma.fields.Constant([])
    id = ma.fields.UUID()
    definition_id = ma.fields.Function(
        lambda instance: f"{instance.definition_key}:{instance.definition_version}:{instance.definition_id}"
    )
    definition_key = ma.fields.String()
    business_key = ma.fields.String(allow_none=True)
    case_instance_id = ma.fields.Constant(None)
    ended = ma.fields.Function(lambda instance: instance.state in ("completed", "cancelled"))
    suspended = ma.fields.Function(lambda instance: instance.state == "suspended")
    tenant_id = ma.fields.Constant(None)


class DefinitionArguments(WindowArguments):
    """Which versions."""

    process_definition_id = ma.fields.String(load_default=None)
    key = ma.fields.String(load_default=None)
    keys_in = ma.fields.String(load_default=None)
    key_like = ma.fields.String(load_default=None)
    name = ma.fields.String(load_default=None)
    name_like = ma.fields.String(load_default=None)
    version = ma.fields.Integer(load_default=None, validate=ma.validate.Range(-(2**31), 2**31 - 1))
    version_tag = ma.fields.String(load_default=None)
    version_tag_like = ma.fields.String(load_default=None)
    deployment_id = ma.fields.String(load_default=None)
    is_latest = Flag(load_default=False, data_key="latestVersion")
    suspended = Flag(load_default=False)
    tenant_id_in = ma.fields.String(load_default=None)


class StartBody(Document):
    """What to start with."""

    business_key = Text(load_default=None, allow_none=True, maximum=255)
    variables = ma.fields.Raw(load_default=None, allow_none=True)
    is_answered_with_variables = Flag(load_default=False, allow_none=True, data_key="withVariablesInReturn")
    case_instance_id = ma.fields.Raw(load_default=None, allow_none=True)
    start_instructions = ma.fields.Raw(load_default=None, allow_none=True)
    skip_custom_listeners = ma.fields.Raw(load_default=None, allow_none=True)
    skip_io_mappings = ma.fields.Raw(load_default=None, allow_none=True)


_UNSUPPORTED: Mapping[str, str] = {
    "case_instance_id": "caseInstanceId: there are no CMMN cases here.",
    "start_instructions": "startInstructions: a process starts at its start event.",
    "skip_custom_listeners": "skipCustomListeners: what the diagram says is never skipped.",
    "skip_io_mappings": "skipIoMappings: what the diagram says is never skipped.",
}


def read_definitions() -> Response:
    """Versions of processes, the newest first unless said otherwise."""
    arguments = query(DefinitionArguments())
    wanted, is_impossible = _wanted(arguments)
    page = window(arguments, search.DEFINITION_ORDERS)
    with reading() as tx:
        found = [] if is_impossible else search.search_definitions(tx, wanted, page)
    return answered(ProcessDefinitionView(many=True).dump(found))


def count_definitions() -> Response:
    """How many versions there are."""
    wanted, is_impossible = _wanted(query(DefinitionArguments()))
    with reading() as tx:
        count = 0 if is_impossible else search.count_definitions(tx, wanted)
    return answered({"count": count})


def read_definition(id_of_definition: str) -> Response:
    """One version."""
    with reading() as tx:
        found = find_process_definition(tx, _uuid(id_of_definition))
    return answered(ProcessDefinitionView().dump(found))


def read_latest_definition(key: str) -> Response:
    """The newest version of a process."""
    with reading() as tx:
        found = search.search_definitions(tx, DefinitionFilter(key=key, is_latest=True), search.Window(most=1))
    if not found:
        message = f"No matching process definition with key: {key:.255}"
        raise ProcessDefinitionNotFound(message, definition_key=key)
    return answered(ProcessDefinitionView().dump(found[0]))


def read_xml(id_of_definition: str) -> Response:
    """The deployed diagram."""
    wanted = _uuid(id_of_definition)
    with reading() as tx:
        definition: ProcessDefinition = find_process_definition(tx, wanted)
        content = read_bpmn(tx, wanted).decode("utf-8", "replace")
    return answered({"id": definition_id(definition), "bpmn20Xml": content})


def start_by_id(id_of_definition: str) -> Response:
    """Start this very version."""
    return _start(definition_id=_uuid(id_of_definition))


def start_by_key(key: str) -> Response:
    """Start the active version of a process."""
    return _start(definition_key=key)


def _start(**of_what: Any) -> Response:  # noqa: ANN401 - one of the command's two ways to name a definition
    body = wire.loaded(StartBody(), wire.body())
    for name, message in _UNSUPPORTED.items():
        if body[name]:
            raise MembersInvalid(message)
    variables, business_key = untyped(body["variables"]), body["business_key"] or None
    actor, now = current_actor(), clock.now()
    with transaction() as tx:
        progress = start_process_instance(
            tx, **of_what, variables=variables, business_key=business_key, actor=actor, now=now
        )
        answer: dict[str, object] = ProcessInstanceView().dump(progress.instance)
        if body["is_answered_with_variables"]:
            found = get_variables(tx, progress.instance.id, actor=actor, now=now)
            answer["variables"] = {name: typed(value) for name, value in found.items()}
    return answered(answer)


def _wanted(arguments: dict[str, Any]) -> tuple[DefinitionFilter, bool]:
    """What is asked for, and whether there can be any: no definition is suspended or has a tenant."""
    own = {"id": arguments["process_definition_id"], "keys": tuple((arguments["keys_in"] or "").split(","))}
    if own["id"] is not None:
        own["id"] = own["id"].rpartition(":")[2]
    own["keys"] = tuple(filter(None, own["keys"]))
    names = DefinitionFilter.__dataclass_fields__.keys() - own.keys()
    wanted = DefinitionFilter(**own, **{name: arguments[name] for name in names})
    return wanted, arguments["suspended"] or arguments["tenant_id_in"] is not None


def _uuid(text: str) -> UUID:
    """
    Read a definition's id.

    Raises:
        ProcessDefinitionNotFound: It is none.
    """
    try:
        return UUID(text.rpartition(":")[2])
    except ValueError:
        message = f"No matching process definition with id {text:.100}"
        raise ProcessDefinitionNotFound(message) from None
