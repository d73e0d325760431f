import pytest

from tests.tokengame.pairing import Differs, play
from tests.tokengame.processes import Generator

CASES = 2_000
BLOCK = 50


@pytest.mark.parametrize("first", range(0, CASES, BLOCK))
def test_random_processes_run_as_the_token_game_says_kept_reloaded_and_replayed(first: int):
    for seed in range(first, first + BLOCK):
        xml = Generator(seed).process(depth=2 + seed % 2)
        try:
            play(xml, seed)
        except Differs as error:
            pytest.fail(f"seed {seed}: {error}\n{xml.decode()}")
