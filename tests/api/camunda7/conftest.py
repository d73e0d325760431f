"""A Modeler signed in as a process owner."""

import pytest
from flask import Flask

from tests.api.camunda7.modeler import Modeler
from tests.api.conftest import User


@pytest.fixture
def modeler(app: Flask, owner: User) -> Modeler:
    return Modeler(app.test_client(use_cookies=False), f"Bearer {owner.token}")


@pytest.fixture
def stranger(app: Flask) -> Modeler:
    return Modeler(app.test_client(use_cookies=False))
