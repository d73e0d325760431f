"""A company with its people, its processes and its clock: what every story happens in."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count

from tests.acceptance.clocks import ServiceClock
from tests.acceptance.people import Client, Customer, Json, Person, own_address
from tests.acceptance.service import ROOT, Service

PASSWORD = "correct horse battery staple"
STAFF: Mapping[str, tuple[str, ...]] = {
    "agent": ("customer_service", "dept:customer_service:member"),
    "service_lead": ("customer_service", "dept:customer_service:lead"),
    "specialist": ("complaint_specialist", "dept:complaint_specialist:lead"),
    "mediator": ("complaint_specialist", "dept:complaint_specialist:member"),
    "priority": ("priority_team", "dept:priority_team:lead"),
    "supervisor": ("supervisor",),
    "manager": ("manager",),
    "executive": ("executive",),
    "tech_lead": ("tech_support", "dept:tech_support:lead"),
    "technician": ("tech_support", "dept:tech_support:member"),
    "finance": ("finance", "dept:finance:lead", "dept:finance:member"),
    "clerk": ("customer_service", "supervisor", "finance"),
    "logistics": ("executor", "dept:logistics:member"),
    "archivist": ("archivist",),
    "auditor": ("internal_auditor",),
    "owner": ("process_owner",),
}
_telephones = count(13_900_000_000)


@dataclass(frozen=True, slots=True)
class House:
    """One service with everybody in it."""

    service: Service
    clock: ServiceClock
    admin: Person
    staff: Mapping[str, Person]

    @classmethod
    def open(cls, service: Service) -> "House":
        """Hire everybody and deploy the house's processes, all over the API but the first administrator."""
        service.run("admin", "create", "admin", "--password-stdin", said=PASSWORD + "\n")
        token = service.run("token", "--user", "admin").strip()
        service.start()
        admin = _signed_in(service, "admin", token)
        staff = {name: _hired(service, admin, name, groups) for name, groups in STAFF.items()}
        _deploy(staff["owner"])
        return cls(service, ServiceClock(service, admin.client, staff["auditor"].client), admin, staff)

    def __getattr__(self, name: str) -> Person:
        """Everybody by name: `house.agent`."""
        try:
            return self.staff[name]
        except KeyError:
            raise AttributeError(name) from None

    def customer_submits(self, request: Mapping[str, object], *, key: str | None = None) -> Customer:
        """A customer submits a request over the public web form, from a telephone number nobody had before."""
        client = Client(self.service, address=own_address())
        contact = {"phone": str(next(_telephones)), **_mapping(request.get("customer"))}
        body = {"channel": "web_form", "consent_survey": True, **request, "customer": contact}
        made = client.post("/api/requests", body, expect=201, key=key)
        return Customer(made["case_number"], made["tracking_token"], client)

    def customer_complains(self, complaint: Mapping[str, object]) -> Customer:
        """A customer complains over the public web form, from a telephone number nobody had before."""
        client = Client(self.service, address=own_address())
        contact = {"phone": str(next(_telephones)), **_mapping(complaint.get("customer"))}
        body = {"channel": "web_form", "consent_survey": False, **complaint, "customer": contact}
        made = client.post("/api/complaints", body, expect=201)
        return Customer(made["case_number"], made["tracking_token"], client)

    def agent_submits(self, request: Mapping[str, object]) -> Json:
        """The agent takes a request on the telephone; what the service told her about it."""
        return self.staff["agent"].client.post("/api/requests", {"channel": "phone", **request}, expect=201)

    def begin_story(self) -> None:
        """A Monday morning on which nothing is left of a story that failed."""
        for instance in self.staff["auditor"].client.pages("/api/process-instances", state="active"):
            path = f"/api/process-instances/{instance['id']}"
            self.staff["owner"].client.http.delete(path, params={"reason": "left over"})
        self.clock.begin_story()

    def visitor(self) -> Client:
        """Somebody who is not signed in."""
        return Client(self.service, address=own_address())


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _hired(service: Service, admin: Person, name: str, groups: tuple[str, ...]) -> Person:
    body = {"user_name": name, "display_name": name, "password": PASSWORD, "groups": list(groups)}
    admin.client.post("/api/people", body, expect=201)
    browser = Client(service, address=own_address())
    opened = browser.post("/api/sessions", {"user_name": name, "password": PASSWORD}, expect=201)
    browser.http.headers["X-CSRF-Token"] = opened["csrf_token"]
    token = browser.post("/api/tokens", {"name": "stories"}, expect=201)["token"]
    return _signed_in(service, name, token)


def _signed_in(service: Service, name: str, token: str) -> Person:
    client = Client(service, token)
    return Person(name, f"person:{client.get('/api/sessions/current')['person_id']}", client)


def _deploy(owner: Person) -> None:
    files = [
        (path.name, path.read_bytes())
        for folder, patterns in (("processes", ("*.bpmn", "*.dmn")), ("forms", ("*.form",)))
        for pattern in patterns
        for path in sorted((ROOT / folder).rglob(pattern))
    ]
    answer = owner.client.http.post("/api/deployments", files=[("files", file) for file in files])
    assert answer.status_code == 201, answer.text
