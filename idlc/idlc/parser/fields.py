# SPDX-License-Identifier: Apache-2.0
"""Fields, union members and parameters; constants."""

from __future__ import annotations

from idlc import ast
from idlc.diagnostics import rules
from idlc.parser import words
from idlc.parser.attributes import attributes
from idlc.parser.cursor import Cursor
from idlc.parser.typenames import type_


def struct_field(cursor: Cursor, start: int, attrs: tuple[ast.Attribute, ...]) -> ast.Field:
    declared_type = type_(cursor)
    name = words.name(cursor, "a field name")
    ordinal = words.ordinal(cursor)
    default = words.constant(cursor, "the default value") if cursor.accept("=") else None
    cursor.end_item(f"the field '{name.text}'")
    return ast.Field(cursor.span_from(start), attrs, declared_type, name, ordinal, default)


def union_member(cursor: Cursor, start: int, attrs: tuple[ast.Attribute, ...]) -> ast.Field:
    declared_type = type_(cursor)
    name = words.name(cursor, "a member name")
    ordinal = words.ordinal(cursor)
    _refuse_default(cursor, "a union member")
    cursor.end_item(f"the member '{name.text}'")
    return ast.Field(cursor.span_from(start), attrs, declared_type, name, ordinal, None)


def parameters(cursor: Cursor) -> tuple[ast.Field, ...]:
    """A list in parentheses."""
    cursor.expect("(")
    found: list[ast.Field] = []
    while not cursor.at(")"):
        found.append(_parameter(cursor))
        if cursor.at(")"):
            break
        comma = cursor.expect(",", "',' or ')'")
        if cursor.at(")"):
            cursor.report(
                rules.trailing_comma("a list of parameters"), cursor.span_of(comma), hint="remove it"
            )
    cursor.expect(")")
    return tuple(found)


def const(cursor: Cursor, start: int, attrs: tuple[ast.Attribute, ...]) -> ast.Const:
    cursor.expect("const")
    declared_type = type_(cursor)
    name = words.name(cursor, "the name of a constant")
    cursor.expect("=", "'=' and the value")
    value = words.constant(cursor, "a value")
    cursor.end_item(f"the constant '{name.text}'")
    return ast.Const(cursor.span_from(start), attrs, declared_type, name, value)


def _parameter(cursor: Cursor) -> ast.Field:
    start = cursor.token.start
    attrs = attributes(cursor)
    declared_type = type_(cursor)
    name = words.name(cursor, "the name of a parameter")
    ordinal = words.ordinal(cursor)
    _refuse_default(cursor, "a parameter")
    return ast.Field(cursor.span_from(start), attrs, declared_type, name, ordinal, None)


def _refuse_default(cursor: Cursor, what: str) -> None:
    if cursor.at("="):
        start = cursor.advance().start
        words.constant(cursor, "a value")
        cursor.report(rules.default_not_allowed(what), cursor.span_from(start))
