# SPDX-License-Identifier: Apache-2.0
"""The tree and, beside it, what its names mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from idlc import ast
from idlc.loader import LoadedFile
from idlc.symbols import Symbol, View
from idlc.types import DefName, Type
from idlc.values import Value


@dataclass(frozen=True, eq=False)
class Resolved:
    """All files in import order. What could not be resolved is missing from the tables and has been reported."""

    files: tuple[LoadedFile, ...]
    views: Mapping[LoadedFile, View]
    symbols: Mapping[DefName, Symbol]
    nodes: Mapping[ast.Node, Symbol]
    types: Mapping[ast.Type, Type]
    values: Mapping[ast.Node, Value]
    """By the node of a constant's value, a default, or the name an enum value is set to."""
    numbers: Mapping[ast.EnumValue, int]
    attribute_targets: Mapping[ast.Ident, Symbol]
    """What a name in an attribute's value stands for; names that mean nothing are plain text."""

    def name_of(self, node: ast.Definition) -> DefName:
        return self.nodes[node].name

    def definition(self, name: DefName) -> ast.Definition:
        node = self.symbols[name].node
        assert not isinstance(node, ast.EnumValue)
        return node
