"""Handlers of the archive (CA07)."""

from collections.abc import Mapping, Sequence

from engine.handlers import Call, HandlerFailed


def record_compile(call: Call) -> None:
    """Put together the service record (R015)."""
    raise HandlerFailed(call.site.element_id)


def record_check(call: Call) -> Mapping[str, object]:
    """Say whether the record is complete, and which mandatory sections are missing."""
    raise HandlerFailed(call.site.element_id)


def archive_store(
    call: Call,
    *,
    archive_class: str | None = None,
    retention_years: int | None = None,
    access_level: str | None = None,
    keywords: Sequence[object] | str | None = None,
    knowledge_candidate: bool | None = None,
) -> Mapping[str, object]:
    """File the record under its class, with its hash; the case is read-only from now on (R016)."""
    raise HandlerFailed(call.site.element_id)


HANDLERS = (record_compile, record_check, archive_store)
