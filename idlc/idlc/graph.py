# SPDX-License-Identifier: Apache-2.0
"""Circles in a directed graph, found without recursion: chains of definitions may be thousands long."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

N = TypeVar("N", bound=Hashable)


def components(edges: Mapping[N, Iterable[N]]) -> list[tuple[N, ...]]:
    """The strongly connected components; each comes after all components it points to.

    Edges to nodes that are no key are ignored. The order depends on the order of the mapping only.
    """
    walk = _Walk(edges)
    for node in edges:
        if node not in walk.index:
            walk.visit(node)
    return walk.found


@dataclass
class _Walk(Generic[N]):
    """Tarjan's algorithm with a stack of its own."""

    edges: Mapping[N, Iterable[N]]
    index: dict[N, int] = field(default_factory=dict)
    lowest: dict[N, int] = field(default_factory=dict)
    open_nodes: dict[N, None] = field(default_factory=dict)
    found: list[tuple[N, ...]] = field(default_factory=list)

    def visit(self, root: N) -> None:
        stack: list[tuple[N, Iterator[N]]] = [(root, self._enter(root))]
        while stack:
            node, targets = stack[-1]
            target = next((item for item in targets if item in self.edges), None)
            if target is None:
                stack.pop()
                self._leave(node, stack[-1][0] if stack else None)
            elif target not in self.index:
                stack.append((target, self._enter(target)))
            elif target in self.open_nodes:
                self.lowest[node] = min(self.lowest[node], self.index[target])

    def _enter(self, node: N) -> Iterator[N]:
        self.index[node] = self.lowest[node] = len(self.index)
        self.open_nodes[node] = None
        return iter(self.edges[node])

    def _leave(self, node: N, parent: N | None) -> None:
        if parent is not None:
            self.lowest[parent] = min(self.lowest[parent], self.lowest[node])
        if self.lowest[node] != self.index[node]:
            return
        members: list[N] = []
        while True:
            member, _ = self.open_nodes.popitem()
            members.append(member)
            if member == node:
                break
        self.found.append(tuple(reversed(members)))
