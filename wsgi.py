"""
The application over HTTP: `granian --interface wsgi --factory wsgi:create` serves it.

The command line and the worker open the same service without it (`composition`), and do not load the API.
"""

import os
import threading
from functools import partial

from flask import Flask

from api.app import create_app
from api.events import Streams
from api.long_polls import LongPolls
from composition import open_service
from engine.settings import load_settings
from supervision import when_told_to_stop


def create() -> Flask:
    """The WSGI application, from the environment."""
    settings = load_settings(os.environ)
    service = open_service(settings)
    app = create_app(settings, service.registry)
    if threading.current_thread() is threading.main_thread():
        when_told_to_stop(partial(_answer_who_waits, app))
    return app


def _answer_who_waits(app: Flask) -> None:
    polls: LongPolls = app.extensions["long_polls"]
    streams: Streams = app.extensions["streams"]
    polls.close()
    streams.close()
