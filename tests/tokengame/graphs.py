"""Random graphs without structure: joins that never get what they wait for, loops into branches, tokens in crowds."""

import random

from tests.spiff.drawing import Drawing, timer

_KINDS = ("user", "user", "task", "parallel", "parallel", "inclusive", "inclusive", "inclusive", "exclusive")


class Graph:
    """`xml()` is a process of up to `most` nodes. Each way back passes a user task, so that nothing spins."""

    def __init__(self, seed: int, most: int = 9) -> None:
        self.random = random.Random(seed)
        self.nodes = [self.random.choice(_KINDS) for _ in range(self.random.randrange(3, most))]
        self.edges: list[tuple[int, int]] = []
        for target in range(1, len(self.nodes)):
            self.edges.append((self.random.randrange(target), target))
        for _ in range(self.random.randrange(len(self.nodes) + 2)):
            first, second = self.random.randrange(len(self.nodes)), self.random.randrange(len(self.nodes))
            if first != second and (first, second) not in self.edges:
                self.edges.append((first, second))

    def xml(self) -> bytes:
        drawing = Drawing().start().chain("start", "n0")
        for number, kind in enumerate(self.nodes):
            self._draw(drawing, number, kind)
        for number, (source, target) in enumerate(self.edges):
            entry = f"n{target}"
            if target <= source:
                entry = f"back{number}"
                drawing.user(entry).chain(entry, f"n{target}")
            self._connect(drawing, source, entry, is_first=self._out(source)[0] == (source, target), number=number)
        return drawing.xml()

    def _out(self, source: int) -> list[tuple[int, int]]:
        return [edge for edge in self.edges if edge[0] == source]

    def _decides(self, number: int) -> bool:
        return self.nodes[number] in ("inclusive", "exclusive") and len(self._out(number)) > 1

    def _draw(self, drawing: Drawing, number: int, kind: str) -> None:
        own = f"n{number}"
        if kind == "user":
            drawing.user(own)
            if self.random.random() < 0.2:
                target = self.random.randrange(number, len(self.nodes))
                drawing.boundary(f"be{number}", own, timer("timeDuration", "PT1H"), interrupting=target % 2 == 0)
                drawing.user(f"late{number}").chain(f"be{number}", f"late{number}", f"n{target}")
        elif kind == "task":
            drawing.element("task", own)
        else:
            drawing.gateway(kind, own, **({"default": f"{own}_default"} if self._decides(number) else {}))

    def _connect(self, drawing: Drawing, source: int, entry: str, *, is_first: bool, number: int) -> None:
        own = f"n{source}"
        if not self._decides(source):
            drawing.flow(own, entry)
        elif is_first:
            drawing.flow(own, entry, id=f"{own}_default")
        else:
            drawing.flow(own, entry, self.random.choice(["true", "false", "odd", "not(odd)", "true"]))
