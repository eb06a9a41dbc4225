# SPDX-License-Identifier: Apache-2.0
"""What the backend must know about types beyond their spelling; every answer looks through all that a type mentions."""

from __future__ import annotations

from collections.abc import Iterator

from idlc import ir, types
from idlc.backends.mappings import STRING, Mappings
from idlc.ordering import members_of


class Facts:
    """Answers about the types that one module can mention."""

    def __init__(self, scope: ir.Scope, mappings: Mappings) -> None:
        self._scope = scope
        self._mappings = mappings
        self._carries: dict[types.DefName, bool] = {}
        self._is_key: dict[types.DefName, bool] = {}

    def carries_handles(self, type_: types.Type) -> bool:
        """True if values of the type own handles or pipe ends: they move and cannot be copied or compared."""
        if isinstance(type_, (types.HandleType, *types.ENDPOINT_TYPES)):
            return True
        if isinstance(type_, (types.StructRef, types.UnionRef)):
            return self.definition_carries_handles(type_.name)
        return any(self.carries_handles(part) for part in types.parts_of(type_))

    def definition_carries_handles(self, name: types.DefName) -> bool:
        if name not in self._carries:
            self._carries[name] = any(
                isinstance(part, (types.HandleType, *types.ENDPOINT_TYPES)) for part in self._reachable(name)
            )
        return self._carries[name]

    def is_mapped(self, type_: types.Type) -> bool:
        """True if a type of the user's own stands for it; nothing is known of that one but that it is copied."""
        if isinstance(type_, types.StringType):
            return STRING in self._mappings
        return (
            isinstance(type_, (types.StructRef, types.UnionRef, types.EnumRef))
            and type_.name.full in self._mappings
        )

    def can_be_key(self, name: types.DefName) -> bool:
        """True if the struct is a simple key of a map: it holds nothing but values, strings and such structs."""
        if name not in self._is_key:
            self._is_key[name] = False  # a circle is no key
            item = self._aggregate(name)
            self._is_key[name] = isinstance(item, ir.Struct) and all(map(self._is_key_part, item.fields))
        return self._is_key[name]

    def has_order(self, name: types.DefName) -> bool:
        """True if the library can say which of two values comes first."""
        return not any(
            isinstance(part, (types.HandleType, *types.ENDPOINT_TYPES))
            or (isinstance(part, types.MapType) and not part.ordered)
            or self.is_mapped(part)
            for part in self._reachable(name)
        )

    def _is_key_part(self, field: ir.Field) -> bool:
        type_ = field.type
        if type_.nullable or self.is_mapped(type_):
            return False
        if isinstance(type_, types.StructRef):
            return self.can_be_key(type_.name)
        return isinstance(type_, (*types.VALUE_TYPES, types.StringType))

    def _reachable(self, start: types.DefName) -> Iterator[types.Type]:
        """All types inside a struct or union, at any depth."""
        seen, pending = {start}, [start]
        while pending:
            parts = [item.type for item in members_of(self._aggregate(pending.pop()))]
            while parts:
                part = parts.pop()
                yield part
                parts.extend(types.parts_of(part))
                if isinstance(part, (types.StructRef, types.UnionRef)) and part.name not in seen:
                    seen.add(part.name)
                    pending.append(part.name)

    def _aggregate(self, name: types.DefName) -> ir.Struct | ir.Union:
        item = self._scope.find(name)
        assert isinstance(item, (ir.Struct, ir.Union)), name
        return item
