import csv
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from engine import dmn, feel
from engine.spiff.models import KnownNames, read_model
from forms.components import Component
from forms.texts import TEXTS
from forms.validation import load_form
from processes.catalogue import CatalogueEntry, deployable_files, load_catalogue
from tests.processes.playing import BEGIN, ROOT, catalogue, house_registry

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
CHINESE = re.compile(r"[一-鿿]")
LATIN = re.compile(r"[A-Za-z]{2}")
FORMS = sorted((ROOT / "forms").glob("*.form"))
DECISIONS = sorted((ROOT / "processes").glob("*/*.dmn"))
CORE = {
    "service_request",
    "intake_triage",
    "task_assignment",
    "service_execution",
    "execution_step",
    "result_confirmation",
    "satisfaction_survey",
    "record_archive",
    "escalation_ladder",
    "complaint_handling",
    "compensation",
    "follow_up_visit",
    "customer_notice",
    "customer_waiting",
    "task_escalation",
}
NODES = {
    "startEvent",
    "endEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "boundaryEvent",
    "userTask",
    "serviceTask",
    "scriptTask",
    "businessRuleTask",
    "callActivity",
    "subProcess",
    "exclusiveGateway",
    "parallelGateway",
    "eventBasedGateway",
}
each_process = pytest.mark.parametrize("entry", catalogue(), ids=lambda entry: entry.key)
each_form = pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
each_decision = pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)


def root_of(entry: CatalogueEntry) -> etree._Element:
    return etree.fromstring(entry.diagram.read_bytes())


def nodes_of(entry: CatalogueEntry) -> list[etree._Element]:
    return [e for e in root_of(entry).iter() if etree.QName(e).localname in NODES and e.tag.startswith(BPMN)]


def is_bilingual(text: str | None) -> bool:
    return bool(text and CHINESE.search(text) and LATIN.search(text))


def known_names() -> KnownNames:
    return KnownNames(
        handlers=house_registry(),
        forms=frozenset(path.stem for path in FORMS),
        decisions=frozenset(path.stem for path in DECISIONS),
        processes=frozenset(key for entry in catalogue() for key in entry.process_keys),
    )


def test_the_catalogue_holds_the_core_processes_and_every_file_that_is_deployed():
    files = deployable_files(ROOT / "processes", ROOT / "forms")

    assert {entry.key for entry in catalogue()} == CORE
    assert {path.name for path in (*(entry.diagram for entry in catalogue()), *DECISIONS, *FORMS)} == set(files)
    assert all(is_bilingual(entry.purpose) for entry in catalogue())


@each_process
def test_the_deployment_check_finds_nothing_to_say(entry: CatalogueEntry):
    reading = read_model(entry.diagram.name, entry.diagram.read_bytes(), known_names())

    assert [(each.element_id, each.code, each.message_en) for each in reading.problems] == []
    assert {process.key for process in reading.processes} == set(entry.process_keys)


@each_process
def test_every_name_and_documentation_is_in_both_languages(entry: CatalogueEntry):
    root = root_of(entry)
    named = list(root.iter(f"{BPMN}process", f"{BPMN}participant", f"{BPMN}lane"))
    flows = [flow for flow in root.iter(f"{BPMN}sequenceFlow", f"{BPMN}messageFlow") if flow.get("name")]

    plain = [e.get("id") for e in [*named, *flows, *nodes_of(entry)] if not is_bilingual(e.get("name"))]
    papers = [text.text for text in root.iter(f"{BPMN}documentation") if not is_bilingual(text.text)]

    assert plain == []
    assert papers == []


@each_process
def test_every_user_task_tells_how_it_is_done_which_form_it_has_and_when_it_is_due(entry: CatalogueEntry):
    tasks = [node for node in nodes_of(entry) if node.tag == f"{BPMN}userTask"]

    silent = [task.get("id") for task in tasks if task.find(f"{BPMN}documentation") is None]
    formless = [task.get("id") for task in tasks if not (ROOT / f"forms/{task.get(f'{CAMUNDA}formRef')}.form").exists()]
    ranked = [task.get("id") for task in tasks if not task.get(f"{CAMUNDA}priority")]
    endless = {task.get("id") for task in tasks if not task.get(f"{CAMUNDA}dueDate")}

    assert (silent, formless, ranked) == ([], [], [])
    assert endless <= {"task_l3", "task_leadership"}  # leadership decides without a level above; it is reminded instead


@each_process
def test_every_element_is_drawn_and_every_flow_runs_along_right_angles(entry: CatalogueEntry):
    root = root_of(entry)
    shapes = {shape.get("bpmnElement") for shape in root.iter(f"{DI}BPMNShape")}
    edges = {edge.get("bpmnElement"): edge for edge in root.iter(f"{DI}BPMNEdge")}
    flows = {flow.get("id") for flow in root.iter(f"{BPMN}sequenceFlow", f"{BPMN}messageFlow")}

    drawn = {node.get("id") for node in nodes_of(entry)}
    drawn |= {each.get("id") for each in root.iter(f"{BPMN}participant", f"{BPMN}lane")}
    slanted = [name for name, edge in edges.items() if not all(is_straight(*pair) for pair in segments(edge))]

    assert drawn == shapes
    assert flows == set(edges)
    assert slanted == []


def segments(edge: etree._Element) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    points = [(float(p.get("x")), float(p.get("y"))) for p in edge if p.tag.endswith("waypoint")]
    return pairwise(points)


def is_straight(start: tuple[float, float], end: tuple[float, float]) -> bool:
    return start[0] == end[0] or start[1] == end[1]


