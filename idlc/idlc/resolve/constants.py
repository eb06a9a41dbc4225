# SPDX-License-Identifier: Apache-2.0
"""From written values to values.

A name is looked up from the inside out, then inside the enum the place is of, then among the six built-in floats.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from idlc import ast, types, values
from idlc.diagnostics import Note, rules
from idlc.resolve.resolver import Tables
from idlc.symbols import Symbol, View, scope_prefixes

_BUILT_IN: Mapping[str, float] = {
    "double.INFINITY": math.inf,
    "double.NEGATIVE_INFINITY": -math.inf,
    "double.NAN": math.nan,
    "float.INFINITY": math.inf,
    "float.NEGATIVE_INFINITY": -math.inf,
    "float.NAN": math.nan,
}


def resolve_value(
    node: ast.Constant,
    wanted: types.Type | None,
    view: View,
    prefixes: tuple[str, ...],
    tables: Tables,
    *,
    must_be_above: bool,
) -> values.Value | None:
    """The value, also filed in the tables; None after a report.

    `wanted` is the type of the place, if known; `must_be_above` refuses names that are defined further down.
    """
    if not isinstance(node, ast.Ident):
        found: values.Value | None = _literal(node)
    else:
        found = _name(node, wanted, view, prefixes, tables, must_be_above)
    if found is not None:
        tables.values[node] = found
    return found


def _literal(node: ast.Literal) -> values.Literal:
    if isinstance(node, ast.IntLiteral):
        return values.IntValue(node.value)
    if isinstance(node, ast.FloatLiteral):
        return values.FloatValue(node.value)
    if isinstance(node, ast.StringLiteral):
        return values.StringValue(node.value)
    return values.BoolValue(node.value) if isinstance(node, ast.BoolLiteral) else values.DefaultValue()


def _name(
    node: ast.Ident,
    wanted: types.Type | None,
    view: View,
    prefixes: tuple[str, ...],
    tables: Tables,
    must_be_above: bool,
) -> values.Value | None:
    symbol = _find(node.text, wanted, view, prefixes)
    if symbol is None:
        if node.text in _BUILT_IN:
            return values.FloatValue(_BUILT_IN[node.text])
        if view.own.file.is_complete:
            hint = tables.hint(node.text, view, prefixes + _enum_prefixes(wanted), _BUILT_IN)
            tables.diagnostics.report(rules.unknown_value(node.text), node.span, hint=hint)
        return None
    if must_be_above and symbol.file is view.own.file and symbol.node.span.end > node.span.start:
        note = Note("it is defined here", symbol.node.name.span)
        hint = "move the definition above its use"
        tables.diagnostics.report(rules.used_too_early(node.text), node.span, note=note, hint=hint)
        return None
    return _value_of(symbol, tables)


def _find(name: str, wanted: types.Type | None, view: View, prefixes: tuple[str, ...]) -> Symbol | None:
    """A constant or an enum value; other definitions of the name are looked through."""
    for prefix in prefixes + _enum_prefixes(wanted):
        symbol = view.visible.get(prefix + name)
        if symbol is not None and isinstance(symbol.node, (ast.Const, ast.EnumValue)):
            return symbol
    return None


def _enum_prefixes(wanted: types.Type | None) -> tuple[str, ...]:
    if not isinstance(wanted, types.EnumRef):
        return ()
    return scope_prefixes(wanted.name.module, wanted.name.path)


def _value_of(symbol: Symbol, tables: Tables) -> values.Value | None:
    """None if the definition itself is wrong, which has been reported."""
    name, node = symbol.name, symbol.node
    if isinstance(node, ast.EnumValue):
        number = tables.numbers.get(node)
        enum = types.DefName(name.file, name.module, name.path[:-1])
        return values.EnumeratorRef(enum, node.name.text, number) if number is not None else None
    assert isinstance(node, ast.Const)
    value = tables.values.get(node.value)
    return values.ConstRef(name, values.literal_of(value)) if value is not None else None
