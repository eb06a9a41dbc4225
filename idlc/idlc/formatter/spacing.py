# SPDX-License-Identifier: Apache-2.0
"""Where a blank stands between two words of one line."""

from __future__ import annotations

from collections.abc import Sequence

from idlc.formatter.pieces import Piece

_NONE_BEFORE = frozenset((";", ",", ")", "]", ">", "?", ".", "<", "(", "}"))
_NONE_BEHIND = frozenset(("(", "[", "<", ".", "{"))
_TIGHT_IN_ATTRIBUTES = frozenset(("=", "|", "&"))


def joined(pieces: Sequence[Piece]) -> str:
    """The pieces of a line as text. A comment at the end has two blanks before it, one elsewhere has one."""
    found: list[str] = []
    num_words = len(pieces)  # up to the last that is no comment
    while num_words and pieces[num_words - 1].is_comment:
        num_words -= 1
    in_attributes = is_signed = False
    before: Piece | None = None
    for index, piece in enumerate(pieces):
        if before is not None:
            found.append(_gap(before, piece, in_attributes, is_signed, is_last=index >= num_words))
        found.append(piece.text)
        in_attributes = (in_attributes or piece.text == "[") and piece.text != "]"
        is_signed = piece.text in ("+", "-") and not piece.is_comment
        before = piece
    return "".join(found)


def _gap(before: Piece, piece: Piece, in_attributes: bool, is_signed: bool, *, is_last: bool) -> str:
    if piece.is_comment:
        return "  " if is_last and not before.is_comment else " "
    if before.is_comment:
        return "" if piece.text in (",", ";") else " "
    if before.text == "=>":
        return " "
    if is_signed or piece.text in _NONE_BEFORE or before.text in _NONE_BEHIND or piece.text.startswith("@"):
        return ""
    if in_attributes and (piece.text in _TIGHT_IN_ATTRIBUTES or before.text in _TIGHT_IN_ATTRIBUTES):
        return ""
    return " "
