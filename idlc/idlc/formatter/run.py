# SPDX-License-Identifier: Apache-2.0
"""The formatter itself: one statement a line, bodies indented, enum values one a line.

It works on words and comments, not on the tree, so nothing can get lost. The outcome is read again and compared: if
it does not have the same words and documentation, an UnsafeLayout says so and the file should be left alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from idlc import ast, lexer, parser
from idlc.diagnostics import Diagnostics
from idlc.formatter.lines import Lines
from idlc.formatter.pieces import Piece, pieces_of
from idlc.formatter.statements import Plan, plan
from idlc.lower.docs import Docs
from idlc.source import SourceFile
from idlc.tokens import Kind, TokenizedFile
from idlc.walk import all_items

_COMMA = Piece(",", False, 0, False)


class UnsafeLayout(Exception):
    """The new layout would change the meaning of a comment. This is a bug, but one that costs nothing."""


def run(source: SourceFile, diagnostics: Diagnostics) -> str | None:
    """The text in its form; None after errors, which are reported."""
    words = lexer.run(source, diagnostics)
    tree = parser.run(words, diagnostics)
    if diagnostics.has_errors:
        return None
    text = _Writer(pieces_of(words)).run()
    _compare(source, words, tree, text)
    return text


def _compare(source: SourceFile, words: TokenizedFile, tree: ast.File, text: str) -> None:
    found = Diagnostics()
    new_words = lexer.run(SourceFile(source.path, source.import_path, text), found)
    new_tree = parser.run(new_words, found)
    if found.has_errors or _texts(words) != _texts(new_words) or _docs(tree) != _docs(new_tree):
        raise UnsafeLayout(source.path)


def _texts(file: TokenizedFile) -> list[str]:
    """All words, but for commas that end a list."""
    texts = [token.text for token in file.tokens if token.kind is not Kind.END]
    return [text for index, text in enumerate(texts) if text != "," or texts[index + 1 : index + 2] != ["}"]]


def _docs(tree: ast.File) -> list[str]:
    docs = Docs(tree)
    return [docs.of(item) for item in all_items(tree)]


class _Writer:
    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        self._lines = Lines()
        self._bodies: list[bool] = []
        """For each body around the current place: whether it is that of an enum."""
        self._plan = Plan(False, False, False, False)
        self._parentheses = 0
        self._attributes_are_open = False
        self._is_inside = False
        """True behind attributes that have a line of their own: the statement goes on."""
        self._closes_body = False

    def run(self) -> str:
        index = 0
        while index < len(self._pieces):
            index = self._piece(index)
        self._lines.end_line()
        return self._lines.text

    @property
    def _in_enum(self) -> bool:
        return bool(self._bodies) and self._bodies[-1]

    def _piece(self, index: int) -> int:
        """Writes the piece, or a few, and gives the index of the next."""
        piece = self._pieces[index]
        if piece.is_comment:
            return self._comment(index, piece)
        if self._begins_statement(piece):
            self._plan = plan(self._pieces, index, len(self._bodies), self._in_enum)
        following = self._pieces[index + 1] if index + 1 < len(self._pieces) else None
        if piece.text == "{":
            return self._open(index, piece, following)
        if piece.text == "}":
            self._close(piece)
        elif piece.text in ("[", "]"):
            self._attribute_bracket(piece)
        elif piece.text in ("(", ")") and self._plan.breaks_parameters:
            self._parenthesis(piece, following)
        elif piece.text == ",":
            self._comma(piece)
        else:
            self._lines.word(piece)
            if piece.text == ";":
                self._end_statement()
        return index + 1

    def _comment(self, index: int, piece: Piece) -> int:
        """A comment alone between an item of a list and its comma goes behind the comma, and stays nobody's."""
        in_list = (self._in_enum or self._parentheses > 0) and not self._lines.num_open
        after = index + 1
        while after < len(self._pieces) and self._pieces[after].is_comment:
            after += 1
        following = self._pieces[after].text if after < len(self._pieces) else ""
        if not (in_list and piece.line_ends and not self._lines.is_at_start and following in (",", "}", ")")):
            self._lines.comment(piece)
            return index + 1
        if following != ")":
            self._lines.separator(_COMMA)
        self._lines.end_line()
        for comment in self._pieces[index:after]:
            self._lines.comment(comment)
        self._lines.end_line(wants_blank=following == ",")
        return after + (following == ",")

    def _begins_statement(self, piece: Piece) -> bool:
        return self._lines.is_at_start and not self._parentheses and not self._is_inside and piece.text != "}"

    def _open(self, index: int, piece: Piece, following: Piece | None) -> int:
        self._is_inside = False
        self._lines.word(piece)
        if following is not None and following.text == "}" and not following.is_comment:
            self._lines.word(following)
            return index + 2
        self._bodies.append(self._plan.is_enum)
        self._lines.end_line(takes_comments=True)
        self._lines.depth += 1
        return index + 1

    def _close(self, piece: Piece) -> None:
        if self._in_enum and not self._lines.is_at_start:
            self._lines.separator(_COMMA)
        self._lines.end_line()
        self._lines.depth -= 1
        self._bodies.pop()
        self._plan = Plan(False, False, False, False)
        self._closes_body = True
        self._lines.word(piece)

    def _attribute_bracket(self, piece: Piece) -> None:
        is_first = piece.text == "[" and self._lines.is_at_start and not self._parentheses
        self._lines.word(piece)
        if is_first:
            self._attributes_are_open = True
        elif piece.text == "]" and self._attributes_are_open:
            self._attributes_are_open = False
            if self._plan.breaks_attributes:
                self._lines.end_line(takes_comments=True)
                self._is_inside = True

    def _parenthesis(self, piece: Piece, following: Piece | None) -> None:
        if piece.text == "(":
            self._lines.word(piece)
            if following is None or following.text != ")":
                self._parentheses += 1
                self._lines.end_line(takes_comments=True)
                self._lines.depth += 1
        else:
            if self._parentheses:
                self._lines.end_line()
                self._lines.depth -= 1
                self._parentheses -= 1
            self._lines.word(piece)

    def _comma(self, piece: Piece) -> None:
        if (self._in_enum or self._parentheses) and not self._lines.num_open:
            self._lines.separator(piece)
            self._lines.end_line()
        else:
            self._lines.word(piece)

    def _end_statement(self) -> None:
        is_body_end = self._closes_body and not self._bodies
        wants_blank = is_body_end or self._plan.is_module
        self._closes_body = self._is_inside = False
        self._lines.end_line(wants_blank=wants_blank)
