"""The edge of complaints and compensation, and what people write into their forms."""

from collections.abc import Mapping

from tests.processes.filling import ASSIGNED
from tests.processes.playing import House, Story

TAKEN_IN = {
    "category": "quality",
    "channel": "phone",
    "harm": False,
    "media": False,
    "regulator": False,
    "safety": False,
    "amount": None,
    "repeat_count": 0,
    "two_parties": False,
    "anonymous": False,
    "consent_survey": False,
    "priority": "P3",
    "reopen_count": 0,
    "compensation_due": None,
}
ANSWERED = {
    "category": "quality",
    "subject_type": "service",
    "facts": "The visit was missed twice",
    "expectation": "An apology and a visit",
    "amount": None,
    "channel": "phone",
    "response_text": "We are sorry and look into it",
    "apology_opening": True,
}
INVESTIGATED = {
    "log": "Asked both teams",
    "cause_code": "process_gap",
    "responsible_unit": "Dispatch",
    "founded": "yes",
    "complexity": "simple",
}
SOLVED = {"solution": "A visit today", "compensation_needed": "no", "multi_step": "no", "staff_action": "none"}
DONE = {"result": "Visited", "done": True}
REPLIED = {"reply": "You were right", "channel": "phone", "rights_note": "The association", "apology_closing": True}
VISITED = {"reached": "yes", "channel": "phone", "resolved": "yes", "satisfied": 5, "comment": "Fine"}
DISSATISFIED = VISITED | {"resolved": "no", "satisfied": 2, "new_problem": "no"}
VISITED |= {"new_problem": "no"}
PROPOSED = {
    "cause": "service",
    "measures": [{"type": "voucher", "amount": 100, "currency": "CNY"}],
    "reason": "Two missed visits",
}
PAID = {"reference": "B-1", "paid_at": "2026-03-05T02:00:00Z"}
GIVEN = {"reference": "V-1", "given_at": "2026-03-05T02:00:00Z"}
REVIEWED = {"final_decision": "We stand by it", "explain": "All was done", "compensation": "no"}


class ComplaintHouse(House):
    """`facts["taken_in"]` are what the complaint says of itself."""

    def complaint_register(self) -> Mapping[str, object]:
        return TAKEN_IN | self.facts.get("taken_in", {})

    def complaint_classify(self, severity: str, start_level: int, track: str) -> Mapping[str, object]:
        before = self.facts.get("start_level", 0)
        self.facts["start_level"] = start_level
        return {"raise_level": start_level if start_level > before else 0}

    def complaint_first_response(self, **fields: object) -> Mapping[str, object]:
        evidence = [{"no": n, **each} for n, each in enumerate(fields["evidence"] or [], 1)]
        kept = ("category", "harm", "media", "safety", "two_parties", "amount")
        return {name: fields[name] for name in kept} | {"evidence": evidence}

    def complaint_recalculate(self, amount: object) -> Mapping[str, object]:
        return {"overcharged": amount}

    def complaint_extend(self, approved: bool, **_: object) -> Mapping[str, object]:
        return {"extended": approved}

    def complaint_reopen(self, reason: object) -> Mapping[str, object]:
        count = self.facts.get("reopened", 0)
        self.facts["reopened"] = min(count + 1, 2)
        return {"reopen_count": self.facts["reopened"], "reopen_allowed": count < 2}

    def complaint_escalated(self) -> Mapping[str, object]:
        return {"level": 2}

    def compensation_propose(self, measures: list[dict[str, object]], **_: object) -> Mapping[str, object]:
        numbered = [{**each, "no": n, "object": f"measure:{n}"} for n, each in enumerate(measures, 1)]
        amount = sum(each["amount"] for each in measures)
        return {"proposal_id": "p", "amount": amount, "measures": numbered, "budget_exhausted": False}

    def compensation_decide(self, decision: str, **_: object) -> Mapping[str, object]:
        return {"may_propose_again": self._once_more(decision == "refuse")}

    def compensation_answer(self, answer: str, **_: object) -> Mapping[str, object]:
        return {"may_propose_again": self._once_more(answer == "refused")}

    def _once_more(self, is_refused: bool) -> bool:
        self.facts["refusals"] = self.facts.get("refusals", 0) + is_refused
        return self.facts["refusals"] < 2

    def visit_open(self) -> Mapping[str, object]:
        return {"possible": self.facts.get("reachable", True)}

    def visit_attempt(self, reached: bool, resolved: bool, satisfied: object, **_: object) -> Mapping[str, object]:
        tried = self.facts["tried"] = self.facts.get("tried", 0) + 1
        if reached:
            is_settled = resolved and satisfied is not None and satisfied >= 4
            return {"attempts": tried, "outcome": "satisfied" if is_settled else "dissatisfied"}
        return {"attempts": tried, "outcome": "again" if tried < 3 else "unreachable"}


def complained(house: ComplaintHouse | None = None, **taken_in: object) -> Story:
    house = house or ComplaintHouse()
    house.facts["taken_in"] = taken_in
    return Story("complaint_handling", house, start_at="start_complaint")


def responded(story: Story, **answered: object) -> None:
    """From the first response to the investigation or the statements."""
    story.complete("task_first_response", **ANSWERED | answered)
    assigned(story)


def assigned(story: Story) -> None:
    story.complete("task_assign", **ASSIGNED)
    story.complete("mi_accept", decision="accept")


def investigated(story: Story, **solved: object) -> None:
    story.complete("task_investigate", **INVESTIGATED)
    story.complete("task_solution", **SOLVED | solved)


def replied(story: Story) -> None:
    story.complete("task_implement", **DONE)
    story.complete("task_reply", **REPLIED)
    story.fire("timer_visit_due")


def filed(story: Story) -> None:
    story.complete(
        "task_archive_review",
        archive_class="complaint",
        retention_years=5,
        access_level="restricted",
        keywords="visit",
    )
