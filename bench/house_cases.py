"""The house's own processes: what an ordinary case costs, its handlers and functions included."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from bench import serving
from bench.http_requests import traffic
from bench.measuring import Measurement
from bench.serving import ACTOR, Bench
from engine import clock
from engine.actors import Actor
from engine.commands.deployments import deploy
from engine.commands.user_tasks import complete_user_task
from engine.persistence.transactions import transaction
from operations.customers import Contact
from operations.demo_cases import next_step
from operations.demo_people import PEOPLE, actor_of, create_demo_people
from operations.requests import RequestDraft, submit_request
from operations.seed import seed
from processes.catalogue import deployable_files

ROOT = Path(__file__).resolve().parents[1]
CASES = 10
LIMIT = 40
FAULT = RequestDraft(
    "phone", Contact("施雨", "13900004444"), "fault", "空调漏水", "会议室空调漏水。", consent_survey=False
)


@dataclass(frozen=True, slots=True)
class Completed:
    """One completion: the form of its task, the statements it sent."""

    form: str
    statements: int


def measure(bench: Bench) -> Iterator[Measurement]:
    """The first case warms; of the others every completion is counted."""
    actors = house(bench)
    play_case(actors)
    watched = (serving.this_process(), serving.postmaster(bench.var))
    before = serving.cpu_seconds(*watched)
    done = [each for _ in range(CASES) for each in play_case(actors)]
    cpu = (serving.cpu_seconds(*watched) - before) * 1_000 / CASES
    most = max(done, key=lambda each: each.statements)
    yield Measurement("a whole case of the house", cpu, "ms CPU", None, f"{len(done) // CASES} completions, no HTTP")
    yield Measurement("its statements per completion, mean", mean(each.statements for each in done), "")
    yield Measurement("its statements per completion, most", most.statements, "", None, most.form)


def house(bench: Bench) -> list[Actor]:
    """Deploy what the house ships, and name its people."""
    now = clock.now()
    with transaction() as tx:
        files = deployable_files(ROOT / "processes", ROOT / "forms")
        deploy(tx, files, registry=bench.service.registry, actor=ACTOR, now=now)
        seed(tx, actor=ACTOR, now=now)
        passwords = {person.user_name: f"Sesame-{number}-opens-42" for number, person in enumerate(PEOPLE)}
        people = create_demo_people(tx, passwords, actor=ACTOR, now=now)
    return [actor_of(person) for person in people]


def play_case(actors: list[Actor]) -> list[Completed]:
    """A fault, reported, repaired and archived: one transaction for each thing that somebody does."""
    now, done = clock.now(), []
    agent = next(actor for actor in actors if "customer_service" in actor.groups)
    with transaction() as tx:
        number = submit_request(tx, FAULT, actor=agent, now=now).case_number
    for _ in range(LIMIT):
        with transaction() as tx:
            step = next_step(tx, number, actors, now=now)
        if step is None:
            break
        with traffic() as seen, transaction() as tx:
            complete_user_task(tx, step.user_task_id, step.values, actor=step.actor, now=now)
        done.append(Completed(step.form, len(seen.statements)))
    return done
