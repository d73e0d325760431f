"""The specs of one process or sub-process, as the builder makes them and a running scope reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine.spiff.diagrams import Listener
from engine.spiff.elements.ad_hoc import AdHoc
from engine.spiff.elements.catching import EventSubProcessStart
from engine.spiff.elements.compensation import Compensation
from engine.spiff.elements.flowing import Flowing
from engine.spiff.elements.sub_processes import Beginning


class ScopeSpec(BpmnProcessSpec):
    """
    The specs of one process or sub-process.

    Attributes:
        starts: By element id, what the scope can begin with: start events, receive tasks, events behind a gateway.
        none_start: The none start event, else the first of them; without any, the beginning.
        beginning: Where it begins when not at a start event.
        listeners: Start events of the event sub-processes inside it.
        has_conditions: Whether a conditional event stands in it.
        has_joins: Whether an inclusive or complex gateway stands in it.
        has_inputs: Whether an element in it may have to wait for its data inputs.
        own_listeners: Execution listeners of the process itself; a sub-process has them on its element.
        heard: (element id, event) of each task listener of the process, at every depth.
        own_data: Variables that are its own; those of a process need no mention.
        compensating: Spec that undoes what completed in it; `None` when nothing in it can be undone.
        ad_hoc: How it is worked on when it is an ad-hoc sub-process.
        undone_by: Start event of its event sub-process for compensation.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.starts: dict[str, Flowing] = {}
        self.none_start: Flowing | None = None
        self.beginning: Beginning | None = None
        self.listeners: list[EventSubProcessStart] = []
        self.has_conditions = False
        self.has_joins = False
        self.has_inputs = False
        self.own_listeners: tuple[Listener, ...] = ()
        self.heard: frozenset[tuple[str, str]] = frozenset()
        self.own_data: tuple[str, ...] = ()
        self.ad_hoc: AdHoc | None = None
        self.compensating: Compensation | None = None
        self.undone_by: EventSubProcessStart | None = None


@dataclass(slots=True)
class Building:
    """One process on its way to specs: `lanes` maps lane names to groups, `task_priority` is for external tasks."""

    lanes: Mapping[str, str | None]
    task_priority: str | None = None
    scopes: dict[str, ScopeSpec] = field(default_factory=dict)
