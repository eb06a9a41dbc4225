# SPDX-License-Identifier: Apache-2.0
"""Fields, enums and constants."""

from __future__ import annotations

from collections.abc import Sequence

from idlc import ast, attributes, ir, ordinals
from idlc.lower.context import Context
from idlc.walk import nested


def lower_fields(context: Context, fields: Sequence[ast.Field]) -> tuple[ir.Field, ...]:
    """The fields of a struct, the members of a union or the parameters of a method."""
    return tuple(_field(context, item, ordinal) for item, ordinal in zip(fields, ordinals.assign(fields)))


def _field(context: Context, item: ast.Field, ordinal: int) -> ir.Field:
    return ir.Field(
        doc=context.docs.of(item),
        attributes=context.attributes(item),
        name=item.name.text,
        type=context.type(item.type),
        ordinal=ordinal,
        min_version=attributes.min_version(item),
        default=context.value(item.default) if item.default is not None else None,
        is_default=attributes.is_on(item, "Default"),
        is_indirect=item in context.indirect,
    )


def lower_enum(context: Context, item: ast.Enum) -> ir.Enum:
    values = tuple(_enumerator(context, value) for value in item.values or ())
    marked = (value for value in values if value.has("Default"))
    return ir.Enum(
        doc=context.docs.of(item),
        attributes=context.attributes(item),
        name=context.name(item),
        values=values,
        is_extensible=attributes.is_on(item, "Extensible"),
        is_native=attributes.is_on(item, "Native"),
        is_stable=attributes.is_on(item, "Stable"),
        default=next(marked, None),
    )


def _enumerator(context: Context, item: ast.EnumValue) -> ir.Enumerator:
    return ir.Enumerator(
        doc=context.docs.of(item),
        attributes=context.attributes(item),
        name=item.name.text,
        value=context.resolved.numbers[item],
        min_version=attributes.min_version(item),
        written_as=context.value(item.value) if isinstance(item.value, ast.Ident) else None,
    )


def lower_const(context: Context, item: ast.Const) -> ir.Const:
    return ir.Const(
        doc=context.docs.of(item),
        attributes=context.attributes(item),
        name=context.name(item),
        type=context.type(item.type),
        value=context.value(item.value),
    )


def nested_enums(context: Context, item: ast.Definition) -> tuple[ir.Enum, ...]:
    return tuple(lower_enum(context, inner) for inner in nested(item) if isinstance(inner, ast.Enum))


def nested_constants(context: Context, item: ast.Definition) -> tuple[ir.Const, ...]:
    return tuple(lower_const(context, inner) for inner in nested(item) if isinstance(inner, ast.Const))
