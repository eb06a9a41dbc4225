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


def body(cursor: Cursor, holder: Holder, nested: tuple[str, ...], member: ParseMember[M]) -> tuple[M, ...]:
    """All members up to and with the `}`. `nested` are the definition words allowed inside."""
    cursor.expect("{")
    found: list[M] = []
    while not cursor.at("}"):
        if cursor.at_end or _begins_next_definition(cursor, holder):
            span = holder.name.span
            hint = "write '};' where it ends"
            cursor.report(rules.unclosed_body(holder.word, holder.name.text), span, hint=hint)
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
    token = cursor.token
    if not at_definition(cursor) or token.text in ("const", "enum"):
        return False
    return cursor.is_first_on_line(token) and cursor.column(token) <= cursor.column(holder.start)


def _refuse_definition(cursor: Cursor, holder: Holder, nested: tuple[str, ...]) -> None:
    token = cursor.token
    if at_definition(cursor) and token.text not in nested:
        message = rules.misplaced_definition(with_article(token.text), with_article(holder.word))
        cursor.fail(message, cursor.span_of(token), hint=f"move it out of {holder.description}")


def with_article(word: str) -> str:
    return f"an {word}" if word in ("enum", "interface", "import") else f"a {word}"
