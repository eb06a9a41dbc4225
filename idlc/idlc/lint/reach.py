# SPDX-License-Identifier: Apache-2.0
"""What can travel in the messages of an interface, and what can be called because of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from idlc import ir, types

Route = tuple[types.DefName, ...]
"""The interfaces through which something is come by, in their order; empty if it is given at once."""

_Ends = tuple[type[types.EndpointType], ...]
_REMOTES: _Ends = (types.PendingRemote, types.PendingAssociatedRemote)
_RECEIVERS: _Ends = (types.PendingReceiver, types.PendingAssociatedReceiver)


def types_in(type_: types.Type, scope: ir.Scope) -> Iterator[types.Type]:
    """The type and all in it, structs and unions looked through."""
    seen: set[types.DefName] = set()
    pending: list[types.Type] = [type_]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(types.parts_of(current))
        if isinstance(current, (types.StructRef, types.UnionRef)) and current.name not in seen:
            seen.add(current.name)
            holder = scope.find(current.name)
            fields = holder.fields if isinstance(holder, ir.Struct) else ()
            fields = holder.members if isinstance(holder, ir.Union) else fields
            pending.extend(field.type for field in fields)


MAX_ROUTE = 8
"""Longer ways are not looked for: in a file of thousands of interfaces that would take for ever."""


class Reach:
    """Who can call whom, of the interfaces that one module knows."""

    def __init__(self, scope: ir.Scope) -> None:
        self._scope = scope
        self._further: dict[types.DefName, tuple[types.DefName, ...]] = {}

    def callable_back(self, method: ir.Method) -> Mapping[types.DefName, Route]:
        """The interfaces at the caller that the implementation of a method can come to call, and the shortest way to each.

        It is given remotes in parameters, and keeps the other end of receivers that it sends back. Through each it can ask
        for more: remotes in results, and receivers that it passes.
        """
        found: dict[types.DefName, Route] = {}
        level = {name: Route() for name in self._ends(method.params, _REMOTES) + self._ends(method.response, _RECEIVERS)}
        for _ in range(MAX_ROUTE):
            found |= level
            level = {
                further: (*found[name], name)
                for name in level
                for further in self._further_from(name)
                if further not in found
            }
        return found

    def _further_from(self, name: types.DefName) -> tuple[types.DefName, ...]:
        """What the holder of a remote can ask for through it."""
        if name not in self._further:
            ends: list[types.DefName] = []
            for method in self._scope.interface(name).methods:
                ends += self._ends(method.response, _REMOTES) + self._ends(method.params, _RECEIVERS)
            self._further[name] = tuple(dict.fromkeys(ends))
        return self._further[name]

    def _ends(self, fields: ir.Struct | None, kinds: _Ends) -> list[types.DefName]:
        """The interfaces of which such ends travel in these parameters."""
        found = []
        for field in fields.fields if fields is not None else ():
            for item in types_in(field.type, self._scope):
                if isinstance(item, types.ENDPOINT_TYPES) and isinstance(item, kinds):
                    found.append(item.interface)
        return found
