"""
Handlers, and the listeners that call them.

Source:
    Camunda 7 user guide, "Delegation Code": execution and task listeners. Inputs come before `start`, `end` comes after
    the result, `take` comes between two elements.
"""

from collections.abc import Mapping

from engine.expressions import compile_script, compile_value
from engine.handlers import BpmnError, HandlerFailed
from engine.spiff.diagrams import Listener
from engine.spiff.elements.parameters import as_plain
from engine.spiff.evaluation import Failure, evaluate, parameter_values, site_of, unfit
from engine.spiff.instances import ElementInstance
from engine.spiff.variables import write


def call_handler(task: ElementInstance, name: str, inputs: Mapping[str, object]) -> Mapping[str, object]:
    """
    Call a registered handler from `task`.

    Raises:
        BpmnError: The handler says so.
        Failure: It cannot do its work.
    """
    environment = task.workflow.top_workflow.world.environment
    try:
        return environment.call_handler(name, inputs, site_of(task))
    except HandlerFailed as error:
        raise Failure("handler", str(error)) from error


def notify(task: ElementInstance, event: str, listeners: tuple[Listener, ...]) -> None:
    """
    Run the listeners of one event, in order; what they give are variables.

    Raises:
        BpmnError: A handler says so.
        Failure: One of them fails; those after it do not run.
    """
    for listener in listeners:
        if listener.event == event:
            run_listener(task, listener)


def run_listener(task: ElementInstance, listener: Listener) -> None:
    """Run one listener. Raises as `notify`."""
    if listener.kind == "handler":
        result: object = call_handler(task, listener.text, parameter_values(task, listener.fields))
    elif listener.kind == "script":
        program = compile_script(listener.text, listener.language)
        result = evaluate(task, program)
        if program.kind != "juel" and result is not None and not isinstance(result, dict):
            raise unfit("expression", listener.text, "a context", "上下文", result)
    else:
        evaluate(task, compile_value(listener.text))
        return
    write(task, as_plain(result if isinstance(result, Mapping) else {}))


def farewell(task: ElementInstance) -> dict[str, object]:
    """
    Run the listeners of an element that is cancelled: its `end`, and `delete` of an open task.

    What fails there stops nothing, since nobody could retry it; returns it for the journal.
    """
    node = task.task_spec.node
    try:
        if "work" in task.facts:
            notify(task, "delete", node.task_listeners)
        notify(task, "end", node.listeners)
    except (Failure, BpmnError) as error:
        return {"listener_failed": str(error)}
    return {}
