# SPDX-License-Identifier: Apache-2.0
"""What a name is: its declaration, where it stands on the wire, and its comment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from idlc import ast, ir, layout
from idlc.layout_table import struct_table, union_table
from idlc.loader import LoadedFile
from idlc.lower.docs import Docs
from idlc.lsp.json_rpc import Json, Params
from idlc.lsp.navigation import declaration_of, name_at
from idlc.lsp.occurrences import RESPONSE, Occurrence
from idlc.lsp.places import range_of
from idlc.lsp.project import Project
from idlc.spelling import type_text, value_text
from idlc.types import DefName
from idlc.values import literal_of

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
MAX_ROWS = 60
"""Longer tables do not fit a screen."""


def hover(project: Project, params: Params) -> Json:
    if (found := name_at(project, params)) is None:
        return None
    snapshot, _, name = found
    declaration = declaration_of(snapshot, name.target)
    if declaration is None or declaration.node is None:
        return None
    file = next(item for item in snapshot.loaded.files if item.import_path == name.target.file)
    parts = [f"```ferrule-idl\n{_signature(declaration, file)}\n```"]
    module = snapshot.modules.get(file.import_path)
    if module is not None:
        parts += _facts(module, name.target)
    if doc := Docs(file.tree).of(declaration.node):
        parts.append(doc)
    return {"contents": {"kind": "markdown", "value": "\n\n".join(parts)}, "range": range_of(name.span)}


def _signature(declaration: Occurrence, file: LoadedFile) -> str:
    """The declaration without attributes and body, on one line; definitions with their full names."""
    node = declaration.node
    assert node is not None
    if isinstance(node, (ast.Struct, ast.Union, ast.Interface, ast.Enum, ast.Feature)):
        return f"{type(node).__name__.lower()} {declaration.target.full}"
    start = node.span.start
    if node.attributes:
        start = file.tree.source.text.find("]", node.attributes[-1].span.end) + 1
    text = _COMMENT.sub(" ", file.tree.source.text[start : node.span.end])
    return " ".join(text.split())


def _facts(module: ir.Module, name: DefName) -> Iterator[str]:
    """In Markdown. Nothing for what has no place on the wire."""
    top = next((item for item in module.definitions if item.name.short == name.path[0]), None)
    rest = name.path[1:]
    if isinstance(top, ir.Interface) and rest:
        method = next((item for item in top.methods if item.name == rest[0]), None)
        if method is not None:
            yield from _of_method(method, rest[1:], module.namespace)
            return
    if rest and isinstance(top, (ir.Struct, ir.Interface)):
        nested = next((item for item in top.enums if item.name.short == rest[0]), None)
        if nested is not None:
            top, rest = nested, rest[1:]
    if rest and isinstance(top, (ir.Struct, ir.Interface, ir.Feature)):
        constant = next((item for item in top.constants if item.name.short == rest[0]), None)
        if constant is not None:
            top, rest = constant, ()
    yield from _of_definition(top, rest, module.namespace)


def _of_definition(item: ir.Definition | None, rest: tuple[str, ...], namespace: str) -> Iterator[str]:
    if isinstance(item, ir.Struct):
        yield from _of_struct(item, rest, namespace)
    elif isinstance(item, ir.Union):
        yield from _of_union(item, rest, namespace)
    elif isinstance(item, ir.Enum):
        rows = [value for value in item.values if not rest or value.name == rest[0]]
        yield _block(f"{value.name} = {value.value}" for value in rows)
    elif isinstance(item, ir.Const):
        yield f"= `{value_text(literal_of(item.value), namespace)}`"
    elif isinstance(item, ir.Interface):
        yield f"version {item.version}, {len(item.methods)} methods"


def _of_struct(struct: ir.Struct, rest: tuple[str, ...], namespace: str) -> Iterator[str]:
    places = layout.layout_struct(struct)
    if not rest:
        yield _block(struct_table(places, namespace))
        return
    for field in places.fields:
        if field.field.name == rest[0]:
            yield _of_field(field)


def _of_field(field: layout.WireField) -> str:
    """Offsets count from the end of the header, as in `idlc dump`."""
    bit = f", bit {field.bit}" if field.kind is layout.WireKind.BOOL else ""
    size = "1 bit" if field.kind is layout.WireKind.BOOL else f"{field.size} bytes"
    flag = field.has_flag
    has = f"; bit {flag.bit} at offset {flag.offset} says whether it is there" if flag else ""
    return f"ordinal {field.ordinal}, since version {field.min_version}: {size} at offset {field.offset}{bit}{has}"


def _of_union(union: ir.Union, rest: tuple[str, ...], namespace: str) -> Iterator[str]:
    members = layout.layout_union(union)
    if not rest:
        yield _block(union_table(members, namespace))
        return
    for member in members.members:
        if member.field.name == rest[0]:
            yield f"tag {member.tag}: {type_text(member.field.type, namespace)}"


def _of_method(method: ir.Method, rest: tuple[str, ...], namespace: str) -> Iterator[str]:
    if rest:
        struct = method.response if rest[0] == RESPONSE else method.params
        if struct is not None:
            yield from _of_struct(struct, rest[1:], namespace)
        return
    yield f"ordinal {method.ordinal}, since version {method.min_version}"
    for struct in (method.params, method.response):
        if struct is not None:
            yield _block(struct_table(layout.layout_struct(struct), namespace))


def _block(rows: Iterator[str]) -> str:
    lines = list(rows)
    if len(lines) > MAX_ROWS:
        lines[MAX_ROWS:] = [f"... and {len(lines) - MAX_ROWS} more"]
    return "\n".join(["```text", *lines, "```"])
