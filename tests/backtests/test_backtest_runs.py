"""A back-test from the request to its review: a job with progress, a report, and the cases behind it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, text

from engine import handlers
from engine.actors import Actor
from engine.backtests.errors import BacktestInvalid, BacktestNotFound, BacktestNotReady
from engine.commands.backtest_runs import run_backtest
from engine.commands.backtests import Population, accept_backtest, reject_backtest, request_backtest
from engine.commands.deployments import deploy
from engine.commands.process_instances import start_process_instance
from engine.commands.user_tasks import complete_user_task
from engine.errors import (
    DeploymentNotFound,
    NotPermitted,
    ReasonRequired,
    SegregationOfDuties,
)
from engine.handlers import Registry
from engine.persistence.transactions import transaction
from engine.queries.backtests import find_backtest, list_backtests, list_cases, read_report
from tests.backtests.test_mutations import AMOUNTS, loan
from tests.engine.conftest import ADMIN, NOW, STAFF
from tests.engine.diagrams import chain, diagram, end, start, user
from tests.engine.test_decisions import RULE, rule, table

AUTHOR = Actor("person:author", permissions=frozenset({"deploy"}))
SECOND = Actor("person:second", permissions=frozenset({"deploy"}))
AUDITOR = Actor("person:auditor", permissions=frozenset({"audit"}))
ALL = Population()
STARTED_WITH = "SELECT payload #>> '{variables,amount}' FROM journal WHERE instance_id = :id AND seq = 1"
MAKE_A_HOLE = (
    "DELETE FROM journal WHERE seq = 2 AND instance_id = (SELECT id FROM process_instance ORDER BY id LIMIT 1)"
)
LIMITS = table(rule("r1", "&lt; 10", '"low"') + rule("r2", "&gt;= 10", '"high"'))
HIGHER_LIMITS = table(rule("r1", "&lt; 20", '"low"') + rule("r2", "&gt;= 20", '"high"'))


@pytest.fixture
def service(database: Engine) -> Iterator[Engine]:
    before = handlers.installed()
    handlers.install(Registry())
    yield database
    handlers.install(before)


@pytest.fixture
def counted(service: Engine) -> Callable[[], dict[str, int]]:
    def count() -> dict[str, int]:
        with service.connect() as connection:
            query = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            tables = connection.scalars(text(query)).all()
            return {name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in tables}

    return count


@pytest.fixture
def loans(service: Engine) -> UUID:
    """Four loans, two of them approved by hand; returns the version they ran on."""
    with transaction() as tx:
        version = deploy(tx, {"test.bpmn": loan()}, actor=ADMIN, now=NOW).process_definitions[0].id
        for day, amount in enumerate(AMOUNTS):
            at = NOW + timedelta(days=day)
            begun = start_process_instance(tx, definition_key="test", variables={"amount": amount}, actor=ADMIN, now=at)
            for task in begun.user_tasks:
                complete_user_task(tx, task.id, {}, actor=STAFF, now=at + timedelta(hours=5))
    return version


def draft(tx: Connection, content: bytes, name: str = "test.bpmn") -> UUID:
    return deploy(tx, {name: content}, is_draft=True, actor=AUTHOR, now=NOW).id


def asked(version: UUID, content: bytes | None = None, population: Population = ALL, **renamed: str) -> UUID:
    with transaction() as tx:
        deployment = None if content is None else draft(tx, content)
        options = {"deployment_id": deployment, "renamed": renamed, "population": population}
        return request_backtest(tx, version, **options, actor=AUTHOR, now=NOW)  # type: ignore[arg-type]


def run(backtest_id: UUID) -> None:
    run_backtest({"backtest_id": str(backtest_id)})


def test_a_back_test_counts_its_verdicts_and_names_the_cases_behind_each(loans: UUID) -> None:
    backtest = asked(loans, loan(limit=500))
    with transaction() as tx:
        waiting = find_backtest(tx, backtest, actor=AUDITOR)

    run(backtest)

    with transaction() as tx:
        done = find_backtest(tx, backtest, actor=AUDITOR)
        report = read_report(tx, backtest, actor=AUDITOR)
        behind = list_cases(tx, backtest, verdict="input_missing", element_id="approve", actor=AUDITOR).items
        listed = list_backtests(tx, definition_id=loans, actor=AUDITOR).items
        amounts = tx.scalars(text(STARTED_WITH), {"id": behind[0].instance_id}).all()
    assert (waiting.state, waiting.tried, waiting.total) == ("running", 0, 4)
    assert (done.state, done.tried, done.total) == ("completed", 4, 4)
    assert report.verdicts == {
        "identical": 3,
        "path_differs": 0,
        "input_missing": 1,
        "input_unused": 0,
        "error": 0,
        "erased": 0,
    }
    assert [(each.element_id, each.verdict, each.cases) for each in report.elements] == [
        ("approve", "input_missing", 1)
    ]
    assert (amounts, len(behind)) == (["700"], 1)
    assert [each.id for each in listed] == [backtest]


def test_trying_cases_writes_nothing_but_the_verdicts(loans: UUID, counted) -> None:
    backtest = asked(loans, loan(limit=1))
    before = counted()

    run(backtest)

    assert counted() == before


def test_breaches_gained_and_lost_are_counted_by_element(loans: UUID) -> None:
    backtest = asked(loans, loan(deadline="PT4H"))

    run(backtest)

    with transaction() as tx:
        report = read_report(tx, backtest, actor=AUTHOR)
        behind = list_cases(tx, backtest, deadline="timer", actor=AUTHOR).items
    assert [(each.element_id, each.breaches_gained, each.breaches_lost) for each in report.deadlines] == [
        ("timer", 2, 0)
    ]
    assert len(behind) == 2


def test_a_changed_table_tells_which_results_became_which(service: Engine) -> None:
    calls = diagram(chain(start(), RULE, user("after"), end()))
    with transaction() as tx:
        files = {"test.bpmn": calls, "limit.dmn": LIMITS}
        version = deploy(tx, files, actor=ADMIN, now=NOW).process_definitions[0].id
        for amount in (5, 15, 25):
            given = {"amount": amount}
            begun = start_process_instance(tx, definition_key="test", variables=given, actor=ADMIN, now=NOW)
            complete_user_task(tx, begun.user_tasks[0].id, {}, actor=STAFF, now=NOW)
        options = {"deployment_id": draft(tx, HIGHER_LIMITS, "limit.dmn"), "renamed": {}, "population": ALL}
        backtest = request_backtest(tx, version, **options, actor=AUTHOR, now=NOW)  # type: ignore[arg-type]

    run(backtest)

    with transaction() as tx:
        report = read_report(tx, backtest, actor=AUTHOR)
        behind = list_cases(tx, backtest, decision="limit", actor=AUTHOR).items
    assert report.verdicts["identical"] == 3
    assert [(each.key, each.before, each.after, each.cases) for each in report.decisions] == [
        ("limit", "high", "low", 1)
    ]
    assert len(behind) == 1


def test_the_case_of_an_erased_person_is_counted_and_not_failed(loans: UUID) -> None:
    with transaction() as tx:
        tx.execute(
            text(
                "INSERT INTO subject_key (subject, algorithm, master_key_id, created_at, destroyed_at) "
                "VALUES ('customer:gone', 'AES-256-GCM', 'k', :now, :now)"
            ),
            {"now": NOW},
        )
        tx.execute(
            text(
                "UPDATE process_instance SET data_subject = 'customer:gone' "
                "WHERE id = (SELECT id FROM process_instance ORDER BY id LIMIT 1)"
            )
        )
    backtest = asked(loans)

    run(backtest)

    with transaction() as tx:
        counts = read_report(tx, backtest, actor=AUTHOR).verdicts
    assert (counts["erased"], counts["identical"], counts["error"]) == (1, 3, 0)


def test_a_journal_with_a_hole_is_an_error_of_that_case_alone(loans: UUID, owner_engine: Engine) -> None:
    with owner_engine.begin() as connection:
        connection.execute(text("ALTER TABLE journal DISABLE TRIGGER USER"))
        connection.execute(text(MAKE_A_HOLE))
        connection.execute(text("ALTER TABLE journal ENABLE TRIGGER USER"))
    backtest = asked(loans)

    run(backtest)

    with transaction() as tx:
        broken = list_cases(tx, backtest, verdict="error", actor=AUTHOR).items
        counts = read_report(tx, backtest, actor=AUTHOR).verdicts
    assert [("has no event 2" in (each.detail or "")) for each in broken] == [True]
    assert counts["identical"] == 3


def test_a_definition_that_no_longer_parses_is_an_error_of_its_cases_and_the_job_ends(
    loans: UUID, owner_engine: Engine
) -> None:
    with owner_engine.begin() as connection:
        connection.execute(text("UPDATE process_definition SET bpmn = 'x', content_hash = repeat('0', 64)"))
    backtest = asked(loans)

    run(backtest)

    with transaction() as tx:
        broken = list_cases(tx, backtest, verdict="error", actor=AUTHOR).items
        report = read_report(tx, backtest, actor=AUTHOR)
    assert ["no longer parses" in (each.detail or "") for each in broken] == [True] * 4
    assert report.verdicts["error"] == 4


@pytest.mark.parametrize(
    ("population", "cases"),
    [
        (Population(sample=2), 2),
        (Population(outcome="completed"), 4),
        (Population(ended_before=NOW + timedelta(days=1)), 1),
        (Population(ended_from=NOW + timedelta(days=1), ended_before=NOW + timedelta(days=3)), 2),
    ],
)
def test_a_population_is_chosen_by_period_outcome_and_sample(loans: UUID, population: Population, cases: int) -> None:
    first, second = asked(loans, population=population), asked(loans, population=population)

    with transaction() as tx:
        drawn = [[each.instance_id for each in list_cases(tx, one, actor=AUTHOR).items] for one in (first, second)]

    assert len(drawn[0]) == cases
    assert drawn[0] == drawn[1]


def test_what_cannot_be_tried_is_refused_and_nothing_is_written(loans: UUID, counted) -> None:
    before = counted()

    with pytest.raises(BacktestInvalid):
        asked(loans, population=Population(outcome="cancelled"))
    with transaction() as tx, pytest.raises(DeploymentNotFound):
        request_backtest(tx, loans, deployment_id=loans, renamed={}, population=ALL, actor=AUTHOR, now=NOW)
    with transaction() as tx, pytest.raises(NotPermitted):
        request_backtest(tx, loans, deployment_id=None, renamed={}, population=ALL, actor=STAFF, now=NOW)
    with pytest.raises(BacktestInvalid) as refusal:
        asked(loans, loan(approve="sign"), approve="signn")

    assert refusal.value.facts["elements"] == ["signn"]
    assert counted() == before


def test_somebody_else_accepts_a_back_test_once_it_is_done(loans: UUID, counted) -> None:
    backtest = asked(loans, loan(limit=500))
    with transaction() as tx, pytest.raises(BacktestNotReady):
        accept_backtest(tx, backtest, actor=SECOND, now=NOW)
    run(backtest)
    before = counted()

    for own in (AUTHOR, replace(SECOND, on_behalf_of=AUTHOR.subject)):
        with transaction() as tx, pytest.raises(SegregationOfDuties):
            accept_backtest(tx, backtest, actor=own, now=NOW)
    with transaction() as tx, pytest.raises(ReasonRequired):
        reject_backtest(tx, backtest, actor=SECOND, now=NOW)
    with transaction() as tx, pytest.raises(BacktestNotFound):
        accept_backtest(tx, loans, actor=SECOND, now=NOW)
    refused = counted()
    with transaction() as tx:
        accept_backtest(tx, backtest, note="one more approval is what we want", actor=SECOND, now=NOW)
    with transaction() as tx, pytest.raises(BacktestNotReady):
        reject_backtest(tx, backtest, actor=replace(SECOND, reason="no"), now=NOW)

    with transaction() as tx:
        found = find_backtest(tx, backtest, actor=AUTHOR)
    assert refused == before
    assert (found.is_accepted, found.reviewed_by) == (True, SECOND.subject)
