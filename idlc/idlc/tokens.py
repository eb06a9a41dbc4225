# SPDX-License-Identifier: Apache-2.0
"""The words of the language."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from idlc.source import SourceFile


class Kind(IntEnum):
    NAME = 1
    INT = 2
    FLOAT = 3
    STRING = 4
    ORDINAL = 5
    SYMBOL = 6
    END = 7


class Token(NamedTuple):
    """A piece of the text. Keywords are names here; the parser knows which are reserved. A tuple for speed."""

    kind: Kind
    text: str
    start: int
    end: int


class Comment(NamedTuple):
    """A comment with its signs."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class TokenizedFile:
    """The tokens of a file, the last of kind END, and its comments, both in the order of the text."""

    source: SourceFile
    tokens: tuple[Token, ...]
    comments: tuple[Comment, ...]
    after_strays: frozenset[int] = frozenset()
    """Where tokens begin that have a sign without meaning in front of them; that was reported."""


PRIMITIVE_NAMES = "bool int8 uint8 int16 uint16 int32 uint32 int64 uint64 float double string".split()

ENDPOINT_WORDS = (
    "pending_remote",
    "pending_receiver",
    "pending_associated_remote",
    "pending_associated_receiver",
)

RESERVED_WORDS = frozenset(
    "handle import module struct union interface enum const true false default array map".split()
) | frozenset(ENDPOINT_WORDS)
"""These cannot be names. `feature` and `result` are words where the grammar expects them, `hash_map` before `<`."""

DEFINITION_WORDS = frozenset(("module", "import", "struct", "union", "interface", "enum", "const", "feature"))