@each_process
def test_every_way_out_of_a_decision_has_a_name_and_one_is_the_default(entry: CatalogueEntry):
    flows = {flow.get("id"): flow for flow in root_of(entry).iter(f"{BPMN}sequenceFlow")}
    gateways = [node for node in nodes_of(entry) if node.tag == f"{BPMN}exclusiveGateway"]

    undecided = [gateway.get("id") for gateway in gateways if gateway.get("default") not in flows]
    ways = [flows[way.text] for gateway in gateways for way in gateway.findall(f"{BPMN}outgoing")]
    nameless = [way.get("id") for way in ways if not way.get("name")]

    assert (undecided, nameless) == ([], [])


@each_process
def test_every_timer_asks_the_register(entry: CatalogueEntry):
    rules = [text.text for timer in root_of(entry).iter(f"{BPMN}timerEventDefinition") for text in timer]

    assert [
        rule for rule in rules if not re.match(r"=(deadline|warning|escalate_at|setting|feedback_cycle)\(", rule)
    ] == []


def every(components: tuple[Component, ...]) -> Iterator[Component]:
    for component in components:
        yield component
        yield from every(component.children)


@each_form
def test_every_form_is_called_like_its_file_and_speaks_both_languages(path: Path):
    form = load_form(path.read_bytes())
    texts = [
        text
        for component in every(form.components)
        for text in (
            component.label,
            component.spec.get("description"),
            component.spec.get("text"),
            component.spec.get("dateLabel"),
            *(choice["label"] for choice in component.spec.get("values", [])),
        )
        if text
    ]

    assert form.id == path.stem
    assert [text for text in texts if not is_bilingual(text) and not text[0].isdigit()] == []
    assert all(is_bilingual(f"{rule.message_zh} {rule.message_en}") for rule in form.rules)


@each_form
def test_every_expression_of_a_form_compiles(path: Path):
    for component_id, text in load_form(path.read_bytes()).expressions():
        assert feel.compile_expression(text), component_id


@each_form
def test_every_row_of_a_form_fits_into_sixteen_columns(path: Path):
    def widths(components: tuple[Component, ...]) -> Iterator[tuple[str, int]]:
        for component in components:
            layout = component.spec["layout"]
            yield layout["row"], layout["columns"] or 16
            yield from widths(component.children)

    rows: dict[str, int] = {}
    for row, width in widths(load_form(path.read_bytes()).components):
        rows[row] = rows.get(row, 0) + width

    assert {row: width for row, width in rows.items() if width > 16} == {}


def examples() -> Iterator[tuple[Path, dict[str, object], dict[str, object]]]:
    for path in DECISIONS:
        with path.with_suffix(".examples.csv").open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                given = {name: cell(text) for name, text in row.items() if not name.startswith("→")}
                wanted = {name.removeprefix("→ "): cell(text) for name, text in row.items() if name.startswith("→")}
                yield path, given, wanted


def cell(text: str) -> object:
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


@pytest.mark.parametrize(("path", "given", "wanted"), list(examples()))
def test_a_decision_answers_as_its_examples_say(path: Path, given: dict[str, object], wanted: dict[str, object]):
    evaluation = dmn.load_model(path.read_bytes()).evaluate(path.stem, given, now=BEGIN)

    if is_collecting(path):
        assert {name: said(evaluation.result, name) for name in wanted} == wanted
    else:
        assert (evaluation.result if isinstance(evaluation.result, dict) else {"result": evaluation.result}) == wanted


def is_collecting(path: Path) -> bool:
    return b'hitPolicy="COLLECT"' in path.read_bytes()


def said(result: object, name: str) -> object:
    """What an example of a collecting table says of an output: one part for each row that matches, `;` between them."""
    rows = result if isinstance(result, list) else []
    values = [row[name] for row in rows]
    return cell("; ".join(", ".join(each) if isinstance(each, list) else plain(each) for each in values))


def plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@each_decision
def test_every_row_of_a_decision_is_used_by_an_example_and_explained_in_both_languages(path: Path):
    model = dmn.load_model(path.read_bytes())
    root = etree.fromstring(path.read_bytes())

    matched: dict[str, set[str]] = {}
    for example, given, _ in examples():
        if example == path:
            for trace in model.evaluate(path.stem, given, now=BEGIN).trace:
                hits = [str(rule.id) for rule in trace.rules if rule.is_matched]
                matched.setdefault(trace.decision_id, set()).update(hits if is_collecting(path) else hits[:1])

    rules = {str(rule.get("id")) for rule in root.iter("{*}rule")}
    notes = [note.text for note in root.iter("{*}description")]
    labels = [clause.get("label") for clause in root.iter("{*}input", "{*}output")]
    assert rules - set().union(*matched.values()) == set()
    assert [text for text in [*notes, *labels] if not is_bilingual(text)] == []


@each_decision
def test_every_part_of_a_decision_is_drawn(path: Path):
    root = etree.fromstring(path.read_bytes())

    parts = {e.get("id") for e in root.iter("{*}decision", "{*}inputData", "{*}informationRequirement")}
    drawn = {e.get("dmnElementRef") for e in root.iter("{*}DMNShape", "{*}DMNEdge")}

    assert parts == drawn


def test_the_reference_names_every_form_and_every_error_code():
    reference = (ROOT / "docs/reference/forms.md").read_text("utf-8")
    codes = list(TEXTS)
    of_values = codes[codes.index("unknown") :]

    assert [path.stem for path in FORMS if f"`{path.stem}`" not in reference] == []
    assert [code for code in of_values if f"`{code}`" not in reference] == []


def test_a_process_without_a_readme_is_no_part_of_the_catalogue(tmp_path: Path):
    (tmp_path / "lonely").mkdir()
    (tmp_path / "lonely/lonely.bpmn").write_text('<process id="lonely"/>')

    with pytest.raises(FileNotFoundError):
        load_catalogue(tmp_path)
