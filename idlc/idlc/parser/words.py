# SPDX-License-Identifier: Apache-2.0
"""Names, dotted names, ordinals and literals."""

from __future__ import annotations

from idlc import ast
from idlc.diagnostics import rules
from idlc.limits import MAX_UINT32
from idlc.parser.cursor import Cursor
from idlc.parser.strings import unescape
from idlc.tokens import RESERVED_WORDS, Kind

MAX_DIGITS = 60
"""Longer numbers fit nothing, and reading millions of digits takes Python quadratic time."""


def at_name(cursor: Cursor) -> bool:
    return cursor.token.kind is Kind.NAME and cursor.token.text not in RESERVED_WORDS


def name(cursor: Cursor, what: str) -> ast.Name:
    """The name of something new; `what` says of what, as in "a field name"."""
    token = cursor.token
    if token.kind is Kind.NAME and token.text in RESERVED_WORDS:
        cursor.fail(rules.keyword_as_name(token.text), cursor.span_of(token), hint="choose another name")
    if token.kind is not Kind.NAME:
        cursor.fail_expected(what)
    cursor.advance()
    return ast.Name(cursor.span_of(token), token.text)


def ident(cursor: Cursor, what: str) -> ast.Ident:
    """A use of a name: `Point` or `geometry.Point`."""
    first = name(cursor, what)
    if not cursor.at("."):
        return ast.Ident(first.span, first.text)
    parts = [first.text]
    while cursor.accept("."):
        parts.append(name(cursor, "a name").text)
    return ast.Ident(cursor.span_from(first.span.start), ".".join(parts))


def ordinal(cursor: Cursor) -> ast.Ordinal | None:
    token = cursor.token
    if token.kind is not Kind.ORDINAL:
        return None
    cursor.advance()
    span, digits = cursor.span_of(token), token.text[1:]
    value = int(digits) if digits.isdecimal() and len(digits) <= MAX_DIGITS else 0
    if value > MAX_UINT32 or len(digits) > MAX_DIGITS:
        cursor.report(rules.ordinal_too_large(token.text), span)
        value = 0
    return ast.Ordinal(span, value)


def constant(cursor: Cursor, what: str) -> ast.Constant:
    """A literal or the name of a value."""
    found = literal(cursor)
    return found if found is not None else ident(cursor, what)


def literal(cursor: Cursor) -> ast.Literal | None:
    """The literal at the cursor, or None if there is none."""
    token = cursor.token
    if token.kind is Kind.STRING:
        cursor.advance()
        return ast.StringLiteral(cursor.span_of(token), unescape(cursor, token))
    if token.kind in (Kind.INT, Kind.FLOAT) or token.text in ("+", "-"):
        return number(cursor)
    if token.kind is not Kind.NAME or token.text not in ("true", "false", "default"):
        return None
    cursor.advance()
    span = cursor.span_of(token)
    return (
        ast.DefaultLiteral(span) if token.text == "default" else ast.BoolLiteral(span, token.text == "true")
    )


def number(cursor: Cursor) -> ast.IntLiteral | ast.FloatLiteral:
    """A number with an optional sign."""
    start = cursor.token.start
    sign = -1 if cursor.accept("-") else 1
    if sign == 1:
        cursor.accept("+")
    token = cursor.token
    if token.kind not in (Kind.INT, Kind.FLOAT):
        cursor.fail_expected("a number")
    cursor.advance()
    span = cursor.span_from(start)
    if token.kind is Kind.FLOAT:
        return ast.FloatLiteral(span, sign * float(token.text))
    return ast.IntLiteral(span, sign * _int_value(token.text))


def _int_value(text: str) -> int:
    if len(text) > MAX_DIGITS:
        return int("9" * MAX_DIGITS)
    return int(text, 16) if text[:2] in ("0x", "0X") else int(text)
