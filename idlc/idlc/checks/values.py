# SPDX-License-Identifier: Apache-2.0
"""Constants and defaults fit their types."""

from __future__ import annotations

import math

from idlc import ast, types, values
from idlc.checks.wording import value_words, written
from idlc.diagnostics import Diagnostics, rules
from idlc.resolve import Resolved
from idlc.walk import fields_of, scoped_definitions

LARGEST_FLOAT = (2.0 - 2.0**-23) * 2.0**127
LARGEST_DOUBLE = (2.0 - 2.0**-52) * 2.0**1023

_PLAIN_TYPES = (*types.VALUE_TYPES, types.StringType)


def run(resolved: Resolved, diagnostics: Diagnostics) -> None:
    for file in resolved.files:
        for item, _ in scoped_definitions(file.tree):
            if isinstance(item, ast.Const):
                _check_const(resolved, item, diagnostics)
            for field in fields_of(item):
                if field.default is not None:
                    _check_default(resolved, field, field.default, diagnostics)


def _check_const(resolved: Resolved, item: ast.Const, diagnostics: Diagnostics) -> None:
    type_ = resolved.types.get(item.type)
    if type_ is None:
        return
    if not isinstance(type_, _PLAIN_TYPES) or type_.nullable:
        hint = "constants are bools, numbers, strings and enum values, without '?'"
        diagnostics.report(rules.bad_const_type(written(item.type)), item.type.span, hint=hint)
        return
    _check_fits(resolved, item.type, type_, item.value, diagnostics)


def _check_default(
    resolved: Resolved, field: ast.Field, node: ast.Constant, diagnostics: Diagnostics
) -> None:
    type_ = resolved.types.get(field.type)
    if type_ is None:
        return
    if not isinstance(type_, (*_PLAIN_TYPES, types.StructRef)):
        hint = (
            ""
            if not isinstance(node, ast.DefaultLiteral)
            else "such fields are empty unless somebody fills them"
        )
        diagnostics.report(rules.no_default_for_type(written(field.type)), node.span, hint=hint)
        return
    _check_fits(resolved, field.type, type_, node, diagnostics)


def _check_fits(
    resolved: Resolved, type_node: ast.Type, type_: types.Type, node: ast.Constant, diagnostics: Diagnostics
) -> None:
    value = resolved.values.get(node)
    if value is None:
        return
    name = written(type_node)
    if isinstance(value, values.DefaultValue) and not isinstance(type_, types.StructRef):
        diagnostics.report(rules.default_needs_struct(name), node.span, hint="write the value")
    elif not _is_of_type(resolved, value, type_):
        hint = (
            "the only default of a struct is the word 'default'" if isinstance(type_, types.StructRef) else ""
        )
        diagnostics.report(rules.wrong_value_type(value_words(value), name), node.span, hint=hint)
    elif (limits := _broken_limits(type_, values.literal_of(value), node)) is not None:
        diagnostics.report(rules.out_of_range(node.span.text, name, *limits), node.span)


def _is_of_type(resolved: Resolved, value: values.Value, type_: types.Type) -> bool:
    """Right in kind; sizes are another matter."""
    literal = values.literal_of(value)
    if isinstance(type_, types.EnumRef):
        return isinstance(literal, values.EnumeratorRef) and literal.enum == type_.name
    if isinstance(type_, types.IntType):
        return isinstance(literal, values.IntValue) and not _is_float_constant(resolved, value)
    if isinstance(type_, types.FloatType):
        return isinstance(literal, (values.IntValue, values.FloatValue))
    if isinstance(type_, types.BoolType):
        return isinstance(literal, values.BoolValue)
    if isinstance(type_, types.StringType):
        return isinstance(literal, values.StringValue)
    return isinstance(literal, values.DefaultValue)


def _is_float_constant(resolved: Resolved, value: values.Value) -> bool:
    """`const float kOne = 1;` is no integer, though its value is written as one."""
    if not isinstance(value, values.ConstRef):
        return False
    const = resolved.definition(value.name)
    return isinstance(const, ast.Const) and isinstance(resolved.types.get(const.type), types.FloatType)


def _broken_limits(type_: types.Type, value: values.Literal, node: ast.Constant) -> tuple[str, str] | None:
    """The limits of the type if the value is outside of them."""
    if isinstance(type_, types.IntType) and isinstance(value, values.IntValue):
        if not type_.lowest <= value.value <= type_.highest:
            return str(type_.lowest), str(type_.highest)
    if isinstance(type_, types.FloatType) and isinstance(value, (values.IntValue, values.FloatValue)):
        largest = LARGEST_FLOAT if type_.bits == 32 else LARGEST_DOUBLE
        is_written_infinite = isinstance(node, ast.FloatLiteral) and math.isinf(value.value)
        is_too_large = math.isfinite(value.value) and abs(value.value) > largest
        if is_written_infinite or is_too_large:
            return f"{-largest:.9g}", f"{largest:.9g}"
    return None
