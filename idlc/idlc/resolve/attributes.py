# SPDX-License-Identifier: Apache-2.0
"""Names in the values of attributes: a feature, a constant, an enum value, or else plain text."""

from __future__ import annotations

from idlc import ast
from idlc.resolve.resolver import Tables
from idlc.symbols import View


def resolve_attributes(attributes: tuple[ast.Attribute, ...], view: View, tables: Tables) -> None:
    for attribute in attributes:
        if isinstance(attribute.value, ast.Ident):
            symbol = view.find(
                attribute.value.text, view.prefixes(()), (ast.Feature, ast.Const, ast.EnumValue)
            )
            if symbol is not None and isinstance(symbol.node, (ast.Feature, ast.Const, ast.EnumValue)):
                tables.attribute_targets[attribute.value] = symbol
