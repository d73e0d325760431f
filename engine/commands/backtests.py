"""Asking for a back-test, and accepting or rejecting what it says."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, func, insert, select, update

from engine import access, jobs
from engine.actors import Actor
from engine.backtests.candidates import Candidate, element_ids, read_candidate
from engine.backtests.errors import BacktestInvalid, BacktestNotFound, BacktestNotReady
from engine.commands.backtest_runs import JOB
from engine.commands.deployments import deploy
from engine.commands.separation import subjects_of
from engine.errors import (
    DeploymentNotFound,
    SegregationOfDuties,
)
from engine.handlers import installed
from engine.history import journal
from engine.persistence.definitions import ProcessSource, find_process
from engine.persistence.ids import uuid7
from engine.persistence.tables.backtests import backtest, backtest_case
from engine.persistence.tables.process_definitions import deployment, process_definition
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.transactions import Transaction

DRAFT_NAME = "back-test"
RULE = "author ≠ reviewer"
MAX_SAMPLE = 10_000
DEFAULT_SAMPLE = 1_000
ENDED = ("completed", "cancelled")


@dataclass(frozen=True, slots=True)
class Population:
    """
    Which ended cases.

    Attributes:
        ended_from: At or after this moment; `ended_before`: before this one.
        outcome: `completed` or `cancelled`; None: either.
        is_every_version: Those of all versions of the process, not only of the one named.
        sample: At most so many, the same ones every time.
    """

    ended_from: datetime | None = None
    ended_before: datetime | None = None
    outcome: str | None = None
    is_every_version: bool = False
    sample: int = DEFAULT_SAMPLE


def request_backtest(
    tx: Transaction,
    definition_id: UUID,
    *,
    deployment_id: UUID | None,
    renamed: Mapping[str, str],
    population: Population,
    files: Mapping[str, bytes] | None = None,
    commitments: Mapping[str, str] | None = None,
    actor: Actor,
    now: datetime,
) -> UUID:
    """
    Choose the cases now and have them tried by a job.

    Args:
        definition_id: The version whose ended cases are tried.
        deployment_id: What they are tried with, a draft or not; None: their own versions, which must be identical.
        files: Diagrams, decisions and forms to try instead of a deployment; they are kept as a draft.
        commitments: Values, by key, that the register of promises is supposed to have had; alone or with the above.
        renamed: New element ids by old ones.

    Raises:
        ProcessDefinitionNotFound, DeploymentNotFound: There is none.
        BacktestInvalid: No ended case fits, or an element is renamed that is not there (`elements`).
        DeploymentInvalid: The files cannot be deployed; all problems are listed.
        NotPermitted: The actor neither deploys nor audits; who brings files has to deploy.
    """
    access.require(actor, access.DEPLOY, access.AUDIT)
    definition = find_process(tx, definition_id)
    if files:
        deployment_id = deploy(tx, files, name=DRAFT_NAME, is_draft=True, actor=actor, now=now).id
    if deployment_id is not None:
        _deployed_by(tx, deployment_id)
    _require_elements(tx, definition, read_candidate(tx, deployment_id, renamed))
    supposed = dict(commitments or {})
    if supposed and (check := installed().check_supposed) is not None:
        check(tx, supposed)
    chosen = _choose(tx, definition, population)
    if not chosen:
        message = "No ended case of this process fits the population."
        raise BacktestInvalid(message, process_definition_id=str(definition_id))
    asked = {key: value for key, value in asdict(population).items() if value is not None}
    told = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in asked.items()}
    row = {"id": uuid7(now), "definition_id": definition_id, "deployment_id": deployment_id, "renamed": dict(renamed)}
    more = {
        "commitments": supposed,
        "population": told,
        "state": "running",
        "total": len(chosen),
        "created_by": actor.subject,
    }
    tx.execute(insert(backtest).values(row | more | {"created_at": now}))
    rows = [{"backtest_id": row["id"], "position": at, "instance_id": each} for at, each in enumerate(chosen, start=1)]
    tx.execute(insert(backtest_case), rows)
    jobs.defer(tx, JOB, {"backtest_id": str(row["id"])}, lock=f"backtest:{row['id']}")
    facts = {"backtest_id": str(row["id"]), "process_definition_id": str(definition_id), "cases": len(chosen)}
    deployed = None if deployment_id is None else str(deployment_id)
    payload = facts | {"deployment_id": deployed, "population": told, "renamed": dict(renamed), "commitments": supposed}
    journal.append(tx, "backtest.requested", actor=actor, now=now, payload=payload)
    return UUID(str(row["id"]))


def accept_backtest(
    tx: Transaction, backtest_id: UUID, *, note: str | None = None, actor: Actor, now: datetime
) -> None:
    """
    Say that the differences are what was wanted.

    Raises:
        BacktestNotFound: There is none.
        BacktestNotReady: It still runs, or was reviewed.
        SegregationOfDuties: The actor asked for it, or deployed what is tried, or acts for who did.
    """
    _review(tx, backtest_id, is_accepted=True, note=note, actor=actor, now=now)


def reject_backtest(tx: Transaction, backtest_id: UUID, *, actor: Actor, now: datetime) -> None:
    """
    Say that the differences are not what was wanted. The reason is the actor's.

    Raises:
        ReasonRequired: No reason was given.
        BacktestNotFound, BacktestNotReady, SegregationOfDuties: As for accepting.
    """
    access.require_reason(actor)
    _review(tx, backtest_id, is_accepted=False, note=actor.reason, actor=actor, now=now)


def _review(
    tx: Transaction, backtest_id: UUID, *, is_accepted: bool, note: str | None, actor: Actor, now: datetime
) -> None:
    access.require(actor, access.DEPLOY, access.AUDIT)
    row = tx.execute(select(backtest).where(backtest.c.id == backtest_id).with_for_update()).one_or_none()
    if row is None:
        message = f"There is no back-test {backtest_id}."
        raise BacktestNotFound(message, backtest_id=str(backtest_id))
    if row.state != "completed" or row.is_accepted is not None:
        message = "The back-test still runs." if row.state != "completed" else "The back-test was reviewed already."
        raise BacktestNotReady(message, backtest_id=str(backtest_id), state=row.state)
    authors = {row.created_by, None if row.deployment_id is None else _deployed_by(tx, row.deployment_id)}
    if not subjects_of(actor).isdisjoint(authors):
        message = f"The rule '{RULE}' keeps you from this: it is your own. Somebody else has to decide."
        raise SegregationOfDuties(message, rule=RULE, backtest_id=str(backtest_id))
    changes = {"is_accepted": is_accepted, "reviewed_by": actor.subject, "reviewed_at": now, "review_note": note}
    tx.execute(update(backtest).where(backtest.c.id == backtest_id).values(changes))
    payload = {"backtest_id": str(backtest_id), "note": note}
    event = "backtest.accepted" if is_accepted else "backtest.rejected"
    journal.append(tx, event, actor=actor, now=now, payload=payload)


def _choose(tx: Transaction, definition: ProcessSource, population: Population) -> list[UUID]:
    """The same question gets the same cases: they are drawn by a hash of their ids."""
    wanted: list[ColumnElement[bool]] = [
        process_instance.c.state.in_(ENDED if population.outcome is None else (population.outcome,))
    ]
    if population.is_every_version:
        versions = select(process_definition.c.id).where(process_definition.c.key == definition.key)
        wanted.append(process_instance.c.definition_id.in_(versions))
    else:
        wanted.append(process_instance.c.definition_id == definition.id)
    if population.ended_from is not None:
        wanted.append(process_instance.c.ended_at >= population.ended_from)
    if population.ended_before is not None:
        wanted.append(process_instance.c.ended_at < population.ended_before)
    drawn = func.md5(cast(process_instance.c.id, Text))
    query = select(process_instance.c.id).where(*wanted).order_by(drawn).limit(min(population.sample, MAX_SAMPLE))
    return list(tx.scalars(query))


def _require_elements(tx: Transaction, definition: ProcessSource, candidate: Candidate) -> None:
    """Only what stands in the diagrams can be renamed, and no two elements to one."""
    there = element_ids(tx, candidate)
    wrong = sorted({new for new in candidate.renamed.values() if new not in there})
    twice = len(set(candidate.renamed.values())) < len(candidate.renamed)
    if candidate.renamed and (wrong or twice):
        message = "Elements are renamed to what the new version does not have, or two to one."
        raise BacktestInvalid(message, elements=wrong, process_definition_id=str(definition.id))


def _deployed_by(tx: Transaction, deployment_id: UUID) -> str:
    who = tx.scalar(select(deployment.c.deployed_by).where(deployment.c.id == deployment_id))
    if who is None:
        message = f"There is no deployment {deployment_id}."
        raise DeploymentNotFound(message, deployment_id=str(deployment_id))
    return str(who)
