# SPDX-License-Identifier: Apache-2.0
"""The way back from the name of a definition or member to its place in the text."""

from __future__ import annotations

from collections.abc import Sequence

from idlc import ast
from idlc.source import Span
from idlc.walk import response_fields

_Named = ast.Definition | ast.Field | ast.EnumValue | ast.Method


def locate(file: ast.File, path: Sequence[str]) -> Span:
    """The name in the text; of a path that leads too far, the last part that is written in the file."""
    span = file.span
    level: Sequence[_Named] = file.definitions
    for word in path:
        found = next((node for node in level if node.name.text == word), None)
        if found is None:
            break
        span = found.name.span
        level = _inside(found)
    return span


def _inside(node: _Named) -> Sequence[_Named]:
    if isinstance(node, (ast.Struct, ast.Interface)):
        return node.body or ()
    if isinstance(node, ast.Union):
        return node.members
    if isinstance(node, ast.Enum):
        return node.values or ()
    if isinstance(node, ast.Method):
        return node.parameters + response_fields(node)
    return node.constants if isinstance(node, ast.Feature) else ()
