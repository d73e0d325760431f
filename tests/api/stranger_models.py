"""
Small models as other tools write them.

`RUN`: by name the file and its open elements after the start, none when it completes.
"""

import re
from collections.abc import Mapping

_TAG = re.compile(r"<(/?)(?=\w)")
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = (
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
)
CAMUNDA = ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
XSI = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
STEP = (
    '<startEvent id="s"><outgoing>f1</outgoing></startEvent><userTask id="t" name="做"><incoming>f1</incoming>'
    '<outgoing>f2</outgoing></userTask><endEvent id="e"><incoming>f2</incoming></endEvent>'
    '<sequenceFlow id="f1" sourceRef="s" targetRef="t"/><sequenceFlow id="f2" sourceRef="t" targetRef="e"/>'
)


def file(body: str, head: str = "", prolog: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    return f'{prolog}<definitions xmlns="{BPMN}" targetNamespace="http://x"{XSI}{head}>{body}</definitions>'.encode()


def process(inside: str, before: str = "", head: str = "", after: str = "", kept: str | None = None) -> bytes:
    said = "" if kept is None else f' camunda:historyTimeToLive="{kept}"'
    begin = f'<process id="p" name="流程" isExecutable="true"{said}>'
    return file(f"{before}{begin}{inside}</process>{after}", head if kept is None else head + CAMUNDA)


def between(element: str, *flows: str, camunda: bool = False) -> bytes:
    """start → the element `t` → end."""
    ends = '<startEvent id="s"/><endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="t"/>'
    inside = f'{ends}{element}<sequenceFlow id="f2" sourceRef="t" targetRef="e"/>{"".join(flows)}'
    return process(inside, head=CAMUNDA if camunda else "")


def prefixed(source: bytes, prefix: str) -> bytes:
    """The same with every BPMN element under a prefix."""
    text = source.decode().replace(f'xmlns="{BPMN}"', f'xmlns:{prefix}="{BPMN}"')
    head, _, rest = text.partition("?>")
    named = _TAG.sub(rf"<\1{prefix}:", rest)
    return f"{head}?>{named}".encode()


SHAPES = (
    '<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="pl" bpmnElement="{plane}">'
    '<bpmndi:BPMNShape id="t_di" bpmnElement="t" {colour}><dc:Bounds x="1" y="1" width="100" height="80"/>'
    '</bpmndi:BPMNShape><bpmndi:BPMNEdge id="f1_di" bpmnElement="f1"><di:waypoint x="1" y="1"/><di:'
    'waypoint x="9" y="1"/>'
    "</bpmndi:BPMNEdge></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
)
COLOURED = ' xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0" xmlns:color="http://www.omg.org/spec/BPMN/non-normative/color/1.0"'
POOL = '<collaboration id="c"><participant id="pa" name="客服" processRef="p"/>{more}</collaboration>'
LANES = (
    '<laneSet id="ls"><lane id="l1" name="一线"><flowNodeRef>\n s \n</flowNodeRef><childLaneSet id="ls2"><lane id="l2" '
    'name="坐席 staff"><partitionElement xsi:type="tResource" name="r"/><flowNodeRef>t</flowNodeRef>'
    "</lane></childLaneSet></lane>"
    '<lane id="l3"><flowNodeRef>e</flowNodeRef></lane></laneSet>'
)
ARTIFACTS = (
    '<textAnnotation id="n"><text>注</text></textAnnotation><association id="a" sourceRef="n" targetRef="t"/>'
    '<group id="g" categoryValueRef="cv"/>'
)
CATEGORY = '<category id="cat"><categoryValue id="cv" value="甲"/></category>'
DATA = (
    '<dataObject id="do"/><dataObjectReference id="dor" name="订单" dataObjectRef="do"/>'
    '<dataStoreReference id="dsr" dataStoreRef="ds"/>'
)
SIGNAVIO = (
    '<extensionElements><signavio:signavioMetaData metaKey="bgcolor" metaValue="#ffffcc"/>'
    '<signavio:signavioLabel ref="text" x="1"/></extensionElements>'
)
GATE = (
    '<startEvent id="s"/><exclusiveGateway id="g" {said} default="d"/><userTask id="t"/><endEvent id="e"/>'
    '<sequenceFlow id="f1" sourceRef="s" targetRef="g"/><sequenceFlow id="d" name="否" sourceRef="g" targetRef="e"/>'
    '<sequenceFlow id="y" name="是" sourceRef="g" targetRef="t"><conditionExpression id="ce" xsi:'
    'type="tFormalExpression">'
    '<![CDATA[{condition}]]></conditionExpression></sequenceFlow><sequenceFlow id="f2" sourceRef="t" targetRef="e"/>'
)
DIVERGING = 'gatewayDirection="Diverging"'
TRIP = (
    '<startEvent id="s"/><transaction id="trip" method="##Compensate"><startEvent id="i"/><task id="hotel"/>'
    '<boundaryEvent id="hc" attachedToRef="hotel"><compensateEventDefinition id="ced"/></boundaryEvent>'
    '<task id="unhotel" isForCompensation="true"/><association id="as" associationDirection="One" sourceRef="hc" '
    'targetRef="unhotel"/><endEvent id="x"><cancelEventDefinition/></endEvent>'
    '<sequenceFlow id="i1" sourceRef="i" targetRef="hotel"/><sequenceFlow id="i2" sourceRef="hotel" targetRef="x"/>'
    '</transaction><boundaryEvent id="b" attachedToRef="trip"><cancelEventDefinition/></boundaryEvent>'
    '<userTask id="t"/>'
    '<endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="trip"/><sequenceFlow id="f2" sourceRef="trip" '
    'targetRef="e"/><sequenceFlow id="f3" sourceRef="b" targetRef="t"/><sequenceFlow id="f4" '
    'sourceRef="t" targetRef="e"/>'
)
INCIDENT = (
    '<startEvent id="s"><messageEventDefinition messageRef="tns:m"/></startEvent><startEvent id="s2"/>'
    '<userTask id="t" name="Answer"><potentialOwner id="po"><resourceRef>tns:first</resourceRef>'
    "</potentialOwner></userTask>"
    '<sendTask id="send" messageRef="tns:m2" operationRef="tns:op"/><endEvent id="e"/>'
    '<sequenceFlow id="f1" sourceRef="s" targetRef="t"/><sequenceFlow id="f0" sourceRef="s2" targetRef="t"/>'
    '<sequenceFlow id="f2" sourceRef="t" targetRef="send"/><sequenceFlow id="f3" sourceRef="send" targetRef="e"/>'
)
INTERFACE = (
    '<itemDefinition id="it" isCollection="false" structureRef="xs:string"/><resource id="first" name="first_level"/>'
    '<message id="m" name="request" itemRef="tns:it"/><message id="m2" name="answer"/><interface id="if" name="Desk">'
    '<operation id="op" name="answer"><inMessageRef>tns:m2</inMessageRef></operation></interface>'
    '<endPoint id="ep"/><partnerRole id="pr"/>'
)
TNS = ' xmlns:tns="http://x" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
BIZAGI = (
    '<documentation/><extensionElements><bizagi:BizagiExtensions xmlns:bizagi="http://www.bizagi.com/bpmn20"><bizagi:'
    'BizagiProperties><bizagi:BizagiProperty name="bgColor" value="White"/></bizagi:BizagiProperties></bizagi:'
    "BizagiExtensions></extensionElements>"
)
PIZZA = (
    '<participant id="pb" name="Pizza vendor"/><messageFlow id="mf" name="order" sourceRef="t" targetRef="pb"/>'
    '<messageFlow id="mf2" sourceRef="pb" targetRef="pa"/><textAnnotation id="cn"><text>x</text></textAnnotation>'
)
GREEK = "<!-- Σ --><?modeler keep?>"

RUN: Mapping[str, tuple[bytes, list[str]]] = {
    "plain": (process(STEP), ["t"]),
    "prefix of the specification": (prefixed(process(STEP), "semantic"), ["t"]),
    "prefix of eclipse": (prefixed(process(STEP), "bpmn2"), ["t"]),
    "prefix with a dot": (prefixed(process(STEP), "b.2-m"), ["t"]),
    "coloured by bpmn.io": (
        process(
            STEP,
            head=DI + COLOURED,
            after=SHAPES.format(
                plane="p", colour='bioc:stroke="#1" bioc:fill="#2" color:background-color="#3" isExpanded="true"'
            ),
        ),
        ["t"],
    ),
    "two diagrams": (
        process(STEP, head=DI, after=SHAPES.format(plane="p", colour="") + '<bpmndi:BPMNDiagram id="d2"/>'),
        ["t"],
    ),
    "pool, nested lanes, artifacts": (
        process(LANES + STEP + ARTIFACTS, POOL.format(more="") + CATEGORY, DI, SHAPES.format(plane="c", colour="")),
        ["t"],
    ),
    "pizza: black box and message flows": (process(STEP, POOL.format(more=PIZZA)), ["t"]),
    "data drawn": (process(DATA + STEP, '<dataStore id="ds" name="库" isUnlimited="true"/>'), ["t"]),
    "bizagi": (process(BIZAGI + STEP, POOL.format(more="")), ["t"]),
    "signavio": (
        file(
            '<process id="p" isExecutable="true" isClosed="false" processType="None">'
            f"{SIGNAVIO}{GATE.format(said=DIVERGING, condition='true')}</process>",
            ' xmlns:signavio="http://www.signavio.com" exporter="Signavio Process Editor, http://www.signavio.com" '
            'exporterVersion="16.1" expressionLanguage="http://www.w3.org/TR/XPath" '
            'typeLanguage="http://www.w3.org/2001/XMLSchema" xsi:schemaLocation="a b"',
        ),
        ["t"],
    ),
    "condition in juel": (process(GATE.format(said="", condition="${1 == 1}")), ["t"]),
    "condition in feel": (process(GATE.format(said="", condition="= 1 = 1")), ["t"]),
    "condition that is false": (process(GATE.format(said="", condition="${false}")), []),
    "visual paradigm": (
        process(
            STEP.replace(
                '<userTask id="t" name="做">',
                '<userTask id="t" name="做"><extensionElements><vp:modelId xmlns:vp="http://www.visual-paradigm.com" '
                'id="abc.~IGAUBgL"><vp:pmid>1</vp:pmid></vp:modelId></extensionElements>',
            )
        ),
        ["t"],
    ),
    "attributes of a tool": (
        process(STEP.replace('id="t"', 'id="t" yq:x="1" xmlns:yq="http://bpmn.sourceforge.net"')),
        ["t"],
    ),
    "comments and instructions": (
        process(
            GREEK + STEP.replace("<incoming>f1", "<incoming><!-- in -->f1").replace('name="做">', 'name="做">' + GREEK)
        ),
        ["t"],
    ),
    "comment inside a lane's reference": (
        process(LANES.replace("<flowNodeRef>t<", "<flowNodeRef><!-- t -->t<") + STEP),
        ["t"],
    ),
    "travel of the specification": (process(TRIP), ["t"]),
    "incident of the specification": (process(INCIDENT, INTERFACE, TNS), ["t"]),
    "audited": (process("<auditing/><monitoring/><property id='pr' name='x'/>" + STEP), ["t"]),
    "no start event": (process('<userTask id="t"/><userTask id="u"/>'), ["t", "u"]),
    "no end event": (
        process('<startEvent id="s"/><userTask id="t"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/>'),
        ["t"],
    ),
    "one task alone": (process('<userTask id="t"/>'), ["t"]),
    "collapsed sub-process": (between('<subProcess id="t" name="细节"/>'), []),
    "an executable process beside a drawn one": (
        process(STEP, '<process id="other"><task id="ot"/><intermediateThrowEvent id="oi"/></process>'),
        ["t"],
    ),
    "choreography beside": (
        process(STEP, '<choreography id="ch"><startEvent id="cs"/><endEvent id="cend"/></choreography>'),
        ["t"],
    ),
    "executable as a number": (process(STEP).replace(b'isExecutable="true"', b'isExecutable=" 1 "'), ["t"]),
    "numbers for ids": (
        process(STEP).replace(b'"s"', b'"1"').replace(b'"t"', b'"22"').replace(b'"e"', b'"333"'),
        ["22"],
    ),
    "blanks around ids": (
        process(STEP).replace(b'id="t"', b'id=" t "').replace(b'sourceRef="t"', b'sourceRef="\tt"'),
        ["t"],
    ),
    "chinese ids": (process(STEP).replace(b'"t"', '"审批"'.encode()), ["审批"]),
    "incoming and outgoing left out": (
        between(
            '<userTask id="t"><documentation textFormat="text/html">&lt;b&gt;x&lt;/b&gt;</documentation></userTask>'
        ),
        ["t"],
    ),
    "a multiple of everything": (
        between(
            '<userTask id="t"><ioSpecification><dataInput id="in" name="x"/><inputSet><dataInputRefs>in</dataInputRefs>'
            "</inputSet><outputSet/></ioSpecification><dataInputAssociation><targetRef>in</targetRef><assignment>"
            "<from>=1</from><to>in</to></assignment></dataInputAssociation></userTask>"
        ),
        ["t"],
    ),
    "windows lines": (process(STEP).replace(b"><", b">\r\n<"), ["t"]),
    "standalone": (
        file(
            "<process id='p' isExecutable='true'>" + STEP + "</process>",
            prolog="<?xml version='1.0' standalone='yes'?>",
        ),
        ["t"],
    ),
    "no prolog": (file("<process id='p' isExecutable='true'>" + STEP + "</process>", prolog=""), ["t"]),
    "lines before the root": (
        file("<process id='p' isExecutable='true'>" + STEP + "</process>", prolog="\n\n <!-- x -->\n"),
        ["t"],
    ),
    "byte order mark": (b"\xef\xbb\xbf" + process(STEP), ["t"]),
    "utf-16": (process(STEP).decode().replace("UTF-8", "UTF-16").encode("utf-16"), ["t"]),
    "gbk": (process(STEP).decode().replace("UTF-8", "GBK").encode("gbk"), ["t"]),
    "big5": (process(STEP).decode().replace("UTF-8", "Big5").encode("big5"), ["t"]),
    "utf-16 said to be utf-8": (process(STEP).decode().encode("utf-16"), ["t"]),
    "utf-32": (process(STEP).decode().replace("UTF-8", "UTF-32").encode("utf-32"), ["t"]),
    "utf-7": (process(STEP).decode().replace("UTF-8", "UTF-7").encode("utf-7"), ["t"]),
    "script of chance": (between('<scriptTask id="t" scriptFormat="feel"><script>{x: 1}</script></scriptTask>'), []),
    "link": (
        process(
            '<startEvent id="s"/><intermediateThrowEvent id="a"><linkEventDefinition name="L"/>'
            "</intermediateThrowEvent>"
            '<intermediateCatchEvent id="b"><linkEventDefinition name="L"/></intermediateCatchEvent><userTask id="t"/>'
            '<sequenceFlow id="f1" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="b" targetRef="t"/>'
        ),
        ["t"],
    ),
    "boundary that leads nowhere": (
        between('<userTask id="t"/><boundaryEvent id="b" attachedToRef="t"><errorEventDefinition/></boundaryEvent>'),
        ["t"],
    ),
}
