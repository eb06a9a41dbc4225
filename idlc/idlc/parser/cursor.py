# SPDX-License-Identifier: Apache-2.0
"""The parser's place in the tokens, and the ways to go on after an error."""

from __future__ import annotations

from typing import NoReturn

from idlc.diagnostics import Diagnostics, Message, Note, rules
from idlc.limits import MAX_SYNTAX_ERRORS
from idlc.source import SourceFile, Span
from idlc.tokens import DEFINITION_WORDS, Kind, Token, TokenizedFile


class Unwind(Exception):
    """Leaves the half-parsed item; its error is already reported."""


class TooManyErrors(Exception):
    """Leaves the file."""


class Cursor:
    """Reads tokens one by one. `token` is the next one, never past the END token."""

    def __init__(self, file: TokenizedFile, diagnostics: Diagnostics) -> None:
        self.source: SourceFile = file.source
        self.diagnostics = diagnostics
        self._tokens = file.tokens
        self._after_strays = file.after_strays
        self._index = 0
        self._errors = 0
        self.token: Token = file.tokens[0]

    # --- reading

    def advance(self) -> Token:
        """Takes the next token."""
        taken = self.token
        if taken.kind is not Kind.END:
            self._index += 1
            self.token = self._tokens[self._index]
        return taken

    def peek(self, ahead: int = 1) -> Token:
        return self._tokens[min(self._index + ahead, len(self._tokens) - 1)]

    def at(self, text: str) -> bool:
        """True if the next token is this symbol or word."""
        return self.token.text == text

    def accept(self, text: str) -> bool:
        """Takes the token if it is this one."""
        if self.token.text != text:
            return False
        self.advance()
        return True

    def expect(self, text: str, expected: str = "") -> Token:
        if self.token.text != text:
            self.fail_expected(expected or f"'{text}'")
        return self.advance()

    @property
    def at_end(self) -> bool:
        return self.token.kind is Kind.END

    @property
    def previous(self) -> Token:
        return self._tokens[max(self._index - 1, 0)]

    # --- spans

    def span_of(self, token: Token) -> Span:
        return Span(self.source, token.start, token.end)

    def span_from(self, start: int) -> Span:
        """From an offset to the end of the last token taken."""
        return Span(self.source, start, self.previous.end)

    # --- errors

    def report(self, message: Message, span: Span, *, note: Note | None = None, hint: str = "") -> None:
        """Reports and goes on."""
        self.diagnostics.report(message, span, note=note, hint=hint)
        self._errors += 1
        if self._errors >= MAX_SYNTAX_ERRORS:
            self.diagnostics.report(rules.too_many_errors(MAX_SYNTAX_ERRORS), span)
            raise TooManyErrors

    def fail(self, message: Message, span: Span, *, hint: str = "") -> NoReturn:
        """Reports and leaves the item."""
        self.report(message, span, hint=hint)
        raise Unwind

    def fail_expected(self, expected: str, hint: str = "") -> NoReturn:
        """Says nothing where the sign in front was reported: that is what is wrong here."""
        if self.token.start in self._after_strays:
            raise Unwind
        self.fail(rules.unexpected(self.describe(self.token), expected), self.span_of(self.token), hint=hint)

    @staticmethod
    def describe(token: Token) -> str:
        if token.kind is Kind.END:
            return "the end of the file"
        return token.text if token.kind is Kind.STRING else f"'{token.text}'"

    # --- recovery

    def end_item(self, what: str) -> None:
        """Takes the `;` after an item. If it is missing where a new line or a `}` follows, reports that and goes on."""
        if self.token.text == ";" and self.token.kind is Kind.SYMBOL:
            self.advance()
            return
        if not (self.at_end or self.at("}") or self.is_first_on_line(self.token)):
            self.fail_expected("';'")
        place = self.previous
        self.report(rules.missing_semicolon(what), Span(self.source, place.end - 1, place.end))

    def is_first_on_line(self, token: Token) -> bool:
        line_start = self.source.text.rfind("\n", 0, token.start) + 1
        return not self.source.text[line_start : token.start].strip()

    def column(self, token: Token) -> int:
        return token.start - self.source.text.rfind("\n", 0, token.start)

    def skip_item(self, *, in_body: bool) -> None:
        """After an error: skips past the next `;`, or up to the `}` that ends the body, stepping over inner braces.

        Outside of bodies it also stops before a word that begins a definition on a line of its own.
        """
        depth = 0
        while not self.at_end:
            text = self.token.text
            if text == "{":
                depth += 1
            elif text == "}":
                if depth == 0 and in_body:
                    return
                depth = max(0, depth - 1)
            elif text == ";" and depth == 0:
                self.advance()
                return
            elif (
                not in_body and depth == 0 and text in DEFINITION_WORDS and self.is_first_on_line(self.token)
            ):
                return
            self.advance()
