# SPDX-License-Identifier: Apache-2.0
"""The way back from the name of a definition or member to its place in the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from idlc import ast
from idlc.source import Span
from idlc.walk import response_fields

_Named = ast.Definition | ast.Field | ast.EnumValue | ast.Method


def locate(file: ast.File, path: Sequence[str]) -> Span:
    """The name in the text; of a path that leads too far, the last part that is written in the file."""
    span = file.span
    node: _Named | None = None
    for word in path:
        node = _definitions(file).get(word) if node is None else _member(node, word)
        if node is None:
            break
        span = node.name.span
    return span


def locate_in_response(file: ast.File, path: Sequence[str], name: str) -> Span | None:
    """A field of the response of the method `path`, which may have the name of a parameter."""
    holder = _definitions(file).get(path[0])
    method = _member(holder, path[1]) if holder is not None else None
    fields = response_fields(method) if isinstance(method, ast.Method) else ()
    return next((field.name.span for field in fields if field.name.text == name), None)


@lru_cache(maxsize=256)
def _definitions(file: ast.File) -> Mapping[str, _Named]:
    """By name, as a comparison of large files asks for very many; of two with one name the first."""
    return {node.name.text: node for node in reversed(file.definitions)}


def _member(node: _Named, word: str) -> _Named | None:
    return next((item for item in _inside(node) if item.name.text == word), None)


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
