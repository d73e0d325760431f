"""Handlers of the archive (CA07)."""

from collections.abc import Mapping, Sequence

from engine.handlers import Call
from operations.archives import SECTIONS, Filing, missing_sections, store_record
from operations.case_entries import record
from operations.cases import move_to_stage
from operations.deadlines import cancel_running
from operations.escalations import close_escalations
from operations.handlers.called_case import called_case
from operations.surveys import close_survey


def record_compile(call: Call) -> None:
    """The work is over: unanswered surveys close, no promise runs on, and the record is looked through (R015)."""
    case = called_case(call)
    close_survey(call.connection, case.number)
    cancel_running(call.connection, case.number, actor=call.actor, now=call.site.now)
    move_to_stage(call.connection, case, "archive", actor=call.actor, now=call.site.now)


def record_supplement(call: Call, **fields: object) -> None:
    """Keep what was added to a record's empty sections: fields of `record_fix`, one text per section."""
    case = called_case(call)
    for section in SECTIONS:
        if fields.get(section):
            details = {"section": section, "text": fields[section]}
            record(
                call.connection, case.number, "record_fix", details, actor=call.actor, now=call.site.now, site=call.site
            )


def record_check(call: Call) -> Mapping[str, object]:
    """Say whether the record is complete, and which mandatory sections are missing."""
    missing = missing_sections(call.connection, called_case(call))
    return {"complete": not missing, "missing": list(missing)}


def archive_store(
    call: Call,
    *,
    archive_class: str | None = None,
    retention_years: float | str | None = None,
    access_level: str | None = None,
    keywords: Sequence[object] | str | None = None,
    knowledge_candidate: bool | str | None = None,
) -> Mapping[str, object]:
    """File the record under its class, with its hash; the case is read-only from now on (R016)."""
    words = [keywords] if isinstance(keywords, str) else [str(word) for word in keywords or ()]
    filing = Filing(
        archive_class or "general",
        max(0, min(int(retention_years or 3), 100)),
        access_level or "internal",
        tuple(words),
        knowledge_candidate in (True, "yes"),
    )
    case = called_case(call)
    close_escalations(call.connection, case.number, actor=call.actor, now=call.site.now)
    stored = store_record(call.connection, case, filing, actor=call.actor, now=call.site.now)
    return {"archive_number": stored.number, "content_hash": stored.content_hash}


HANDLERS = (record_compile, record_supplement, record_check, archive_store)
