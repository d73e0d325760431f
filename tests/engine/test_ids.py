from itertools import pairwise

from engine.persistence.ids import uuid7
from tests.engine.conftest import NOW


def test_ids_of_one_moment_sort_as_they_were_made():
    made = [uuid7(NOW) for _ in range(10_000)]

    turned = sum(later < earlier for earlier, later in pairwise(made))
    assert turned <= 3  # where the count begins again
    assert len(set(made)) == 10_000
    assert {(each.version, each.variant) for each in made} == {(7, "specified in RFC 4122")}
