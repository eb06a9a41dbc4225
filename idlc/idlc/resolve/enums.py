# SPDX-License-Identifier: Apache-2.0
"""The numbers of enum values: as written, or one more than the value before, the first 0."""

from __future__ import annotations

from idlc import ast, types, values
from idlc.diagnostics import rules
from idlc.resolve.constants import resolve_value
from idlc.resolve.resolver import Tables
from idlc.symbols import View


def resolve_enum(enum: ast.Enum, view: View, prefixes: tuple[str, ...], tables: Tables) -> None:
    following: int | None = 0
    for item in enum.values or ():
        if isinstance(item.value, ast.IntLiteral):
            following = item.value.value
        elif isinstance(item.value, ast.Ident):
            following = _named_number(item.value, view, prefixes, tables)
        if following is not None:
            # After a value without a number the unnumbered ones have none either: it was reported, they stay silent.
            tables.numbers[item] = following
            following += 1


def _named_number(node: ast.Ident, view: View, prefixes: tuple[str, ...], tables: Tables) -> int | None:
    value = resolve_value(node, None, view, prefixes, tables, must_be_above=True)
    if value is None:
        return None
    if isinstance(value, values.EnumeratorRef):
        return value.value
    literal = values.literal_of(value)
    if isinstance(literal, values.IntValue) and isinstance(
        _type_of(value, tables), (types.IntType, type(None))
    ):
        return literal.value
    tables.diagnostics.report(rules.enum_value_wrong_type(_describe(value, tables)), node.span)
    return None


def _type_of(value: values.Value, tables: Tables) -> types.Type | None:
    if not isinstance(value, values.ConstRef):
        return None
    node = tables.symbols[value.name].node
    assert isinstance(node, ast.Const)
    return tables.types.get(node.type)


def _describe(value: values.Value, tables: Tables) -> str:
    if not isinstance(value, values.ConstRef):
        return "a float"
    node = tables.symbols[value.name].node
    assert isinstance(node, ast.Const)
    return f"a constant of type '{node.type.span.text}'"
