"""`python -m api.document FILE`: write the OpenAPI document, which the types of the web application are made from."""

import json
import sys
from pathlib import Path

from api.app import create_app
from engine.handlers import Registry
from engine.persistence import transactions
from engine.settings import load_settings


def write(path: Path) -> None:
    """Write the development document, which has every address; no database is asked."""
    transactions.configure(transactions.open_database("postgresql://nobody@localhost/none"))
    app = create_app(load_settings({}), Registry())
    with app.test_request_context():  # the view alone: what stands before every request would ask the database
        answer = app.make_response(app.ensure_sync(app.view_functions["api-docs.openapi_json"])())
    document = answer.get_json()
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):  # noqa: PLR2004 - the program and one file
        sys.exit("usage: python -m api.document FILE")
    write(Path(sys.argv[1]))
