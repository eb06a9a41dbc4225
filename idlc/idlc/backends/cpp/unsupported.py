# SPDX-License-Identifier: Apache-2.0
"""What the IDL can say and this backend cannot print yet, found before anything is printed."""

from __future__ import annotations

from collections.abc import Iterator

from idlc import ir, types
from idlc.backends import Unsupported, UnsupportedError
from idlc.backends.cpp import names
from idlc.backends.cpp.facts import Facts
from idlc.backends.mappings import Mappings
from idlc.ordering import members_of


def check(module: ir.Module, mappings: Mappings) -> None:
    """Raises an UnsupportedError with everything found."""
    found = tuple(_find(module, mappings))
    if found:
        raise UnsupportedError(found)


def _find(module: ir.Module, mappings: Mappings) -> Iterator[Unsupported]:
    facts = Facts(ir.Scope(module), mappings)
    yield from _mapped(module, mappings, facts)
    yield from _clashes(module)
    for enum in module.all_enums:
        if enum.is_native and enum.name.full not in mappings:
            yield Unsupported(enum.name, "native enums without a type mapping")
    for struct in module.structs:
        if struct.is_native and struct.name.full not in mappings:
            yield Unsupported(struct.name, "native structs without a type mapping")
    aggregates: tuple[ir.Struct | ir.Union, ...] = module.structs + module.unions
    for item in aggregates:
        yield from _in_fields(item.name, members_of(item), facts)
    for interface in module.interfaces:
        for method in interface.methods:
            name = interface.name.child(method.name)
            yield from _in_fields(name, method.params.fields, facts)
            yield from _in_fields(name, _results(method), facts)


def _clashes(module: ir.Module) -> Iterator[Unsupported]:
    """Names that the generated code makes of others, and that a definition of the file has already."""
    taken = {names.definition(item.name) for item in module.definitions}
    for interface in module.interfaces:
        if names.proxy(interface.name) in taken:
            yield Unsupported(interface.name, f"a definition '{names.proxy(interface.name)}' beside the interface")
    for enum in module.all_enums:
        if enum.name.parent is not None and names.definition(enum.name) in taken:
            yield Unsupported(enum.name, f"a definition '{names.definition(enum.name)}' beside the nested enum")


def _mapped(module: ir.Module, mappings: Mappings, facts: Facts) -> Iterator[Unsupported]:
    aggregates: tuple[ir.Struct | ir.Union, ...] = module.structs + module.unions
    for item in aggregates:
        for field in members_of(item):
            if field.default is not None and facts.is_mapped(field.type):
                yield Unsupported(item.name.child(field.name), "a default of a type that is mapped")


def _results(method: ir.Method) -> tuple[ir.Field, ...]:
    if method.result is not None:
        return method.result.union.members
    return method.response.fields if method.response is not None else ()


def _in_fields(where: types.DefName, fields: tuple[ir.Field, ...], facts: Facts) -> Iterator[Unsupported]:
    for field in fields:
        for what in dict.fromkeys(_in_type(field.type, facts)):
            yield Unsupported(where.child(field.name), what)


def _in_type(type_: types.Type, facts: Facts) -> Iterator[str]:
    if isinstance(type_, types.MapType):
        if isinstance(type_.key, (types.StructRef, types.UnionRef)) and not facts.is_mapped(type_.key):
            if facts.definition_carries_handles(type_.key.name):
                yield "maps with a key that carries handles"
            elif type_.ordered and not facts.has_order(type_.key.name):
                yield "maps with a key that has no order (a hash_map or a mapped type is in it; hash_map needs none)"
    for part in types.parts_of(type_):
        yield from _in_type(part, facts)
