"""
The house's own processes played on the real engine: real diagrams, real decisions, real forms, real FEEL.

Only the edge is told: what handlers answer, what functions of the register say. What diagrams hand to a handler is held
against the real handler's signature.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID, uuid5

from engine import clock, dmn, feel
from engine.handlers import HandlerFailed, Registry, Site, argument_problem
from engine.spiff.environment import DecisionOutcome
from engine.spiff.executables import Executable, load_executable
from engine.spiff.inputs import DueStep, Input, MessageDelivery, Start, UserTaskCompletion
from engine.spiff.outcomes import EventWait, IncidentWait, Transition, UserTaskWait
from engine.spiff.runner import Run, load_run, new_run
from forms.validation import Form, load_form
from operations.registry import build_registry
from processes.catalogue import CatalogueEntry, load_catalogue

ROOT = Path(__file__).parents[2]
BEGIN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
INSTANCE = UUID(int=7)
HOURS = {
    "first_response": 24,
    "solution": 48,
    "supervisor.review": 2,
    "assignment": 2,
    "accept": 4,
    "clarify": 2,
    "plan": 12,
    "plan.review": 2,
    "step": 8,
    "unblock": 4,
    "deviation": 4,
    "quality.check": 4,
    "progress.message": 4,
    "result.feedback": 2,
    "manager.ruling": 4,
    "confirmation.window": 72,
    "survey.delay": 24,
    "survey.reminder": 72,
    "survey.window": 168,
    "record.completion": 8,
    "archive.review": 8,
    "complaint.response": 2,
    "complaint.response.second": 4,
    "complaint.reply": 72,
    "complaint.reply.second": 96,
    "complaint.statement": 8,
    "complaint.investigation": 24,
    "complaint.solution": 16,
    "complaint.extension": 4,
    "complaint.implement": 16,
    "complaint.executive": 24,
    "compensation.proposal": 8,
    "compensation.decision": 8,
    "compensation.answer": 120,
    "compensation.measure": 72,
    "refund": 168,
    "visit.wait": 24,
    "visit.next": 24,
    "followup.complaint": 72,
    "notice.answer": 72,
}
FROM_RECEIPT = ("first_response", "solution")
SETTINGS = {
    "confirmation.reminder_cycle": "R2/P1D",
    "escalation.reminder_cycle": "R/PT4H",
    "assignment.rounds.max": 3,
    "privacy_notice.version": "1",
}


@cache
def catalogue() -> tuple[CatalogueEntry, ...]:
    return load_catalogue(ROOT / "processes")


@cache
def house_registry() -> Registry:
    return build_registry()


@cache
def executables() -> Mapping[str, Executable]:
    return {
        key: load_executable(uuid5(UUID(int=1), key), entry.diagram.read_bytes(), key)
        for entry in catalogue()
        for key in entry.process_keys
    }


@cache
def decision_model(key: str) -> dmn.DecisionModel:
    path = next(path for entry in catalogue() for path in entry.decisions if path.stem == key)
    return dmn.load_model(path.read_bytes())


def form(key: str) -> Form:
    return load_form((ROOT / "forms" / f"{key}.form").read_bytes())


@dataclass
class House:
    """The edge. `answers` overrule what a handler says by itself; `calls` remembers what was asked of handlers."""

    facts: dict[str, object] = field(default_factory=dict)
    answers: dict[str, Mapping[str, object]] = field(default_factory=dict)
    calls: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)
    open_ladders: set[object] = field(default_factory=set)

    def call_handler(self, name: str, inputs: Mapping[str, object], site: Site) -> Mapping[str, object]:
        handler = house_registry().handlers[name]
        wrong = argument_problem(handler.parameters, inputs, accepts_any=handler.accepts_any)
        assert wrong is None, f"{site.element_id}: {name}: {wrong}"
        self.calls.append((name, dict(inputs)))
        if name in self.answers:
            return self.answers[name]
        told = getattr(self, name, None)
        return told(**inputs) if told else {}

    def call_function(self, name: str, arguments: tuple[object, ...], site: Site) -> object:
        function = house_registry().functions[name]
        named = {parameter.name: value for parameter, value in zip(function.parameters, arguments, strict=False)}
        assert argument_problem(function.parameters, named, accepts_any=False) is None, (name, arguments)
        if name in ("deadline", "warning"):
            key = str(arguments[0])
            begun = BEGIN if key in FROM_RECEIPT else site.activated_at
            hours = timedelta(hours=HOURS[key])
            return (begun + (hours if name == "deadline" else hours * 0.75)).isoformat()
        answers = {
            "escalate_at": lambda level: (site.activated_at + timedelta(hours=4 * level)).isoformat(),
            "dept_group": lambda role, code=None: f"dept:{code or self.facts.get('lead_department')}:{role}",
            "person": lambda name: f"person:{name}" if name else None,
            "customer_group": lambda: "customer:7",
            "accused_people": lambda: self.facts.get("accused", []),
            "previous_investigators": lambda: self.facts.get("investigators", []),
            "case_value": self.facts.get,
            "setting": SETTINGS.__getitem__,
            "feedback_cycle": lambda: "R/PT48H",
            "departments": lambda: [{"value": code, "label": code} for code in ("tech_support", "finance", "sales")],
        }
        return answers[name](*arguments)

    def decide(
        self, key: str, binding: str, version: str | None, variables: Mapping[str, object], site: Site
    ) -> DecisionOutcome:
        try:
            evaluation = decision_model(key).evaluate(key, variables, now=site.now)
        except dmn.DmnInvalid as error:
            raise HandlerFailed(str(error)) from error
        return DecisionOutcome(evaluation.result, evaluation.rows)

    def resolve_called(self, key: str, binding: str, version: str | None, site: Site) -> UUID:
        return executables()[key].definition_id

    def local_zone(self, site: Site) -> str:
        return clock.local_zone().key

    def executable(self, definition_id: UUID) -> Executable:
        return next(each for each in executables().values() if each.definition_id == definition_id)

    def case_register(self) -> Mapping[str, object]:
        facts = {"complete": True, "key_customer": False, "is_complainant": False, "consent_survey": True}
        return {**facts, "channel": "phone", "request_type": None} | self.facts.get("register", {})

    def case_details(self, **fields: object) -> Mapping[str, object]:
        return {"complete": True, "request_type": fields["request_type"]}

    def case_assess(self, **fields: object) -> Mapping[str, object]:
        return {"triage_outcome": fields["triage_outcome"]}

    def case_promises(self, **_: object) -> Mapping[str, object]:
        return {"response_due": "2026-03-03T01:00:00Z", "solution_due": "2026-03-04T01:00:00Z"}

    def case_override(self, priority: object, reason: object) -> Mapping[str, object]:
        return {"priority": priority}

    def sla_breach(self, **_: object) -> Mapping[str, object]:
        return {"breached": True}

    def escalation_open(self, level: int, trigger: str, object: str) -> Mapping[str, object]:
        is_open = object in self.open_ladders
        self.open_ladders.add(object)
        return {"already_open": is_open, "escalation_id": f"ladder of {object}", "level": level}

    def escalations_close(self, object: str | None = None) -> Mapping[str, object]:
        self.open_ladders -= self.open_ladders if object is None else {object}
        return {}

    def assignment_set(self, lead_department: str, collaborators: list[dict[str, str]], **_: object) -> dict:
        self.facts["lead_department"] = lead_department
        named = [(lead_department, "lead"), *((each["department"], "collaborator") for each in collaborators)]
        participants = [
            {"department": d, "role": role, "group": f"dept:{d}:{'lead' if role == 'lead' else 'member'}"}
            for d, role in named
        ]
        return {"participants": participants, "lead_department": lead_department}

    def assignment_answers(self, answers: list[dict[str, object]]) -> dict[str, object]:
        decisions = [answer["decision"] for answer in answers]
        askers = [
            {"department": a["department"], "role": a["role"], "group": f"dept:{a['department']}:member"}
            for a in answers
            if a["decision"] == "question"
        ]
        result = "declined" if "decline" in decisions else "question" if askers else "accepted"
        return {"result": result, "askers": askers}

    def plan_set(self, stages: list[dict[str, object]], **fields: object) -> dict[str, object]:
        numbered = [
            {**stage, "no": s, "steps": [{**step, "no": n, "object": f"step:{s}.{n}"} for n, step in steps]}
            for s, stage in enumerate(stages, 1)
            for steps in [list(enumerate(stage["steps"], 1))]
        ]
        return {"stages": numbered, "plan_version": 1, "needs_review": self.facts.get("needs_review", False)}

    def notice_send(self, **_: object) -> dict[str, object]:
        return {"notice_id": "n"}

    def progress_gate(self) -> dict[str, object]:
        return {"needed": True}

    def rework_begin(self) -> dict[str, object]:
        count = self.facts["rework_count"] = self.facts.get("rework_count", 0) + 1
        return {"rework_count": count, "rework_allowed": count <= 2}

    def survey_score(self, overall: int, contact_me: bool, **_: object) -> dict[str, object]:
        return {"low": overall <= 2 or contact_me}

    def record_check(self) -> dict[str, object]:
        return {"complete": True, "missing": []}

    def archive_store(self, **_: object) -> dict[str, object]:
        return {"archive_number": "A-1", "content_hash": "0" * 64}


class Story:
    """One instance of a house process. Its state is dumped and loaded between every two steps."""

    def __init__(
        self, key: str, house: House | None = None, *, start_at: str | None = None, **variables: object
    ) -> None:
        self.house = house or House()
        self.executable = executables()[key]
        self.now = BEGIN
        self.run = new_run(self.executable, INSTANCE, self.house, case_number="SR-1")
        self.transitions: list[Transition] = []
        self.thrown: list[str] = []
        self.apply(Start(variables, start_at, "SR-1"))

    def apply(self, given: Input) -> None:
        self.transitions.extend(self.run.apply(given, now=self.now))
        self.thrown.extend(each.name for each in self.run.thrown)
        self.run: Run = load_run(self.executable, INSTANCE, self.run.dump(), self.house, case_number="SR-1")
        broken = [(w.element_id, w.message) for w in self.run.waits() if isinstance(w, IncidentWait)]
        assert not broken, broken

    @property
    def open(self) -> list[str]:
        return [wait.element_id for wait in self.tasks()]

    @property
    def passed(self) -> list[str]:
        return [each.element_id for each in self.transitions if each.state == "completed"]

    @property
    def cancelled(self) -> list[str]:
        return [each.element_id for each in self.transitions if each.state == "cancelled"]

    def tasks(self) -> list[UserTaskWait]:
        return [wait for wait in self.run.waits() if isinstance(wait, UserTaskWait)]

    def events(self) -> list[EventWait]:
        return [wait for wait in self.run.waits() if isinstance(wait, EventWait)]

    def task(self, element_id: str, nth: int = 0) -> UserTaskWait:
        return [wait for wait in self.tasks() if wait.element_id == element_id][nth]

    def complete(self, element_id: str, nth: int = 0, /, **values: object) -> None:
        """Fill in the task's form as its person would: checked and sealed as the service does."""
        task = self.task(element_id, nth)

        def evaluate(text: str, context: Mapping[str, object]) -> object:
            return feel.evaluate_json(text, context, now=self.now)

        seen = self.run.task_variables(task.task_id)
        checked = form(str(task.form_ref)).validate(values, evaluate=evaluate, variables=seen)
        sealed = checked.sealed(lambda path, value: f"sealed:{'.'.join(map(str, path))}")
        self.apply(UserTaskCompletion(task.task_id, sealed))

    def message(self, name: str, **variables: object) -> None:
        wait = next(wait for wait in self.events() if wait.name == name)
        self.apply(MessageDelivery(wait.task_id, name, variables))

    def fire(self, element_id: str) -> None:
        due = next(each for each in self.run.due() if each.element_id == element_id)
        self.now = max(self.now, due.due_at)
        self.apply(DueStep(due.task_id, due.due_at))

    def called(self, handler: str) -> list[Mapping[str, object]]:
        return [inputs for name, inputs in self.house.calls if name == handler]

    @property
    def variables(self) -> Mapping[str, object]:
        return self.run.variables
