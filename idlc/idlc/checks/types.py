# SPDX-License-Identifier: Apache-2.0
"""What types may be made of: map keys, union members, fixed arrays, bodies."""

from __future__ import annotations

from collections.abc import Iterator

from idlc import ast, attributes, layout, types
from idlc.checks.wording import type_words, written
from idlc.diagnostics import Diagnostics, rules
from idlc.limits import MAX_UINT32
from idlc.loader import LoadedFile
from idlc.resolve import Resolved
from idlc.walk import declared_types, fields_of, methods_of, scoped_definitions


def run(resolved: Resolved, diagnostics: Diagnostics) -> None:
    for file in resolved.files:
        for item, _ in scoped_definitions(file.tree):
            _check_definition(resolved, file, item, diagnostics)


def _check_definition(
    resolved: Resolved, file: LoadedFile, item: ast.Definition, diagnostics: Diagnostics
) -> None:
    if isinstance(item, ast.Union):
        _check_union(resolved, item, diagnostics)
    elif isinstance(item, ast.Struct) and item.body is None:
        _check_native(item, "struct", diagnostics)
    elif isinstance(item, ast.Enum) and item.values is None:
        _check_native(item, "enum", diagnostics)
    for method in methods_of(item):
        if isinstance(method.response, ast.Result):
            for part in (method.response.success, method.response.failure):
                _refuse_nullable_value(resolved, part, diagnostics)
    for node in declared_types(item):
        for part in parts(node):
            _check_part(resolved, part, diagnostics)


def parts(node: ast.Type) -> Iterator[ast.Type]:
    """A type and all types written inside it."""
    yield node
    if isinstance(node, ast.ArrayType):
        yield from parts(node.element)
    elif isinstance(node, ast.MapType):
        yield from parts(node.key)
        yield from parts(node.value)


def _check_native(item: ast.Struct | ast.Enum, word: str, diagnostics: Diagnostics) -> None:
    if not attributes.is_on(item, "Native"):
        hint = f"write '{word} {item.name.text} {{ ... }};', or mark it [Native] if it is written by hand"
        diagnostics.report(rules.missing_body(word, item.name.text), item.name.span, hint=hint)


def _check_union(resolved: Resolved, union: ast.Union, diagnostics: Diagnostics) -> None:
    name = resolved.name_of(union)
    for member in fields_of(union):
        type_ = resolved.types.get(member.type)
        if isinstance(type_, types.UnionRef) and type_.name == name:
            hint = "put it into an array, a map or a struct"
            diagnostics.report(rules.union_in_itself(union.name.text), member.type.span, hint=hint)
        _refuse_nullable_value(resolved, member.type, diagnostics)


def _refuse_nullable_value(resolved: Resolved, node: ast.Type, diagnostics: Diagnostics) -> None:
    type_ = resolved.types.get(node)
    if type_ is not None and layout.has_flag(type_):
        hint = "remove the '?', or put the value into a struct"
        diagnostics.report(rules.nullable_value_in_union(written(node)), node.span, hint=hint)


def _check_part(resolved: Resolved, node: ast.Type, diagnostics: Diagnostics) -> None:
    type_ = resolved.types.get(node)
    if isinstance(type_, types.MapType) and isinstance(node, ast.MapType):
        if _carries_handles(resolved, type_.key):
            what = f"{type_words(type_.key)}, which carries handles or endpoints,"
            hint = "a key must be a value that can be compared"
            diagnostics.report(rules.bad_map_key(what), node.key.span, hint=hint)
    elif isinstance(type_, types.ArrayType) and type_.size is not None:
        if layout.HEADER_BYTES + _storage(type_.element, type_.size) > MAX_UINT32:
            diagnostics.report(
                rules.array_too_large(type_.size), node.span, hint="sizes on the wire are uint32"
            )


def _storage(element: types.Type, count: int) -> int:
    """The bytes of the elements of an array; an upper bound where nullable values need flags."""
    room = layout.room_of(element)
    bits = (count + 7) // 8
    storage = bits if room.is_bit else count * room.size
    return storage + (bits + room.size if layout.has_flag(element) else 0)


def _carries_handles(resolved: Resolved, type_: types.Type) -> bool:
    seen: set[types.DefName] = set()
    pending: list[types.Type] = [type_]
    while pending:
        current = pending.pop()
        if isinstance(current, (types.HandleType, *types.ENDPOINT_TYPES)):
            return True
        pending.extend(types.parts_of(current))
        if isinstance(current, (types.StructRef, types.UnionRef)) and current.name not in seen:
            seen.add(current.name)
            fields = fields_of(resolved.definition(current.name))
            pending.extend(found for field in fields if (found := resolved.types.get(field.type)) is not None)
    return False
