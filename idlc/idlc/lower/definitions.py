# SPDX-License-Identifier: Apache-2.0
"""Structs, unions, interfaces, features."""

from __future__ import annotations

from idlc import ast, attributes, ir
from idlc.lower.context import Context
from idlc.lower.members import lower_const, lower_enum, lower_fields, nested_constants, nested_enums
from idlc.lower.methods import lower_methods
from idlc.walk import fields_of


def lower_definition(context: Context, item: ast.Definition) -> ir.Definition:
    if isinstance(item, ast.Struct):
        return _struct(context, item)
    if isinstance(item, ast.Union):
        return _union(context, item)
    if isinstance(item, ast.Interface):
        return _interface(context, item)
    if isinstance(item, ast.Enum):
        return lower_enum(context, item)
    return lower_const(context, item) if isinstance(item, ast.Const) else _feature(context, item)


def _struct(context: Context, item: ast.Struct) -> ir.Struct:
    return ir.Struct(
        doc=context.docs.of(item),
        attributes=context.attributes(item),
        name=context.name(item),
        fields=lower_fields(context, fields_of(item)),
        enums=nested_enums(context, item),
        constants=nested_constants(context, item),
        is_native=item.body is None,
        is_stable=attributes.is_on(item, "Stable"),
    )


def _union(context: Context, item: ast.Union) -> ir.Union:
    return ir.Union(
        doc=context.docs.of(item),
        attributes=context.attributes(item),
        name=context.name(item),
        members=lower_fields(context, item.members),
        is_extensible=attributes.is_on(item, "Extensible"),
        is_stable=attributes.is_on(item, "Stable"),
    )


def _interface(context: Context, item: ast.Interface) -> ir.Interface:
    methods = lower_methods(context, item)
    return ir.Interface(
        doc=context.docs.of(item),
        attributes=context.attributes(item),
        name=context.name(item),
        methods=methods,
        enums=nested_enums(context, item),
        constants=nested_constants(context, item),
        version=max((_version(method) for method in methods), default=0),
        uuid=attributes.text(item, "Uuid"),
        is_stable=attributes.is_on(item, "Stable"),
    )


def _version(method: ir.Method) -> int:
    """The newest version a method needs: its own, or that of a parameter."""
    response = method.response.version if method.response is not None else 0
    return max(method.min_version, method.params.version, response)


def _feature(context: Context, item: ast.Feature) -> ir.Feature:
    return ir.Feature(
        doc=context.docs.of(item),
        attributes=context.attributes(item),
        name=context.name(item),
        constants=nested_constants(context, item),
    )
