"""A diagram that shows a difference, made smaller as long as it still does."""

from collections.abc import Iterator

from lxml import etree

from engine.handlers import Registry
from engine.spiff.models import KnownNames, read_model
from tests.tokengame.pairing import Differs, play

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
MOST_ROUNDS = 40
SEEDS = 12


def smallest(xml: bytes, seed: int, error: Differs) -> tuple[bytes, Differs]:
    """The smallest diagram found that still differs in the same thing, and how it does."""
    what = str(error).partition("\n")[0]
    best, found = xml, error
    for _ in range(MOST_ROUNDS):
        for smaller in _smaller(best):
            still = _differs(smaller, seed, what)
            if still is not None:
                best, found = smaller, still
                break
        else:
            break
    return best, found


def _differs(xml: bytes, seed: int, what: str) -> Differs | None:
    keys = frozenset(etree.fromstring(xml).xpath("//*[local-name()='process']/@id"))
    reading = read_model("small.bpmn", xml, KnownNames(Registry(), frozenset(), frozenset(), keys))
    if any(problem.severity == "error" for problem in reading.problems):
        return None
    for each in range(seed, seed + SEEDS):
        try:
            play(xml, each)
        except Differs as error:
            if str(error).startswith(what):
                return error
        except Exception:
            continue
    return None


def _smaller(xml: bytes) -> Iterator[bytes]:
    """The diagram with one element less: the flows into it lead where it led."""
    elements = list(etree.fromstring(xml).iter())
    order = sorted(range(len(elements)), key=lambda nth: -len(etree.tostring(elements[nth])))
    for nth in order:
        root = etree.fromstring(xml)
        element = list(root.iter())[nth]
        if element.get("id") not in (None, "definitions", "proc") and element.tag != f"{BPMN}sequenceFlow":
            _take_out(root, element)
            yield etree.tostring(root)


def _take_out(root: etree._Element, element: etree._Element) -> None:
    own, parent = element.get("id"), element.getparent()
    flows = [each for each in parent if each.tag == f"{BPMN}sequenceFlow"]
    out = [each for each in flows if each.get("sourceRef") == own]
    target = out[0].get("targetRef") if out else None
    for flow in [each for each in flows if each.get("targetRef") == own]:
        if target is None:
            parent.remove(flow)
        else:
            flow.set("targetRef", target)
    for flow in out:
        parent.remove(flow)
    for guard in [each for each in parent if each.get("attachedToRef") == own]:
        _take_out(root, guard)
    if element.getparent() is not None:
        parent.remove(element)
