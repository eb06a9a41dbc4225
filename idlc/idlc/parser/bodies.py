# SPDX-License-Identifier: Apache-2.0
"""The loop over the members between `{` and `}`, the same for structs, unions, interfaces and features."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from idlc import ast
from idlc.diagnostics import rules
from idlc.parser.attributes import attributes
from idlc.parser.cursor import Cursor, Unwind
from idlc.tokens import DEFINITION_WORDS, Kind, Token

M = TypeVar("M")


@dataclass(frozen=True)
class Holder:
    """The definition around a body: its word, its name, and its first token, for messages and recovery."""

    word: str
    name: ast.Name
    start: Token

    @property
    def description(self) -> str:
        return f"the {self.word} '{self.name.text}'"


ParseMember = Callable[[int, tuple[ast.Attribute, ...]], M]


def open_body(cursor: Cursor, holder: Holder, nested: tuple[str, ...]) -> None:
    """The `{`. If only that is missing and members follow, they are read as such."""
    if not cursor.at("{") and (cursor.at("[") or cursor.at("}") or _member_follows(cursor, holder, nested)):
        cursor.report(rules.unexpected(cursor.describe(cursor.token), "'{'"), cursor.span_of(cursor.token))
    else:
        cursor.expect("{")


def body(cursor: Cursor, holder: Holder, nested: tuple[str, ...], member: ParseMember[M]) -> tuple[M, ...]:
    """All members up to and with the `}`. `nested` are the definition words allowed inside."""
    open_body(cursor, holder, nested)
    found: list[M] = []
    while not cursor.at("}"):
        if ends_without_brace(cursor, holder, nested):
            return tuple(found)
        try:
            start = cursor.token.start
            attrs = attributes(cursor)
            _refuse_definition(cursor, holder, nested)
            found.append(member(start, attrs))
        except Unwind:
            cursor.skip_item(in_body=True)
    cursor.advance()
    return tuple(found)


_SUSPICIOUS = DEFINITION_WORDS | {";", "["}


def ends_without_brace(cursor: Cursor, holder: Holder, nested: tuple[str, ...]) -> bool:
    """True if the body ends here though no `}` stands here, which is reported; takes the `;` that was to follow it."""
    if cursor.token.text not in _SUSPICIOUS and not cursor.at_end:
        return False  # nearly always, and soon decided
    if not (cursor.at_end or _begins_next_definition(cursor, holder) or _is_end(cursor, holder, nested)):
        return False
    hint = "write '};' where it ends"
    cursor.report(rules.unclosed_body(holder.word, holder.name.text), holder.name.span, hint=hint)
    cursor.accept(";")
    return True


def end_definition(cursor: Cursor, holder: Holder) -> None:
    """The `;` behind a definition. After a body that had no end nothing more is said."""
    if cursor.previous.text == "}" or cursor.at(";"):
        cursor.end_item(holder.description)


def at_definition(cursor: Cursor) -> bool:
    """True at a word that begins a definition; `feature` only where a name and a brace follow."""
    text = cursor.token.text
    if text == "feature":
        return cursor.peek().kind is Kind.NAME and cursor.peek(2).text == "{"
    return text in DEFINITION_WORDS


def _begins_next_definition(cursor: Cursor, holder: Holder) -> bool:
    """True if the token looks like the definition after this one, so that this one's `}` is missing."""
    first, word = cursor.token, _after_attributes(cursor, 0)
    if word.text in ("const", "enum") and holder.word != "enum":  # these may be members
        return False
    is_definition = word.text in DEFINITION_WORDS if first is not word or word.text != "feature" else at_definition(cursor)
    return is_definition and cursor.is_first_on_line(first) and cursor.column(first) <= cursor.column(holder.start)


def _is_end(cursor: Cursor, holder: Holder, nested: tuple[str, ...]) -> bool:
    """True at a `;` that looks like that of a `};`: the file ends behind it, or something comes that is no member."""
    if not cursor.at(";"):
        return False
    first, word = cursor.peek(), _after_attributes(cursor, 1)
    if word.kind is Kind.END:
        return True
    if word.text in DEFINITION_WORDS:
        starts_left = cursor.column(first) <= cursor.column(holder.start) and cursor.is_first_on_line(first)
        return starts_left or word.text not in nested
    # A field or a method is no enum value.
    return holder.word == "enum" and first.kind is Kind.NAME and cursor.peek(2).text not in (",", "=", "}", ";")


def _after_attributes(cursor: Cursor, ahead: int) -> Token:
    """The token that many behind the next one, or, if an attribute list begins there, the one behind that."""
    while cursor.peek(ahead).text == "[":
        while cursor.peek(ahead).text != "]" and cursor.peek(ahead).kind is not Kind.END:
            ahead += 1
        ahead += 1
    return cursor.peek(ahead)


def _member_follows(cursor: Cursor, holder: Holder, nested: tuple[str, ...]) -> bool:
    """True at a nested definition, and at a name behind which a `;` or `}` comes before any `{`."""
    token = cursor.token
    if token.text in nested:
        return not cursor.is_first_on_line(token) or cursor.column(token) > cursor.column(holder.start)
    if token.kind is not Kind.NAME or at_definition(cursor) or cursor.peek().text == ";":
        return False
    ahead = 1
    while cursor.peek(ahead).text not in ("{", ";", "}") and cursor.peek(ahead).kind is not Kind.END:
        ahead += 1
    return cursor.peek(ahead).text in (";", "}")


def _refuse_definition(cursor: Cursor, holder: Holder, nested: tuple[str, ...]) -> None:
    token = cursor.token
    if at_definition(cursor) and token.text not in nested:
        message = rules.misplaced_definition(with_article(token.text), with_article(holder.word))
        cursor.fail(message, cursor.span_of(token), hint=f"move it out of {holder.description}")


def with_article(word: str) -> str:
    return f"an {word}" if word in ("enum", "interface", "import") else f"a {word}"
