# SPDX-License-Identifier: Apache-2.0
"""What a file, or the whole workspace, defines."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from idlc import ast
from idlc.lsp.json_rpc import Json, Params
from idlc.lsp.places import range_of
from idlc.lsp.project import Project
from idlc.walk import scoped_definitions

MAX_SYMBOLS = 1000
"""A search in the workspace that finds more shows the first."""


class SymbolKind(IntEnum):
    """The numbers of the protocol."""

    METHOD = 6
    FIELD = 8
    ENUM = 10
    INTERFACE = 11
    CONSTANT = 14
    ENUM_MEMBER = 22
    STRUCT = 23
    EVENT = 24


_KINDS: dict[type[ast.Node], SymbolKind] = {
    ast.Struct: SymbolKind.STRUCT,
    ast.Union: SymbolKind.STRUCT,
    ast.Interface: SymbolKind.INTERFACE,
    ast.Enum: SymbolKind.ENUM,
    ast.Const: SymbolKind.CONSTANT,
    ast.Feature: SymbolKind.EVENT,
    ast.Field: SymbolKind.FIELD,
    ast.EnumValue: SymbolKind.ENUM_MEMBER,
    ast.Method: SymbolKind.METHOD,
}

_Node = ast.Definition | ast.Field | ast.EnumValue | ast.Method


def document_symbols(project: Project, params: Params) -> Json:
    path, _ = project.document(params)
    file = project.snapshot([path]).file(path)
    return [_symbol(item) for item in file.tree.definitions] if file is not None else []


def workspace_symbols(project: Project, params: Params) -> Json:
    """Definitions whose full names hold all words of the query, whatever their case."""
    words = params.get("query").text.lower().split()
    snapshot = project.snapshot(project.files())
    found: list[Json] = []
    for file in snapshot.loaded.files:
        prefix = f"{file.namespace}." if file.namespace else ""
        for node, path in scoped_definitions(file.tree):
            holder = path if isinstance(node, ast.Const) else path[:-1]
            full = (prefix + ".".join((*holder, node.name.text))).lower()
            if all(word in full for word in words) and len(found) < MAX_SYMBOLS:
                found.append(
                    {
                        "name": node.name.text,
                        "kind": _KINDS[type(node)],
                        "containerName": prefix.rstrip(".") + "".join(f".{word}" for word in holder),
                        "location": {
                            "uri": project.uri(file.tree.source.path),
                            "range": range_of(node.name.span),
                        },
                    }
                )
    return found


def _symbol(node: _Node) -> Json:
    """Deeper than an interface, its methods and nested enums nothing is shown."""
    children: list[Json] = [_symbol(item) for item in _inside(node)]
    found: dict[str, Json] = {
        "name": node.name.text,
        "kind": _KINDS[type(node)],
        "range": range_of(node.span),
        "selectionRange": range_of(node.name.span),
    }
    if isinstance(node, (ast.Field, ast.Const)):
        found["detail"] = " ".join(node.type.span.text.split())
    if children:
        found["children"] = children
    return found


def _inside(node: _Node) -> Iterable[_Node]:
    if isinstance(node, (ast.Struct, ast.Interface)):
        return node.body or ()
    if isinstance(node, ast.Union):
        return node.members
    if isinstance(node, ast.Enum):
        return node.values or ()
    return node.constants if isinstance(node, ast.Feature) else ()
