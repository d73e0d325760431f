import pytest

from tests.tokengame.graphs import Graph
from tests.tokengame.pairing import Differs, play
from tests.tokengame.processes import Generator

CASES = 2_000
GRAPHS = 1_000
BLOCK = 50


def same(seed: int, xml: bytes) -> None:
    try:
        play(xml, seed, most_steps=25)
    except Differs as error:
        pytest.fail(f"seed {seed}: {error}\n{xml.decode()}")


@pytest.mark.parametrize("first", range(0, CASES, BLOCK))
def test_random_processes_run_as_the_token_game_says_kept_reloaded_and_replayed(first: int):
    for seed in range(first, first + BLOCK):
        same(seed, Generator(seed).process(depth=2 + seed % 2))


@pytest.mark.parametrize("first", range(0, GRAPHS, BLOCK))
def test_random_graphs_without_structure_run_as_the_token_game_says(first: int):
    for seed in range(first, first + BLOCK):
        same(seed, Graph(seed).xml())
