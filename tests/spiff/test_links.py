from tests.spiff.drawing import Drawing, extensions, parameters
from tests.spiff.play import Play

LINK = '<bpmn:linkEventDefinition name="over there"/>'


def test_both_ends_of_a_link_evaluate_their_parameters():
    drawing = Drawing().start().throw("from", LINK, extensions(parameters({"a": "=1"}, {"left": "=a + 1"})))
    drawing.catch("to", LINK, extensions(parameters({"b": "=left"}, {"landed": "=b + 1"}))).end()
    play = Play(drawing.chain("start", "from").chain("to", "end"))

    assert play.is_completed
    assert play.variables == {"left": 2, "landed": 3}
