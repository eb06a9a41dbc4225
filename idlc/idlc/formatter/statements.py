# SPDX-License-Identifier: Apache-2.0
"""Looks ahead: what kind of statement begins here, and whether it fits a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from idlc.formatter.pieces import Piece
from idlc.formatter.spacing import joined
from idlc.tokens import DEFINITION_WORDS

WIDTH = 100


@dataclass(frozen=True)
class Plan:
    """How to lay out the statement."""

    breaks_attributes: bool
    breaks_parameters: bool
    is_enum: bool
    is_module: bool


def plan(pieces: Sequence[Piece], start: int, depth: int, in_enum: bool) -> Plan:
    """The statement that begins at `start`."""
    statement = _statement(pieces, start, in_enum)
    words = [piece for piece in statement if not piece.is_comment]
    head = _behind_attributes(words)
    word = head[0].text if head else ""
    is_definition = word in DEFINITION_WORDS - {"const", "feature"} or _is_feature(head)
    indent = 2 * depth
    has_parameters = any(piece.text == "(" for piece in words)
    breaks_parameters = has_parameters and (
        indent + len(joined(words)) > WIDTH or _has_comment_in_parameters(statement)
    )
    first = words
    if breaks_parameters:
        first = words[: [piece.text for piece in words].index("(") + 1]
    is_too_long = indent + len(joined(first)) > WIDTH
    return Plan(is_definition or is_too_long, breaks_parameters, word == "enum", word == "module")


def _statement(pieces: Sequence[Piece], start: int, in_enum: bool) -> Sequence[Piece]:
    in_attributes = False
    for index in range(start, len(pieces)):
        piece = pieces[index]
        if piece.is_comment:
            continue
        in_attributes = (in_attributes or piece.text == "[") and piece.text != "]"
        if piece.text in (";", "{", "}") or (in_enum and piece.text == "," and not in_attributes):
            return pieces[start : index + 1]
    return pieces[start:]


def _behind_attributes(words: Sequence[Piece]) -> Sequence[Piece]:
    if not words or words[0].text != "[":
        return words
    for index, piece in enumerate(words):
        if piece.text == "]":
            return words[index + 1 :]
    return ()


def _is_feature(head: Sequence[Piece]) -> bool:
    """`feature` may also be the type of a field."""
    return len(head) > 2 and head[0].text == "feature" and head[2].text == "{"


def _has_comment_in_parameters(statement: Sequence[Piece]) -> bool:
    depth = 0
    for piece in statement:
        if piece.is_comment and depth > 0:
            return True
        depth += (piece.text == "(") - (piece.text == ")")
    return False
