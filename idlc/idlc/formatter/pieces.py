# SPDX-License-Identifier: Apache-2.0
"""Words and comments of a file in the order of the text, with the line ends around them."""

from __future__ import annotations

from typing import NamedTuple

from idlc.tokens import Kind, TokenizedFile


class Piece(NamedTuple):
    text: str
    is_comment: bool
    line_ends: int
    """How many line ends stand between the piece before and this one; 2 or more are a blank line."""
    ends_line: bool
    """True if a line end follows before the next piece."""

    @property
    def takes_rest_of_line(self) -> bool:
        return self.is_comment and self.text.startswith("//")


def pieces_of(file: TokenizedFile) -> list[Piece]:
    text = file.source.text
    spans = [(item.start, item.end, False) for item in file.tokens if item.kind is not Kind.END]
    spans += [(item.start, item.end, True) for item in file.comments]
    spans.sort()
    found: list[Piece] = []
    previous = 0
    for index, (start, end, is_comment) in enumerate(spans):
        following = spans[index + 1][0] if index + 1 < len(spans) else len(text)
        ends_line = "\n" in text[end:following] or following == len(text)
        line_ends = text.count("\n", previous, start)
        found.append(Piece(text[start:end].replace("\r\n", "\n").rstrip(), is_comment, line_ends, ends_line))
        previous = end
    return found
