"""A real web server on loopback that webhooks and robots are sent to."""

import ipaddress
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from operations.channels import outbound


@dataclass
class Received:
    """What a real web server on loopback was sent, and what it answers."""

    url: str = ""
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    status: int = 200
    body: bytes = b'{"errcode": 0, "code": 0}'
    headers: dict[str, str] = field(default_factory=dict)
    refuses: str | None = None
    arrived: threading.Event = field(default_factory=threading.Event)


@contextmanager
def web_server() -> Iterator[Received]:
    """Run it; the service may call loopback as long as it runs."""
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) < length:
                return  # whoever sent it was killed in between: nothing has arrived
            is_refused = received.refuses is not None and received.refuses in body.decode()
            if not is_refused:
                received.requests.append((self.path, {name.lower(): v for name, v in self.headers.items()}, body))
            self.send_response(500 if is_refused else received.status)
            for name, value in received.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(received.body)))
            self.end_headers()
            self.wfile.write(received.body)
            received.arrived.set()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        received.url = f"http://127.0.0.1:{http.server_address[1]}/hook?key=k"
        thread = threading.Thread(target=http.serve_forever, daemon=True)
        thread.start()
        outbound.configure([ipaddress.ip_network("127.0.0.0/8")])
        yield received
        outbound.configure(())
        http.shutdown()
        thread.join(timeout=10)
