# SPDX-License-Identifier: Apache-2.0
"""What the parts of the pass share for one file."""

from __future__ import annotations

from dataclasses import dataclass

from idlc import ast, ir, types, values
from idlc.lower.docs import Docs
from idlc.resolve import Resolved


@dataclass(frozen=True, eq=False)
class Context:
    resolved: Resolved
    docs: Docs
    indirect: frozenset[ast.Field]
    """The fields that close a circle of definitions."""

    def type(self, node: ast.Type) -> types.Type:
        return self.resolved.types[node]

    def value(self, node: ast.Node) -> values.Value:
        return self.resolved.values[node]

    def name(self, node: ast.Definition) -> types.DefName:
        return self.resolved.nodes[node].name

    def attributes(self, item: ast.Item) -> tuple[ir.Attribute, ...]:
        return tuple(ir.Attribute(found.name.text, self._attribute_value(found)) for found in item.attributes)

    def _attribute_value(self, attribute: ast.Attribute) -> ir.AttributeValue:
        value = attribute.value
        if value is None:
            return True
        if isinstance(value, ast.Choice):
            return tuple(name.text for name in value.names)
        if isinstance(value, ast.Ident):
            target = self.resolved.attribute_targets.get(value)
            return target.name if target is not None else value.text
        return "default" if isinstance(value, ast.DefaultLiteral) else value.value
