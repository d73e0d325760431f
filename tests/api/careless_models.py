"""
Files as careless people leave them behind.

`OTHERS` hold no BPMN that can be read. `REFUSED`: by name the file, and a finding's code and element.
"""

from collections.abc import Mapping

from tests.api.stranger_models import BPMN, GATE, STEP, between, file, prefixed, process

LONG = "Ab3_" * 150


def said(element: str, inside: str = "") -> bytes:
    """start → an element of one tag with `camunda:` attributes → end."""
    return between(f"<{element}>{inside}</{element.split(maxsplit=1)[0]}>", camunda=True)


HTML = b'<!doctype html><html lang="zh"><head><title>Sign in</title></head><body><p>x<br></body></html>'
OTHERS: Mapping[str, bytes] = {
    "nothing": b"",
    "html": HTML,
    "xhtml": b'<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>',
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
    "png": b"\x89PNG\r\n\x1a\n" + bytes(40),
    "yaml": b"process:\n  id: p\n",
    "only a mark": b"\xef\xbb\xbf",
    "only a prolog": b'<?xml version="1.0"?>',
    "cut in a tag": process(STEP)[:-200],
    "cut in a character": process(STEP)[: process(STEP).index("做".encode()) + 1],
    "gbk said to be utf-8": process(STEP).decode().encode("gbk"),
    "utf-8 said to be utf-16": process(STEP).replace(b"UTF-8", b"UTF-16"),
    "no namespace": process(STEP).replace(f' xmlns="{BPMN}"'.encode(), b""),
    "https for http": process(STEP).replace(b"http://www.omg.org/spec/BPMN", b"https://www.omg.org/spec/BPMN"),
    "small letters": process(STEP).replace(b"20100524/MODEL", b"20100524/model"),
    "prefix unbound": prefixed(process(STEP), "bpmn").replace(b"xmlns:bpmn=", b"xmlns:bpmn2="),
    "two roots": process(STEP) + b"<x/>",
    "attribute twice": process(STEP).replace(b'id="t"', b'id="t" id="t"'),
    "entity of html": process(STEP).replace("做".encode(), b"&nbsp;"),
    "control character": process(STEP).replace("做".encode(), b"&#1;"),
    "bpmn 1": b'<bpmn:BpmnDiagram xmlns:bpmn="http://stp.eclipse.org/bpmn"/>',
    "xpdl": b'<Package xmlns="http://www.wfmc.org/2008/XPDL2.1"/>',
    "cmmn": b'<definitions xmlns="http://www.omg.org/spec/CMMN/20151109/MODEL"/>',
    "schema": b'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>',
    "process as root": b'<process xmlns="' + BPMN.encode() + b'" id="p" isExecutable="true"/>',
}
REFUSED: Mapping[str, tuple[bytes, str, str | None]] = {
    "flow from nowhere": (process(STEP).replace(b'sourceRef="s"', b'sourceRef="gone"'), "dangling-flow", "f1"),
    "flow without an end": (process(STEP).replace(b' targetRef="e"', b""), "dangling-flow", "f2"),
    "flow to another pool": (
        process(STEP, '<process id="o"><task id="ot"/></process>').replace(b'targetRef="e"', b'targetRef="ot"'),
        "dangling-flow",
        "f2",
    ),
    "flow into a sub-process": (
        between(
            '<subProcess id="t"><userTask id="in"/></subProcess>',
            '<sequenceFlow id="f3" sourceRef="s" targetRef="in"/>',
        ),
        "dangling-flow",
        "f3",
    ),
    "lonely task": (process(STEP + '<task id="lonely"/>'), "implicit-start", "lonely"),
    "one id twice": (process(STEP + '<task id="t"/>'), "duplicate-id", "t"),
    "one id in two pools": (
        file('<process id="p" isExecutable="true">' + STEP + '</process><process id="q"><task id="t"/></process>'),
        "duplicate-id",
        "t",
    ),
    "two processes of one id": (
        file(f'<process id="p" isExecutable="true">{STEP}</process><process id="p" isExecutable="true"/>'),
        "duplicate-id",
        "p",
    ),
    "no id": (process(STEP + "<task/>"), "missing-id", "p"),
    "empty id": (process(STEP + '<task id=""/>'), "missing-id", "p"),
    "blank id": (process(STEP.replace('"t"', '" "')), "missing-id", "p"),
    "process without id": (file(f'<process isExecutable="true">{STEP}</process>'), "missing-id", None),
    "id of our own marks": (process(STEP.replace('"t"', '"t#1"')), "schema-value", "t#1"),
    "yes is not true": (process(STEP).replace(b'"true"', b'"yes"'), "schema-value", "p"),
    "nothing executable": (file(f'<process id="p">{STEP}</process>'), "no-executable-process", "p"),
    "nothing at all": (file(""), "no-executable-process", None),
    "nothing inside": (process(""), "start-missing", "p"),
    "misspelt element": (between('<userTsk id="t"/>'), "element-unsupported", "t"),
    "element in other letters": (between('<UserTask id="t"/>'), "element-unsupported", "t"),
    "abstract element": (between('<flowElement id="t" xsi:type="tUserTask"/>'), "element-unsupported", "t"),
    "choreography task": (between('<choreographyTask id="t"/>'), "element-unsupported", "t"),
    "call conversation": (between('<conversation id="t"/>'), "element-unsupported", "t"),
    "message flow in a process": (
        process(STEP + '<messageFlow id="mf" sourceRef="s" targetRef="t"/>'),
        "element-unsupported",
        "mf",
    ),
    "flow into the start": (
        process(STEP + '<sequenceFlow id="f3" sourceRef="t" targetRef="s"/>'),
        "flow-forbidden",
        "s",
    ),
    "boundary on a gateway": (
        between(
            '<parallelGateway id="t"/><boundaryEvent id="b" attachedToRef="t"><signalEventDefinition signalRef="x"/>'
            "</boundaryEvent>"
        ),
        "boundary-host",
        "b",
    ),
    "boundary on nothing": (
        between('<task id="t"/><boundaryEvent id="b"><errorEventDefinition/></boundaryEvent>'),
        "dangling-boundary",
        "b",
    ),
    "event gateway to a task": (
        process(
            '<startEvent id="s"/><eventBasedGateway id="g"/><task id="t"/><task id="u"/>'
            '<sequenceFlow id="f1" sourceRef="s" targetRef="g"/><sequenceFlow id="f2" sourceRef="g" targetRef="t"/>'
            '<sequenceFlow id="f3" sourceRef="g" targetRef="u"/>'
        ),
        "event-gateway-target",
        "t",
    ),
    "stuck gateway": (
        process(
            GATE.format(said="", condition="${x}")
            .replace(' default="d"', "")
            .replace('<sequenceFlow id="d" name="否" sourceRef="g" targetRef="e"/>', "")
        ),
        "gateway-can-get-stuck",
        "g",
    ),
    "message nobody defined": (between('<receiveTask id="t" messageRef="gone"/>'), "dangling-reference", "t"),
    "signal nobody defined": (
        between('<intermediateCatchEvent id="t"><signalEventDefinition signalRef="gone"/></intermediateCatchEvent>'),
        "dangling-reference",
        "t",
    ),
    "conditional start": (
        process(
            '<startEvent id="s"><conditionalEventDefinition><condition>x</condition></conditionalEventDefinition>'
            '</startEvent><task id="t"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
        ),
        "event-unsupported",
        "s",
    ),
    "unix cron": (
        between(
            '<intermediateCatchEvent id="t"><timerEventDefinition><timeCycle>0 9 * * 1-5</timeCycle>'
            "</timerEventDefinition>"
            "</intermediateCatchEvent>"
        ),
        "timer-invalid",
        "t",
    ),
    "cron for a duration": (
        between(
            '<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>0 0 9 ? * 2</timeDuration>'
            "</timerEventDefinition></intermediateCatchEvent>"
        ),
        "timer-kind",
        "t",
    ),
    "date in words": (
        between(
            '<intermediateCatchEvent id="t"><timerEventDefinition><timeDate>明天</timeDate></timerEventDefinition>'
            "</intermediateCatchEvent>"
        ),
        "timer-invalid",
        "t",
    ),
    "javascript": (
        between('<scriptTask id="t" scriptFormat="javascript"><script>x=1</script></scriptTask>'),
        "script-language",
        "t",
    ),
    "groovy condition": (
        process(GATE.format(said="", condition="x == 1").replace('id="ce"', 'id="ce" language="groovy"')),
        "script-language",
        "ce",
    ),
    "service without work": (between('<serviceTask id="t" implementation="##WebService"/>'), "handler-missing", "t"),
    "call of what is only drawn": (
        process(
            '<startEvent id="s"/><callActivity id="t" calledElement="drawn"/>'
            '<sequenceFlow id="f" sourceRef="s" targetRef="t"/>',
            '<process id="drawn"><task id="d"/></process>',
        ),
        "called-process-drawn",
        "t",
    ),
    "call of nobody": (between('<callActivity id="t" calledElement="gone"/>'), "called-process-unknown", "t"),
    "deep condition": (
        process(GATE.format(said="", condition="(" * 9_000 + "1" + ")" * 9_000)),
        "expression-invalid",
        "y",
    ),
    "long condition": (process(GATE.format(said="", condition="x + " * 60_000 + "1 = 1")), "expression-invalid", "y"),
    "must be understood": (
        process(STEP, '<extension mustUnderstand="true" definition="v:x"/>', ' xmlns:v="http://vendor"'),
        "extension-not-understood",
        None,
    ),
    "cardinality below nothing": (
        between(
            '<task id="t"><multiInstanceLoopCharacteristics><loopCardinality>-1</loopCardinality>'
            "</multiInstanceLoopCharacteristics></task>"
        ),
        "loop-count-invalid",
        "t",
    ),
    "cardinality beyond reason": (
        between(
            '<task id="t"><multiInstanceLoopCharacteristics><loopCardinality>1000000</loopCardinality>'
            "</multiInstanceLoopCharacteristics></task>"
        ),
        "loop-count-invalid",
        "t",
    ),
    "long key": (process(STEP).replace(b'id="p"', f'id="{LONG}"'.encode()), "text-too-long", LONG),
    "long id": (process(STEP.replace('"t"', f'"{LONG}"')), "text-too-long", LONG),
    "long id of a flow": (process(STEP.replace("f1", LONG)), "text-too-long", LONG),
    "long name": (process(STEP.replace("做", LONG)), "text-too-long", "t"),
    "long message": (
        process(
            '<startEvent id="s"/><receiveTask id="t" messageRef="m"/>'
            '<sequenceFlow id="f" sourceRef="s" targetRef="t"/>',
            f'<message id="m" name="{LONG}"/>',
        ),
        "text-too-long",
        "t",
    ),
    "long signal that starts": (
        process(
            '<startEvent id="s"><signalEventDefinition signalRef="m"/></startEvent>',
            f'<signal id="m" name="{LONG}"/>',
        ),
        "text-too-long",
        "s",
    ),
    "long group of a lane": (
        process(f'<laneSet id="L"><lane id="l" name="{LONG}"><flowNodeRef>t</flowNodeRef></lane></laneSet>{STEP}'),
        "text-too-long",
        "t",
    ),
    "long assignee": (said(f'userTask id="t" camunda:assignee="{LONG}"'), "text-too-long", "t"),
    "long candidate": (said(f'userTask id="t" camunda:candidateGroups="a,{LONG}"'), "text-too-long", "t"),
    "priority in words": (said('userTask id="t" camunda:priority="high"'), "priority-invalid", "t"),
    "priority beyond reason": (said('userTask id="t" camunda:priority="9999999999"'), "priority-invalid", "t"),
    "priority of an external task": (
        said('serviceTask id="t" camunda:type="external" camunda:topic="x" camunda:taskPriority="1.5"'),
        "priority-invalid",
        "t",
    ),
    "due in words": (said('userTask id="t" camunda:dueDate="明天"'), "due-date-invalid", "t"),
    "due again and again": (said('userTask id="t" camunda:followUpDate="R3/P1D"'), "due-date-invalid", "t"),
    "due by cron": (said('userTask id="t" camunda:dueDate="0 0 9 ? * MON"'), "due-date-invalid", "t"),
    "version of words": (
        said(
            'callActivity id="t" calledElement="p" camunda:calledElementBinding="version" '
            'camunda:calledElementVersion="x"'
        ),
        "version-invalid",
        "t",
    ),
    "version beyond reason": (
        said(
            'callActivity id="t" calledElement="p" camunda:calledElementBinding="version" '
            'camunda:calledElementVersion="9999999999"'
        ),
        "version-invalid",
        "t",
    ),
    "kept for ever and a day": (process(STEP, kept="P99999999999999D"), "history-time-invalid", "p"),
    "kept for months": (process(STEP, kept="P6M"), "history-time-invalid", "p"),
    "kept backwards": (process(STEP, kept="-1"), "history-time-invalid", "p"),
    "cycle beyond reason": (
        between(
            '<intermediateCatchEvent id="t"><timerEventDefinition><timeCycle>R99999999999999999999/PT1S</timeCycle>'
            "</timerEventDefinition></intermediateCatchEvent>"
        ),
        "timer-invalid",
        "t",
    ),
    "retries beyond reason": (
        said(
            'userTask id="t" camunda:asyncBefore="true"',
            "<extensionElements><camunda:failedJobRetryTimeCycle>R3/P999999999999Y</camunda:failedJobRetryTimeCycle>"
            "</extensionElements>",
        ),
        "retry-cycle-invalid",
        "t",
    ),
    "stray text": (process(STEP + "hello"), "schema-text", "p"),
}
