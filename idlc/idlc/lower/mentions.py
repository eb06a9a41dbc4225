# SPDX-License-Identifier: Apache-2.0
"""The definitions that a file's own definitions mention, in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from idlc import ir, types, values


def mentioned_names(definitions: Iterable[ir.Definition]) -> tuple[types.DefName, ...]:
    return tuple(dict.fromkeys(name for item in definitions for name in _in_definition(item)))


def _in_definition(item: ir.Definition) -> Iterator[types.DefName]:
    if isinstance(item, ir.Enum):
        for enumerator in item.values:
            yield from _in_value(enumerator.written_as)
    elif isinstance(item, ir.Const):
        yield from types.names_in(item.type)
        yield from _in_value(item.value)
    elif isinstance(item, ir.Union):
        yield from _in_fields(item.members)
    else:
        yield from _in_holder(item)


def _in_holder(item: ir.Struct | ir.Interface | ir.Feature) -> Iterator[types.DefName]:
    if not isinstance(item, ir.Feature):
        for enum in item.enums:
            yield from _in_definition(enum)
    for const in item.constants:
        yield from _in_definition(const)
    if isinstance(item, ir.Struct):
        yield from _in_fields(item.fields)
    elif isinstance(item, ir.Interface):
        for method in item.methods:
            yield from _in_method(method)


def _in_method(method: ir.Method) -> Iterator[types.DefName]:
    yield from _in_fields(method.params.fields)
    if method.result is not None:
        yield from _in_fields(method.result.union.members)
    elif method.response is not None:
        yield from _in_fields(method.response.fields)


def _in_fields(fields: Iterable[ir.Field]) -> Iterator[types.DefName]:
    for field in fields:
        yield from types.names_in(field.type)
        yield from _in_value(field.default)


def _in_value(value: values.Value | None) -> Iterator[types.DefName]:
    if isinstance(value, values.ConstRef):
        yield value.name
    elif isinstance(value, values.EnumeratorRef):
        yield value.enum
