# SPDX-License-Identifier: Apache-2.0
"""From written types to types."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from idlc import ast, types
from idlc.diagnostics import Note, rules
from idlc.resolve.resolver import Tables
from idlc.symbols import Symbol, View
from idlc.tokens import PRIMITIVE_NAMES

_PRIMITIVES: Mapping[str, Callable[[bool], types.Type]] = {
    "bool": types.BoolType,
    "string": types.StringType,
    "float": lambda nullable: types.FloatType(32, nullable),
    "double": lambda nullable: types.FloatType(64, nullable),
    "int8": lambda nullable: types.IntType(8, True, nullable),
    "int16": lambda nullable: types.IntType(16, True, nullable),
    "int32": lambda nullable: types.IntType(32, True, nullable),
    "int64": lambda nullable: types.IntType(64, True, nullable),
    "uint8": lambda nullable: types.IntType(8, False, nullable),
    "uint16": lambda nullable: types.IntType(16, False, nullable),
    "uint32": lambda nullable: types.IntType(32, False, nullable),
    "uint64": lambda nullable: types.IntType(64, False, nullable),
}

_ENDPOINTS: Mapping[str, Callable[[types.DefName, bool], types.Type]] = {
    "pending_remote": types.PendingRemote,
    "pending_receiver": types.PendingReceiver,
    "pending_associated_remote": types.PendingAssociatedRemote,
    "pending_associated_receiver": types.PendingAssociatedReceiver,
}


_OTHER_LANGUAGES: Mapping[str, str] = {
    "int": "int32", "unsigned": "uint32", "long": "int64", "short": "int16", "byte": "uint8", "char": "uint8",
    "i8": "int8", "i16": "int16", "i32": "int32", "i64": "int64", "u8": "uint8", "u16": "uint16", "u32": "uint32",
    "u64": "uint64", "sint32": "int32", "sint64": "int64", "int8_t": "int8", "uint8_t": "uint8", "int16_t": "int16",
    "uint16_t": "uint16", "int32_t": "int32", "uint32_t": "uint32", "int64_t": "int64", "uint64_t": "uint64",
    "size_t": "uint64", "float32": "float", "float64": "double", "f32": "float", "f64": "double", "boolean": "bool",
    "str": "string", "String": "string", "text": "string", "std.string": "string", "bytes": "array<uint8>",
}  # fmt: skip
"""What other languages call the built-in types."""

_DATA_TYPES = (ast.Struct, ast.Union, ast.Enum)


def resolve_type(node: ast.Type, view: View, prefixes: tuple[str, ...], tables: Tables) -> types.Type | None:
    """The type, also filed in the tables; None after a report."""
    found = _resolve(node, view, prefixes, tables)
    if found is not None:
        tables.types[node] = found
    return found


def _resolve(node: ast.Type, view: View, prefixes: tuple[str, ...], tables: Tables) -> types.Type | None:
    if isinstance(node, ast.NamedType):
        return _named(node, view, prefixes, tables)
    if isinstance(node, ast.HandleType):
        return types.HandleType(types.HandleKind(node.kind or "handle"), node.nullable)
    if isinstance(node, ast.EndpointType):
        return _endpoint(node, view, prefixes, tables)
    if isinstance(node, ast.ArrayType):
        element = resolve_type(node.element, view, prefixes, tables)
        return types.ArrayType(element, node.size, node.nullable) if element is not None else None
    key = resolve_type(node.key, view, prefixes, tables)
    value = resolve_type(node.value, view, prefixes, tables)
    if key is None or value is None:
        return None
    return types.MapType(key, value, node.ordered, node.nullable)


def _named(node: ast.NamedType, view: View, prefixes: tuple[str, ...], tables: Tables) -> types.Type | None:
    if (primitive := _PRIMITIVES.get(node.ident.text)) is not None:
        return primitive(node.nullable)
    symbol = _find(node.ident, _DATA_TYPES, view, prefixes, tables)
    if symbol is None:
        return None
    name, definition = symbol.name, symbol.node
    if isinstance(definition, ast.Struct):
        return types.StructRef(name, node.nullable)
    if isinstance(definition, ast.Union):
        return types.UnionRef(name, node.nullable)
    if isinstance(definition, ast.Enum):
        return types.EnumRef(name, node.nullable)
    note = Note("it is defined here", definition.name.span)
    if isinstance(definition, ast.Interface):
        hint = f"write 'pending_remote<{node.ident.text}>' or 'pending_receiver<{node.ident.text}>'"
        tables.diagnostics.report(rules.bare_interface(node.ident.text), node.span, note=note, hint=hint)
    else:
        tables.diagnostics.report(rules.not_a_type(node.ident.text, symbol.word), node.span, note=note)
    return None


def _endpoint(
    node: ast.EndpointType, view: View, prefixes: tuple[str, ...], tables: Tables
) -> types.Type | None:
    name = node.interface.text
    if name in _PRIMITIVES:
        tables.diagnostics.report(rules.not_an_interface(node.word, name), node.interface.span)
        return None
    symbol = _find(node.interface, (ast.Interface,), view, prefixes, tables)
    if symbol is None:
        return None
    if not isinstance(symbol.node, ast.Interface):
        note = Note(f"it is {symbol.word}, defined here", symbol.node.name.span)
        tables.diagnostics.report(rules.not_an_interface(node.word, name), node.interface.span, note=note)
        return None
    return _ENDPOINTS[node.word](symbol.name, node.nullable)


def _find(
    ident: ast.Ident, kinds: tuple[type[ast.Node], ...], view: View, prefixes: tuple[str, ...], tables: Tables
) -> Symbol | None:
    symbol = view.find(ident.text, prefixes, kinds)
    if symbol is None and view.own.file.is_complete:
        known = _OTHER_LANGUAGES.get(ident.text)
        hint = tables.hint(ident.text, view, prefixes, PRIMITIVE_NAMES)
        hint = f"did you mean '{known}'?" if known is not None else hint
        note = None
        if (left_out := _left_out(ident, view)) is not None:
            note = Note("a condition leaves this definition out", left_out.span)
            hint = "give both the same condition, or look at the features that are enabled"
        tables.diagnostics.report(rules.unknown_type(ident.text), ident.span, note=note, hint=hint)
    return symbol


def _left_out(ident: ast.Ident, view: View) -> ast.Name | None:
    """The name of a definition that would be this one but for its condition."""
    name = ident.text.rpartition(".")[2]
    files = (view.own.file, *(table.file for table in view.imported))
    return next((file.tree.left_out[name] for file in files if name in file.tree.left_out), None)
