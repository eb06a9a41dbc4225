# SPDX-License-Identifier: Apache-2.0
"""Types and values in the words of messages."""

from __future__ import annotations

from idlc import ast, types, values

_ARTICLES: dict[type, str] = {
    types.StructRef: "the struct",
    types.UnionRef: "the union",
    types.EnumRef: "the enum",
}


def written(node: ast.Type) -> str:
    """A type as the file spells it, blanks evened out."""
    return " ".join(node.span.text.split()) + ("?" if node.nullable else "")


def type_words(type_: types.Type) -> str:
    """The kind of a type, for sentences: "the struct 'Point'"."""
    if isinstance(type_, (types.StructRef, types.UnionRef, types.EnumRef)):
        return f"{_ARTICLES[type(type_)]} '{type_.name.local}'"
    return "a type"


def value_words(value: values.Value) -> str:
    """A value: "the string", "the number 7", "'geometry.kMax'"."""
    if isinstance(value, values.ConstRef):
        return f"the constant '{value.name.local}'"
    if isinstance(value, values.EnumeratorRef):
        return f"the enum value '{value.enum.local}.{value.name}'"
    if isinstance(value, values.StringValue):
        return "a string"
    if isinstance(value, values.BoolValue):
        return f"'{str(value.value).lower()}'"
    if isinstance(value, values.DefaultValue):
        return "'default'"
    return "an integer" if isinstance(value, values.IntValue) else "a floating-point number"
