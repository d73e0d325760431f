"""
The HTTP servers that may run the service in this process. Both finish the requests they have when told to stop.

Imported when chosen: granian is compiled, and has no build for every platform; waitress is Python alone.
"""

import logging
import os

from flask import Flask

import wsgi
from api.events import MOST_STREAMING
from api.long_polls import MOST_WAITING
from engine import logs
from engine.settings import Environment, Settings

THREADS_PER_PROCESS = 4 + MOST_WAITING + MOST_STREAMING
STOP_TIMEOUT_S = 10


def create() -> Flask:
    """The WSGI application, with its log lines, in whichever process the server makes it."""
    logs.configure(is_json=os.environ.get("OPSFLOW_ENV") == Environment.PRODUCTION)
    return wsgi.create()


def serve_with_granian(settings: Settings, *, processes: int) -> None:
    """Serve from processes of granian's own, which it starts again when they die."""
    from granian import Granian  # noqa: PLC0415 - see above
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    # Most of our threads only wait (`api.long_polls`): no reason to warn of their number.
    logging.getLogger("_granian").addFilter(lambda record: "Python threads" not in record.getMessage())
    Granian(
        "web_servers:create",
        factory=True,
        interface=Interfaces.WSGI,
        address=settings.host,
        port=settings.port,
        workers=processes,
        blocking_threads=THREADS_PER_PROCESS,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_TIMEOUT_S,
        log_level=LogLevels.warning,
        log_dictconfig={"handlers": {}, "loggers": {"_granian": {"propagate": True}}},  # into our own log
    ).serve()


def serve_with_waitress(settings: Settings) -> None:
    """Serve from threads of this process; SIGTERM must raise `SystemExit`."""
    from waitress.server import create_server  # noqa: PLC0415 - see above

    app = create()
    server = create_server(
        app,
        host=settings.host,
        port=settings.port,
        threads=THREADS_PER_PROCESS,
        ident="",
        clear_untrusted_proxy_headers=False,
    )
    server.run()
