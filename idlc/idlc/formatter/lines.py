# SPDX-License-Identifier: Apache-2.0
"""Collects pieces into lines, and finds a place for every comment.

The compiler takes some comments for documentation: those that stand alone directly above an item, and the last one
behind it on its line. A comment must not become the documentation of something by being moved. So:

- one that stood alone stands alone, with the blank lines around it;
- one at the end of a line stays at the end of that line;
- one between two items on one line belongs to neither; it gets blank lines around it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from idlc.formatter.pieces import Piece
from idlc.formatter.spacing import joined

INDENT = "  "


@dataclass
class Line:
    depth: int
    has_blank_before: bool
    pieces: list[Piece] = field(default_factory=list)
    takes_comments: bool = False
    """True for a line that ends inside of something: a comment behind it is nobody's documentation."""

    @property
    def text(self) -> str:
        first = INDENT * self.depth + joined(self.pieces)
        return _even_stars(first, len(INDENT * self.depth)) if "\n" in first else first


def _even_stars(text: str, column: int) -> str:
    """The lines of a block comment that begin with a star, one column behind its slash."""
    first, *others = text.split("\n")
    place = first.find("/*") if first.find("/*") >= 0 else column
    even = [
        " " * (place + 1) + line.lstrip() if line.lstrip().startswith("*") else line.rstrip()
        for line in others
    ]
    return "\n".join([first.rstrip(), *even])


class Lines:
    def __init__(self) -> None:
        self.done: list[Line] = []
        self.depth = 0
        self.num_open = 0
        """How many `<` and `[` are open."""
        self._current: Line | None = None
        self._wants_blank = False

    @property
    def text(self) -> str:
        return "".join(("\n" if line.has_blank_before else "") + line.text + "\n" for line in self.done)

    def word(self, piece: Piece) -> None:
        current = self._current
        if current is not None and current.pieces and current.pieces[-1].takes_rest_of_line:
            self.end_line(takes_comments=True)
            current = None
            self._begin(self.depth + 1, has_blank_before=False)
        if self._current is None:
            self._begin(self.depth, self._blank_before(piece))
        assert self._current is not None
        self._current.pieces.append(piece)
        self.num_open += (piece.text in ("<", "[")) - (piece.text in (">", "]"))

    def separator(self, piece: Piece) -> None:
        """A comma behind an item: in front of the comments behind the item on its line."""
        current = self._current
        if current is None:
            self.word(piece)
            return
        index = len(current.pieces)
        while index > 0 and _is_behind(current.pieces[index - 1]):
            index -= 1
        if index == len(current.pieces):
            self.word(piece)
        else:
            current.pieces.insert(index, piece)

    def comment(self, piece: Piece) -> None:
        if self._current is not None:
            if self._current.pieces[-1].takes_rest_of_line:
                self.end_line(takes_comments=True)
                self._begin(self.depth + 1, has_blank_before=False)
            self._current.pieces.append(piece)
        elif piece.line_ends or not self.done:
            self._alone(piece, self._blank_before(piece))
        elif piece.ends_line or self.done[-1].takes_comments:
            self.done[-1].pieces.append(piece)
        else:
            self._alone(piece, bool(self.done))
            self._wants_blank = True

    def end_line(self, *, takes_comments: bool = False, wants_blank: bool = False) -> None:
        """Ends the current line, if there is one. `wants_blank` asks for a blank line before the next."""
        if self._current is not None:
            self._current.takes_comments = takes_comments
            self.done.append(self._current)
            self._current = None
        self._wants_blank = wants_blank

    @property
    def is_at_start(self) -> bool:
        return self._current is None

    def _alone(self, piece: Piece, has_blank_before: bool) -> None:
        self._begin(self.depth, has_blank_before)
        assert self._current is not None
        self._current.pieces.append(piece)
        self.end_line()

    def _begin(self, depth: int, has_blank_before: bool) -> None:
        self._current = Line(depth, has_blank_before)
        self._wants_blank = False

    def _blank_before(self, piece: Piece) -> bool:
        """Blank lines stay, but not at the beginning and the end of what is inside brackets."""
        if not self.done or (self.done[-1].takes_comments and not self._wants_blank):
            return False
        return (piece.line_ends >= 2 or self._wants_blank) and piece.text not in ("}", ")")


def _is_behind(piece: Piece) -> bool:
    return piece.is_comment and piece.ends_line and not piece.line_ends
