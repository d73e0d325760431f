"""
Clients that do nothing but wait for their answers: `python -m bench.clients PORT TOKEN WHAT CLIENTS COUNT`.

In a process of their own, over plain sockets, so that what they cost is not counted to the service. Prints the seconds.
"""

import json
import sys
import threading
import time
from http.client import HTTPConnection

STARTED = {"amount": 3}
COMPLETED = {"comment": "done"}


class Client:
    """One kept-alive connection of one person."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._tasks: list[str] = []

    def complete(self) -> None:
        """Complete the next task of this client's own instance; it has a hundred of them."""
        if not self._tasks:
            self.start("bench_sequential_100")
        self._post(f"/api/user-tasks/{self._tasks[0]}/completion", {"variables": COMPLETED})

    def start(self, key: str) -> None:
        """Start an instance, which is this client's from now on."""
        self._post("/api/process-instances", {"definition_key": key, "variables": STARTED})

    def _post(self, path: str, body: dict[str, object]) -> None:
        self._connection.request("POST", path, json.dumps(body), self._headers)
        answer = self._connection.getresponse()
        told = answer.read()
        if answer.status >= 300:
            raise RuntimeError(told.decode())
        self._tasks = [task["id"] for task in json.loads(told)["user_tasks"]]


def run(port: int, token: str, what: str, clients: int, count: int) -> float:
    """Let so many clients do `count` of it together; the seconds that took by the wall clock."""
    all_clients = [Client(port, token) for _ in range(clients)]
    for client in all_clients:
        client.start("bench_sequential_100" if what == "complete" else what)

    def work(client: Client) -> None:
        for _ in range(count // clients):
            if what == "complete":
                client.complete()
            else:
                client.start(what)

    threads = [threading.Thread(target=work, args=(client,)) for client in all_clients]
    before = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - before


if __name__ == "__main__":
    port, token, what, clients, count = sys.argv[1:]
    print(run(int(port), token, what, int(clients), int(count)))
