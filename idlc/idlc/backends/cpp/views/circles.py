# SPDX-License-Identifier: Apache-2.0
"""Structs and unions that mention each other in a circle, through containers too.

Within a circle classes use others that are only declared so far. A container of those is fine as a member, but an
initializer would need its destructor, and so whole classes; those of the circle are whole behind the last one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from idlc import ir, types
from idlc.graph import components
from idlc.ordering import members_of


class Circles:
    """The circles among the definitions of one module."""

    def __init__(self, order: Sequence[ir.Struct | ir.Union]) -> None:
        own = {item.name for item in order}
        mentions = {
            item.name: tuple(
                name for field in members_of(item) for name in types.names_in(field.type) if name in own
            )
            for item in order
        }
        fields = {item.name: members_of(item) for item in order}
        self._delicate: dict[types.DefName, Set[types.DefName]] = {}
        for circle in components(mentions):
            if len(circle) > 1 or any(_holds_optional(field, circle[0]) for field in fields[circle[0]]):
                self._delicate.update((name, frozenset(circle)) for name in circle)

    def forbid_initializer(self, field: ir.Field, owner: types.DefName) -> bool:
        """True for a field that mentions a class of its owner's circle, and where that would not compile.

        A class that mentions only itself may have initializers, unless it does so as `std::optional`: asked too early
        whether the class can be made without arguments, compilers remember a wrong answer.
        """
        circle = self._delicate.get(owner, frozenset())
        # A Box never needs the class.
        return not field.is_indirect and any(name in circle for name in types.names_in(field.type))


def _holds_optional(field: ir.Field, name: types.DefName) -> bool:
    return not field.is_indirect and any(
        isinstance(part, (types.StructRef, types.UnionRef)) and part.nullable and part.name == name
        for part in _parts(field.type)
    )


def _parts(type_: types.Type) -> Iterator[types.Type]:
    yield type_
    for part in types.parts_of(type_):
        yield from _parts(part)
