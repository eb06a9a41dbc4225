# SPDX-License-Identifier: Apache-2.0
"""Places as editors count them: lines and columns from 0, columns in units of UTF-16, lines ended by \\n, \\r\\n or \\r.

The compiler counts characters, and only \\n ends its lines; so offsets are the common ground, and lines are counted anew.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from idlc.lsp.json_rpc import Json, Params
from idlc.source import Span

_LINE_END = re.compile(r"\r\n|\n|\r")


class Lines:
    """The lines of a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0] + [match.end() for match in _LINE_END.finditer(text)]
        self._is_ascii = text.isascii()

    def offset(self, line: int, column: int) -> int:
        """A place behind the end of its line or of the text is that end, as the protocol demands."""
        if line >= len(self._starts):
            return len(self._text)
        start = self._starts[line]
        end = self._starts[line + 1] if line + 1 < len(self._starts) else len(self._text)
        text = self._text[start:end].rstrip("\r\n")
        if self._is_ascii:
            return start + min(column, len(text))
        for index, letter in enumerate(text):
            if column <= 0:
                return start + index
            column -= _units(letter)
        return start + len(text)

    def place(self, offset: int) -> Json:
        line = bisect_right(self._starts, offset) - 1
        start = self._starts[line]
        if self._is_ascii:
            return {"line": line, "character": offset - start}
        return {"line": line, "character": sum(map(_units, self._text[start:offset]))}

    def range(self, start: int, end: int) -> Json:
        return {"start": self.place(start), "end": self.place(end)}


def _units(letter: str) -> int:
    return 2 if letter > "\uffff" else 1


@lru_cache(maxsize=64)
def lines_of(text: str) -> Lines:
    return Lines(text)


def range_of(span: Span) -> Json:
    return lines_of(span.file.text).range(span.start, span.end)


def offset_of(text: str, position: Params) -> int:
    """The offset behind a `Position` of the protocol."""
    return lines_of(text).offset(position.get("line").number, position.get("character").number)
