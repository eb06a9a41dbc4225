# SPDX-License-Identifier: Apache-2.0
"""What the attributes of an item say. Wrong values count as absent here; checks/ reports them."""

from __future__ import annotations

from idlc import ast
from idlc.limits import MAX_UINT32


def find(item: ast.Item, name: str) -> ast.Attribute | None:
    """The first attribute of this name."""
    return next((attribute for attribute in item.attributes if attribute.name.text == name), None)


def is_on(item: ast.Item, name: str) -> bool:
    """True if the attribute is there and not switched off with `=false`."""
    attribute = find(item, name)
    if attribute is None:
        return False
    return not (isinstance(attribute.value, ast.BoolLiteral) and not attribute.value.value)


def min_version(item: ast.Item) -> int:
    attribute = find(item, "MinVersion")
    if attribute is None or not isinstance(attribute.value, ast.IntLiteral):
        return 0
    return attribute.value.value if 0 <= attribute.value.value <= MAX_UINT32 else 0


def text(item: ast.Item, name: str) -> str | None:
    """The value of an attribute that is a string."""
    attribute = find(item, name)
    value = attribute.value if attribute is not None else None
    return value.value if isinstance(value, ast.StringLiteral) else None
