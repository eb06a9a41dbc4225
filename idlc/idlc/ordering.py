# SPDX-License-Identifier: Apache-2.0
"""The order in which a language that wants complete types must define the structs and unions of a module.

Put all enums first, nested ones too (hoisted out of their struct): they depend on nothing. Then the definitions in the
order of `definition_order`. There each struct and union comes after all that it holds by value (directly, nullable or
as the element of a fixed-size array), except through fields with `is_indirect`. Where no circle forbids it, it also
comes after the elements of its arrays and maps. Names used before their definition need a forward declaration.
"""

from __future__ import annotations

from collections.abc import Iterator

from idlc import ir, types
from idlc.graph import components


def definition_order(module: ir.Module) -> tuple[ir.Struct | ir.Union, ...]:
    """The module's own structs and unions; native structs and those of methods are left out."""
    items = {
        item.name: item
        for item in module.definitions
        if isinstance(item, ir.Union) or (isinstance(item, ir.Struct) and not item.is_native)
    }
    position = {name: place for place, name in enumerate(items)}
    mentions = {name: tuple(_mentioned(item)) for name, item in items.items()}
    order: list[types.DefName] = []
    for circle in components(mentions):
        inside = {name: tuple(_held(items[name])) for name in sorted(circle, key=position.__getitem__)}
        order.extend(name for group in components(inside) for name in group)
    return tuple(items[name] for name in order)


def members_of(item: ir.Struct | ir.Union) -> tuple[ir.Field, ...]:
    return item.fields if isinstance(item, ir.Struct) else item.members


def held_by_value(type_: types.Type) -> types.DefName | None:
    """The struct or union that a field of this type holds without a container between."""
    while isinstance(type_, types.ArrayType) and type_.size is not None:
        type_ = type_.element
    return type_.name if isinstance(type_, (types.StructRef, types.UnionRef)) else None


def _held(item: ir.Struct | ir.Union) -> Iterator[types.DefName]:
    for field in members_of(item):
        name = held_by_value(field.type)
        if name is not None and not field.is_indirect:
            yield name


def _mentioned(item: ir.Struct | ir.Union) -> Iterator[types.DefName]:
    for field in members_of(item):
        yield from types.names_in(field.type)
