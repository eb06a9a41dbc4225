# SPDX-License-Identifier: Apache-2.0
"""A whole file: the module statement, imports, definitions."""

from __future__ import annotations

from dataclasses import dataclass, field

from idlc import ast
from idlc.diagnostics import Diagnostics, Note, rules
from idlc.diagnostics.suggest import did_you_mean
from idlc.parser import words
from idlc.parser.attributes import attributes
from idlc.parser.bodies import at_definition
from idlc.parser.cursor import Cursor, TooManyErrors, Unwind
from idlc.parser.definitions import definition
from idlc.parser.strings import unescape
from idlc.source import Span
from idlc.tokens import DEFINITION_WORDS, Kind, TokenizedFile


_OTHER_LANGUAGES = {
    "class": "struct", "message": "struct", "record": "struct", "dictionary": "struct", "service": "interface",
    "protocol": "interface", "library": "module", "namespace": "module", "package": "module", "include": "import",
    "using": "import", "oneof": "union", "variant": "union", "constexpr": "const",
}  # fmt: skip


@dataclass
class _Found:
    """What was read so far."""

    module: ast.Module | None = None
    imports: list[ast.Import] = field(default_factory=list)
    definitions: list[ast.Definition] = field(default_factory=list)


def run(file: TokenizedFile, diagnostics: Diagnostics) -> ast.File:
    """The tree of a file; after errors it holds what could be understood."""
    cursor = Cursor(file, diagnostics)
    found = _Found()
    try:
        while not cursor.at_end:
            try:
                _statement(cursor, found)
            except Unwind:
                cursor.skip_item(in_body=False)
    except TooManyErrors:
        pass
    span = Span(file.source, 0, len(file.source.text))
    return ast.File(
        span, file.source, found.module, tuple(found.imports), tuple(found.definitions), file.comments
    )


def _statement(cursor: Cursor, found: _Found) -> None:
    start = cursor.token.start
    attrs = attributes(cursor)
    if cursor.at("module"):
        _module(cursor, start, attrs, found)
    elif cursor.at("import"):
        _import(cursor, start, attrs, found)
    elif at_definition(cursor) or (cursor.at("feature") and cursor.peek().kind is Kind.NAME):
        found.definitions.append(definition(cursor, start, attrs))
    else:
        _fail_statement(cursor)


def _fail_statement(cursor: Cursor) -> None:
    token = cursor.token
    hint = did_you_mean(token.text, DEFINITION_WORDS) if token.kind is Kind.NAME else ""
    if (known := _OTHER_LANGUAGES.get(token.text)) is not None:
        hint = f"did you mean '{known}'?"
    if cursor.at(";") or cursor.at("}"):
        cursor.advance()
        message = rules.unexpected(cursor.describe(token), "a definition")
        cursor.report(message, cursor.span_of(token), hint=f"remove the '{token.text}'")
        cursor.accept(";")
        return
    try:
        cursor.fail_expected("a definition (struct, union, interface, enum, const or feature)", hint=hint)
    finally:
        cursor.advance()


def _module(cursor: Cursor, start: int, attrs: tuple[ast.Attribute, ...], found: _Found) -> None:
    word = cursor.advance()
    name = words.ident(cursor, "the name of the module")
    cursor.end_item(f"the module statement '{name.text}'")
    if found.module is not None:
        note = Note("the first is here", found.module.span)
        cursor.report(rules.second_module(), cursor.span_of(word), note=note)
        return
    if found.imports or found.definitions:
        cursor.report(rules.module_not_first(), cursor.span_of(word), hint="move it to the top of the file")
    found.module = ast.Module(cursor.span_from(start), attrs, name)


def _import(cursor: Cursor, start: int, attrs: tuple[ast.Attribute, ...], found: _Found) -> None:
    word = cursor.advance()
    token = cursor.token
    if token.kind is not Kind.STRING:
        cursor.fail_expected(
            "the path of the file between double quotes", hint='as in: import "geometry/point.idl";'
        )
    cursor.advance()
    path = ast.StringLiteral(cursor.span_of(token), unescape(cursor, token))
    cursor.end_item(f"the import of {token.text}")
    if found.definitions:
        note = Note("the first definition is here", found.definitions[0].name.span)
        cursor.report(
            rules.late_import(), cursor.span_of(word), note=note, hint="move it above the definitions"
        )
    found.imports.append(ast.Import(cursor.span_from(start), attrs, path))
