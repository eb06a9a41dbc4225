# SPDX-License-Identifier: Apache-2.0
"""Constants, and the initializers of fields and variables."""

from __future__ import annotations

from dataclasses import dataclass

from idlc import ir, types, values
from idlc.backends.cpp import literals, names
from idlc.backends.cpp.comments import comment
from idlc.backends.cpp.spelling import Hidden
from idlc.backends.cpp.views.context import Context
from idlc.backends.cpp.views.enums import default_of
from idlc.backends.cpp.wrap import declaration


@dataclass(frozen=True)
class ConstantView:
    doc: list[str]
    text: str


def view_constant(const: ir.Const, context: Context, hidden: Hidden = frozenset()) -> ConstantView:
    """At the top of the module, or inside a struct or interface."""
    is_nested = const.name.parent is not None
    indent = 2 if is_nested else 0
    keywords = "static constexpr" if is_nested else "inline constexpr"
    name = names.alias(const.name) if is_nested else names.definition(const.name)
    value = values.literal_of(const.value)
    if isinstance(const.type, types.StringType):
        context.spelling.system_headers.add("string_view")
        assert isinstance(value, values.StringValue)
        text = _string(keywords + " std::string_view", name, value.value, indent)
    else:
        type_ = f"{keywords} {context.spelling.value(const.type, hidden)}"
        initializer = literals.expression(value, const.type, context.spelling, hidden)
        text = declaration(indent, type_, name, f" = {initializer}")
    return ConstantView(comment(const.doc, indent), text)


def variable(field: ir.Field, name: str, owner: types.DefName | None, context: Context, hidden: Hidden) -> str:
    """A field of the struct `owner` or, without one, a local variable, with what it holds in the beginning."""
    indent = 2
    type_ = context.spelling.member(field, hidden)
    value = None if field.is_indirect else field.default
    # Without any initializer, `S{.other = 1}` would be a warning of GCC and Clang.
    empty = "{}" if owner is not None and not context.circles.forbid_initializer(field, owner) else ""
    if value is None:
        return declaration(indent, type_, name, _zero(field, context, hidden) or empty)
    named = _constant_name(value, field.type, owner, context, hidden)
    if named:
        is_string = isinstance(field.type, types.StringType)
        return declaration(indent, type_, name, f"{{{named}}}" if is_string else f" = {named}")
    literal = values.literal_of(value)
    if isinstance(literal, values.DefaultValue):
        plain = context.spelling.value(types.without_null(field.type), hidden)
        return declaration(indent, type_, name, f" = {plain}()" if field.type.nullable else empty)
    if isinstance(literal, values.StringValue):
        return _string(type_, name, literal.value, indent)
    plain_type = types.without_null(field.type)
    return declaration(indent, type_, name, f" = {literals.expression(literal, plain_type, context.spelling, hidden)}")


def _zero(field: ir.Field, context: Context, hidden: Hidden) -> str:
    """What a field without a default begins with: zero, false, the default or lowest of an enum; else its own."""
    if field.type.nullable:
        return ""
    if context.facts.is_mapped(field.type):
        return "{}" if types.is_value(field.type) else ""
    match field.type:
        case types.BoolType():
            return " = false"
        case types.IntType() | types.FloatType():
            return " = 0"
        case types.EnumRef(name=name):
            enumerator = default_of(context.scope.enum(name))
            return f" = {context.spelling.definition(name, hidden)}::{enumerator}" if enumerator else "{}"
        case types.ArrayType(size=int()) if not _initializes_itself(field.type):
            return "{}"
    return ""


def _initializes_itself(type_: types.Type) -> bool:
    """False for numbers, which C++ leaves uninitialized in a std::array."""
    while isinstance(type_, types.ArrayType) and type_.size is not None and not type_.nullable:
        type_ = type_.element
    return type_.nullable or not types.is_value(type_)


def _constant_name(
    value: values.Value, type_: types.Type, owner: types.DefName | None, context: Context, hidden: Hidden
) -> str:
    """The name of a constant, if it stands above and has this very type; "" if the literal must do."""
    if not isinstance(value, values.ConstRef):
        return ""
    const = context.scope.find(value.name)
    assert isinstance(const, ir.Const)
    if const.type != types.without_null(type_):
        return ""
    if value.name.parent is None:
        return context.spelling.definition(value.name, hidden)
    return names.alias(value.name) if value.name.parent == owner else ""


def _string(type_: str, name: str, text: str, indent: int) -> str:
    literal = literals.string(text)
    if "\0" in text:
        return declaration(indent, type_, name, f"{{{literal}, {literals.num_bytes(text)}}}")
    return declaration(indent, type_, name, f" = {literal}")
