import json
import random
from contextlib import suppress
from pathlib import Path

import pytest

from forms.validation import FormUnreadable, FormValuesInvalid, load_form

FORMS = sorted((Path(__file__).parents[2] / "forms").glob("*.form"))
ODD = (
    None,
    True,
    0,
    -1,
    1e308,
    "",
    "=",
    "=1",
    "x" * 3000,
    "9" * 5000,
    "(a+)+",
    [],
    [1],
    [[]],
    {},
    {"a": []},
    "a.b",
    ".",
)


def broken(document: object, chance: random.Random) -> object:
    """The document with about one value in eighty replaced, removed or doubled."""
    if isinstance(document, dict):
        kept = {name: broken(value, chance) for name, value in document.items() if chance.random() > 0.004}
        return kept | ({chance.choice(sorted(kept)): chance.choice(ODD)} if kept and chance.random() < 0.02 else {})
    if isinstance(document, list):
        items = [broken(item, chance) for item in document]
        return items * 2 if chance.random() < 0.02 else items
    return chance.choice(ODD) if chance.random() < 0.012 else document


def sent(chance: random.Random, keys: list[str]) -> dict[str, object]:
    return {key: chance.choice(ODD) for key in keys if chance.random() < 0.7}


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_broken_form_is_refused_with_reasons_or_checks_values_as_any_other(path: Path):
    chance = random.Random(path.stem)
    document = json.loads(path.read_bytes())
    keys = [str(each.get("key") or each.get("path")) for each in document["components"]]

    for _ in range(60):
        source = json.dumps(broken(document, chance)).encode()
        try:
            form = load_form(source)
        except FormUnreadable as refused:
            assert refused.problems  # noqa: PT017 - the other way out is checked below
            continue
        with suppress(FormValuesInvalid):
            form.validate(
                sent(chance, keys), evaluate=lambda text, _: chance.choice(ODD), variables={"departments": [7]}
            )
