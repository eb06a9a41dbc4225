# SPDX-License-Identifier: Apache-2.0
"""Types, and clear words about the spellings of other languages and of older files."""

from __future__ import annotations

from idlc import ast
from idlc.diagnostics import rules
from idlc.diagnostics.suggest import did_you_mean
from idlc.limits import MAX_TYPE_DEPTH, MAX_UINT32
from idlc.parser import words
from idlc.parser.cursor import Cursor
from idlc.tokens import ENDPOINT_WORDS, Kind
from idlc.types import HandleKind

_HANDLE_KINDS = tuple(kind.value for kind in HandleKind if kind is not HandleKind.GENERIC)
_GENERIC_WORDS = ("array", "map", "hash_map", "handle", *ENDPOINT_WORDS)
_OTHER_GENERICS = {
    "vector": "array", "list": "array", "sequence": "array", "unordered_map": "hash_map", "dict": "map",
    "remote": "pending_remote", "receiver": "pending_receiver",
}  # fmt: skip


def type_(cursor: Cursor, depth: int = 0) -> ast.Type:
    """A type with its `?`."""
    if depth > MAX_TYPE_DEPTH:
        cursor.fail(rules.type_too_deep(MAX_TYPE_DEPTH), cursor.span_of(cursor.token))
    start, word = cursor.token, cursor.token.text
    if word == "array":
        return _array(cursor, depth)
    if word == "map" or (word == "hash_map" and cursor.peek().text == "<"):
        return _map(cursor, depth)
    if word == "handle":
        return _handle(cursor)
    if word in ENDPOINT_WORDS:
        return _endpoint(cursor)
    if (
        word == "associated"
        and cursor.peek().kind is Kind.NAME
        and cursor.peek(2).text not in (";", ",", ")", "=")
    ):
        return _old_associated(cursor)
    if word == "result" and cursor.peek().text == "<":
        cursor.fail(rules.misplaced_result(), cursor.span_of(start))
    ident = words.ident(cursor, "a type")
    if cursor.at("&"):
        return _old_receiver(cursor, ident)
    if cursor.at("<"):
        known = _OTHER_GENERICS.get(ident.text)
        hint = f"did you mean '{known}'?" if known else did_you_mean(ident.text, _GENERIC_WORDS)
        cursor.fail(rules.not_generic(ident.text), ident.span, hint=hint)
    return ast.NamedType(ident.span, ident, _nullable(cursor))


def _nullable(cursor: Cursor) -> bool:
    if not cursor.accept("?"):
        return False
    while cursor.at("?"):
        cursor.report(rules.double_nullable(), cursor.span_of(cursor.advance()), hint="remove one '?'")
    return True


def _array(cursor: Cursor, depth: int) -> ast.ArrayType:
    start = cursor.advance().start
    cursor.expect("<", "'<' and the type of the elements")
    element = type_(cursor, depth + 1)
    size = _array_size(cursor) if cursor.accept(",") else None
    cursor.expect(">")
    span = cursor.span_from(start)
    return ast.ArrayType(span, element, size, _nullable(cursor))


def _array_size(cursor: Cursor) -> int:
    start = cursor.token
    if cursor.token.text in ("+", "-"):
        cursor.advance()
    token = cursor.token
    if token.kind in (Kind.SYMBOL, Kind.END):
        cursor.fail_expected("the number of elements")
    cursor.advance()
    good = token is start and token.kind is Kind.INT and token.text.isdecimal() and len(token.text) <= 10
    value = int(token.text) if good else 0
    if not 1 <= value <= MAX_UINT32:
        span = cursor.span_from(start.start)
        cursor.report(rules.bad_array_size(span.text), span)
        return 1
    return value


def _map(cursor: Cursor, depth: int) -> ast.MapType:
    start = cursor.advance()
    cursor.expect("<", "'<' and the types of key and value")
    key = type_(cursor, depth + 1)
    if not isinstance(key, ast.NamedType) or key.nullable:
        cursor.report(rules.map_key_not_plain(), cursor.span_from(key.span.start))
        key = ast.NamedType(key.span, ast.Ident(key.span, "string"), False)
    cursor.expect(",")
    value = type_(cursor, depth + 1)
    cursor.expect(">")
    span = cursor.span_from(start.start)
    return ast.MapType(span, key, value, start.text == "map", _nullable(cursor))


def _handle(cursor: Cursor) -> ast.HandleType:
    start, kind = cursor.advance().start, ""
    if cursor.accept("<"):
        name = words.name(cursor, "the kind of handle")
        kind = name.text
        if kind not in _HANDLE_KINDS:
            nearest = did_you_mean(kind, _HANDLE_KINDS)
            hint = nearest or f"the kinds are {', '.join(_HANDLE_KINDS)}"
            cursor.report(rules.unknown_handle_kind(kind), name.span, hint=hint)
            kind = ""
        cursor.expect(">")
    span = cursor.span_from(start)
    return ast.HandleType(span, kind, _nullable(cursor))


def _endpoint(cursor: Cursor) -> ast.EndpointType:
    start = cursor.advance()
    cursor.expect("<", "'<' and the name of an interface")
    interface = words.ident(cursor, "the name of an interface")
    cursor.expect(">")
    span = cursor.span_from(start.start)
    return ast.EndpointType(span, start.text, interface, _nullable(cursor))


def _old_associated(cursor: Cursor) -> ast.EndpointType:
    """`associated Foo` or `associated Foo&`: reported, and read as what it means today."""
    start = cursor.advance().start
    interface = words.ident(cursor, "the name of an interface")
    is_receiver = cursor.accept("&")
    word = "pending_associated_receiver" if is_receiver else "pending_associated_remote"
    span = cursor.span_from(start)
    hint = f"write '{word}<{interface.text}>'"
    cursor.report(rules.old_associated(interface.text, is_receiver), span, hint=hint)
    return ast.EndpointType(span, word, interface, _nullable(cursor))


def _old_receiver(cursor: Cursor, interface: ast.Ident) -> ast.EndpointType:
    cursor.advance()
    span = cursor.span_from(interface.span.start)
    hint = f"write 'pending_receiver<{interface.text}>'"
    cursor.report(rules.old_receiver(interface.text), span, hint=hint)
    return ast.EndpointType(span, "pending_receiver", interface, _nullable(cursor))
