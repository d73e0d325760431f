"""
What a promise would have been, had the register said otherwise: for back-tests.

The answer that history gave moves by what the change makes of the term at that moment; extensions and pauses of then
stay. A promise that was kept or stood still stays so.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from engine.handlers import Readings, Site
from engine.persistence.transactions import Transaction
from operations.cases import get_case
from operations.commitments import RegisterEntry, check_commitment, get_commitment
from operations.errors import CommitmentNotFound
from operations.functions import NEVER
from operations.terms import Circumstances, Term, compute_term, find_entries

_FUNCTIONS = ("deadline", "warning")


def check_supposed(tx: Transaction, supposed: Mapping[str, str]) -> None:
    """
    Refuse what the register could not say.

    Raises:
        CommitmentNotFound, CommitmentValueInvalid: No such key, or a value that does not fit its kind.
    """
    for key, value in supposed.items():
        check_commitment(tx, replace(get_commitment(tx, key).commitment, value=value))


def supposed_answer(  # noqa: PLR0917 - what a registry's function is asked with, in its order
    tx: Transaction, supposed: Mapping[str, str], name: str, arguments: tuple[object, ...], then: object, site: Site
) -> object:
    """Answer as the function would have, with the commitments supposed; `then` is what it answered."""
    if name not in _FUNCTIONS or not arguments or not isinstance(then, str) or site.case_number is None:
        return then
    answered = datetime.fromisoformat(then)
    if answered >= NEVER:
        return then
    case = get_case(tx, site.case_number)
    circumstances = Circumstances(case.priority, case.channel, case.received_at, site.activated_at)
    commitment = str(arguments[0])
    try:
        entries = find_entries(tx, commitment, priority=case.priority, channel=case.channel)
    except CommitmentNotFound:  # a duration, or a key that is gone
        return then
    if not any(each.commitment.key in supposed for each in entries):
        return then
    changed = tuple(_supposed(each, supposed) for each in entries)
    old, new = (_term(tx, commitment, each, circumstances) for each in (entries, changed))
    moved = new.warn_at - old.warn_at if name == "warning" else new.due_at - old.due_at
    return (answered + moved).astimezone(UTC).isoformat().replace("+00:00", "Z")


def _supposed(entry: RegisterEntry, supposed: Mapping[str, str]) -> RegisterEntry:
    value = supposed.get(entry.commitment.key, entry.commitment.value)
    return replace(entry, commitment=replace(entry.commitment, value=value))


def _term(tx: Transaction, commitment: str, entries: tuple[RegisterEntry, ...], circumstances: Circumstances) -> Term:
    known = Readings()
    known.of(("entries", commitment, circumstances.priority, circumstances.channel), lambda: entries)
    return compute_term(tx, commitment, circumstances, readings=known)
