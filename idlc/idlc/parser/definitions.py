# SPDX-License-Identifier: Apache-2.0
"""Struct, union, interface, enum, feature."""

from __future__ import annotations

from idlc import ast
from idlc.diagnostics import rules
from idlc.parser import fields, words
from idlc.parser.attributes import attributes
from idlc.parser.bodies import Holder, body, end_definition, ends_without_brace, open_body
from idlc.parser.cursor import Cursor, Unwind
from idlc.parser.typenames import type_
from idlc.tokens import Kind, Token

Attributes = tuple[ast.Attribute, ...]


def definition(cursor: Cursor, start: int, attrs: Attributes) -> ast.Definition:
    """The definition at the cursor, which stands on its first word."""
    word = cursor.token.text
    if word == "const":
        return fields.const(cursor, start, attrs)
    if word == "enum":
        return _enum(cursor, start, attrs)
    first = cursor.advance()
    name = words.name(cursor, f"the name of the {word}")
    holder = Holder(word, name, first)
    if word == "struct":
        return _struct(cursor, start, attrs, holder)
    if word == "union":
        return _union(cursor, start, attrs, holder)
    if word == "interface":
        return _interface(cursor, start, attrs, holder)
    return _feature(cursor, start, attrs, holder)


def _struct(cursor: Cursor, start: int, attrs: Attributes, holder: Holder) -> ast.Struct:
    def member(at: int, its: Attributes) -> ast.Field | ast.Enum | ast.Const:
        return _nested(cursor, at, its) or fields.struct_field(cursor, at, its)

    if cursor.at(";"):
        cursor.advance()
        return ast.Struct(cursor.span_from(start), attrs, holder.name, None)
    members = body(cursor, holder, ("const", "enum"), member)
    end_definition(cursor, holder)
    return ast.Struct(cursor.span_from(start), attrs, holder.name, members)


def _union(cursor: Cursor, start: int, attrs: Attributes, holder: Holder) -> ast.Union:
    members = body(cursor, holder, (), lambda at, its: fields.union_member(cursor, at, its))
    end_definition(cursor, holder)
    return ast.Union(cursor.span_from(start), attrs, holder.name, members)


def _interface(cursor: Cursor, start: int, attrs: Attributes, holder: Holder) -> ast.Interface:
    def member(at: int, its: Attributes) -> ast.Method | ast.Enum | ast.Const:
        return _nested(cursor, at, its) or _method(cursor, at, its)

    members = body(cursor, holder, ("const", "enum"), member)
    end_definition(cursor, holder)
    return ast.Interface(cursor.span_from(start), attrs, holder.name, members)


def _feature(cursor: Cursor, start: int, attrs: Attributes, holder: Holder) -> ast.Feature:
    if holder.name.text == "feature":
        cursor.report(rules.keyword_as_name("feature"), holder.name.span, hint="choose another name")

    def member(at: int, its: Attributes) -> ast.Const:
        if not cursor.at("const"):
            cursor.fail_expected("'const'", hint="a feature holds constants only")
        return fields.const(cursor, at, its)

    constants = body(cursor, holder, ("const",), member)
    end_definition(cursor, holder)
    return ast.Feature(cursor.span_from(start), attrs, holder.name, constants)


def _nested(cursor: Cursor, start: int, attrs: Attributes) -> ast.Enum | ast.Const | None:
    if cursor.at("const"):
        return fields.const(cursor, start, attrs)
    return _enum(cursor, start, attrs) if cursor.at("enum") else None


def _method(cursor: Cursor, start: int, attrs: Attributes) -> ast.Method:
    name = words.name(cursor, "the name of a method")
    ordinal = words.ordinal(cursor)
    if not cursor.at("("):
        hint = "a method is a name and its parameters: 'Name(type parameter) => (type result);'"
        cursor.fail_expected("'('", hint=hint)
    parameters = fields.parameters(cursor)
    if cursor.at("(") or (cursor.at("result") and cursor.peek().text == "<"):
        cursor.fail_expected("'=>' in front of the response")
    response = _response(cursor) if cursor.accept("=>") else None
    cursor.end_item(f"the method '{name.text}'")
    return ast.Method(cursor.span_from(start), attrs, name, ordinal, parameters, response)


def _response(cursor: Cursor) -> ast.Parameters | ast.Result:
    start = cursor.token.start
    if not cursor.at("result"):
        if not cursor.at("("):
            hint = "a response has names like parameters: '=> (type name)'"
            cursor.fail_expected("'(' or 'result<...>'", hint=hint)
        parameters = fields.parameters(cursor)
        return ast.Parameters(cursor.span_from(start), parameters)
    cursor.advance()
    cursor.expect("<")
    success = type_(cursor)
    cursor.expect(",", "',' and the type of the failure")
    failure = type_(cursor)
    cursor.expect(">")
    return ast.Result(cursor.span_from(start), success, failure)


def _enum(cursor: Cursor, start: int, attrs: Attributes) -> ast.Enum:
    first = cursor.expect("enum")
    name = words.name(cursor, "the name of the enum")
    if cursor.at(";"):
        cursor.advance()
        return ast.Enum(cursor.span_from(start), attrs, name, None)
    holder = Holder("enum", name, first)
    values = _enum_values(cursor, holder)
    end_definition(cursor, holder)
    return ast.Enum(cursor.span_from(start), attrs, name, values)


def _enum_values(cursor: Cursor, holder: Holder) -> tuple[ast.EnumValue, ...]:
    open_body(cursor, holder, ())
    found: list[ast.EnumValue] = []
    while not cursor.at("}"):
        if ends_without_brace(cursor, holder, ()):
            return tuple(found)
        try:
            found.append(_enum_value(cursor))
            if ends_without_brace(cursor, holder, ()):
                return tuple(found)
            _end_enum_value(cursor)
        except Unwind:
            _skip_enum_value(cursor)
    cursor.advance()
    return tuple(found)


def _enum_value(cursor: Cursor) -> ast.EnumValue:
    start = cursor.token.start
    attrs = attributes(cursor)
    name = words.name(cursor, "the name of an enum value")
    value: ast.IntLiteral | ast.Ident | None = None
    if cursor.accept("="):
        found = words.constant(cursor, "a number or a name")
        if isinstance(found, (ast.IntLiteral, ast.Ident)):
            value = found
        else:
            cursor.report(rules.enum_value_not_int(f"'{found.span.text}'"), found.span)
    return ast.EnumValue(cursor.span_from(start), attrs, name, value)


def _end_enum_value(cursor: Cursor) -> None:
    """The comma. If it is missing before a value on a new line, reports that and goes on."""
    if cursor.at("}") or cursor.at_end or cursor.accept(","):
        return
    token: Token = cursor.token
    message = rules.unexpected(cursor.describe(token), "',' or '}'")
    if token.kind is Kind.NAME and cursor.is_first_on_line(token):
        cursor.report(message, cursor.span_of(token), hint="enum values are separated by commas")
        return
    cursor.fail(message, cursor.span_of(token), hint="enum values are separated by commas")


def _skip_enum_value(cursor: Cursor) -> None:
    while not cursor.at_end and not cursor.at("}"):
        if cursor.advance().text in (",", ";"):
            return
