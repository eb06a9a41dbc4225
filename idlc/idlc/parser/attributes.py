# SPDX-License-Identifier: Apache-2.0
"""Attribute lists: `[Sync, MinVersion=2, EnableIf=a|b]`."""

from __future__ import annotations

from idlc import ast
from idlc.diagnostics import rules
from idlc.parser import words
from idlc.parser.cursor import Cursor


def attributes(cursor: Cursor) -> tuple[ast.Attribute, ...]:
    """The list at the cursor; empty where there is none."""
    if not cursor.at("["):
        return ()
    cursor.advance()
    found: list[ast.Attribute] = []
    while not cursor.at("]"):
        found.append(_attribute(cursor))
        if cursor.at("]"):
            break
        comma = cursor.expect(",", "',' or ']'")
        if cursor.at("]"):
            cursor.report(
                rules.trailing_comma("a list of attributes"), cursor.span_of(comma), hint="remove it"
            )
    cursor.expect("]")
    if cursor.at("["):
        hint = "write all attributes in one list, with commas between"
        cursor.report(rules.second_attribute_list(), cursor.span_of(cursor.token), hint=hint)
        found.extend(attributes(cursor))
    return tuple(found)


def _attribute(cursor: Cursor) -> ast.Attribute:
    name = words.name(cursor, "the name of an attribute")
    value = _value(cursor) if cursor.accept("=") else None
    return ast.Attribute(cursor.span_from(name.span.start), name, value)


def _value(cursor: Cursor) -> ast.Literal | ast.Ident | ast.Choice:
    literal = words.literal(cursor)
    if literal is not None:
        return literal
    first = words.ident(cursor, "the value of an attribute")
    operator = cursor.token.text
    if operator not in ("|", "&"):
        return first
    names = [ast.Name(first.span, first.text)]
    while cursor.token.text in ("|", "&"):
        if not cursor.at(operator):
            cursor.fail(rules.mixed_operators(), cursor.span_of(cursor.token))
        cursor.advance()
        names.append(words.name(cursor, "the name of a feature"))
    return ast.Choice(cursor.span_from(first.span.start), operator, tuple(names))
