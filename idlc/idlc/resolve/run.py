# SPDX-License-Identifier: Apache-2.0
"""The pass itself: file by file in import order, and in each file types, then values in the order of the text, then
defaults and attributes, which may name anything in the file."""

from __future__ import annotations

from collections.abc import Sequence

from idlc import ast
from idlc.diagnostics import Diagnostics
from idlc.loader import LoadedFile
from idlc.resolve.attributes import resolve_attributes
from idlc.resolve.constants import resolve_value
from idlc.resolve.enums import resolve_enum
from idlc.resolve.resolved import Resolved
from idlc.resolve.resolver import Tables
from idlc.resolve.typenames import resolve_type
from idlc.symbols import FileSymbols, View, collect
from idlc.walk import Scoped, all_items, declared_types, fields_of, scoped_definitions


def run(files: Sequence[LoadedFile], diagnostics: Diagnostics) -> Resolved:
    tables = Tables(diagnostics)
    symbols: dict[LoadedFile, FileSymbols] = {}
    views: dict[LoadedFile, View] = {}
    for file in files:
        symbols[file] = own = collect(file)
        imported = [symbols[item.file] for item in file.imports if item.file is not None]
        views[file] = View(own, tuple(dict.fromkeys(imported)))
        tables.nodes.update(own.by_node)
        for symbol in own.own.values():
            tables.symbols.setdefault(symbol.name, symbol)
        _file(views[file], tables)
    return Resolved(
        files=tuple(files),
        views=views,
        symbols=tables.symbols,
        nodes=tables.nodes,
        types=tables.types,
        values=tables.values,
        numbers=tables.numbers,
        attribute_targets=tables.attribute_targets,
    )


def _file(view: View, tables: Tables) -> None:
    scoped = list(scoped_definitions(view.own.file.tree))
    for item in scoped:
        for type_ in declared_types(item.node):
            resolve_type(type_, view, view.prefixes(item.path), tables)
    for item in scoped:
        _ordered_values(item, view, tables)
    for item in scoped:
        _defaults(item, view, tables)
    for owner in all_items(view.own.file.tree):
        resolve_attributes(owner.attributes, view, tables)


def _ordered_values(item: Scoped, view: View, tables: Tables) -> None:
    if isinstance(item.node, ast.Enum):
        resolve_enum(item.node, view, view.prefixes(item.path), tables)
    elif isinstance(item.node, ast.Const):
        wanted = tables.types.get(item.node.type)
        prefixes = view.prefixes(item.path)
        resolve_value(item.node.value, wanted, view, prefixes, tables, must_be_above=True)


def _defaults(item: Scoped, view: View, tables: Tables) -> None:
    for field in fields_of(item.node):
        if field.default is not None:
            wanted = tables.types.get(field.type)
            prefixes = view.prefixes(item.path)
            resolve_value(field.default, wanted, view, prefixes, tables, must_be_above=False)
