# SPDX-License-Identifier: Apache-2.0
"""The comments of the IDL as `///` comments."""

from __future__ import annotations

import textwrap
from itertools import groupby

from idlc.backends.cpp.wrap import WIDTH


def comment(doc: str, indent: int, sign: str = "///") -> list[str]:
    """Finished lines. A paragraph with a line that is too long is filled anew; others stay as they are."""
    start = " " * indent + sign
    return [f"{start} {line}".rstrip() for line in _lines(doc, WIDTH - len(start) - 1)]


def _lines(doc: str, width: int) -> list[str]:
    # A backslash at the end would make the next line of code a part of the comment.
    lines = [_printable(line).expandtabs().rstrip(" \\") for line in doc.split("\n")]
    found: list[str] = []
    for is_blank, group in groupby(lines, key=lambda line: not line):
        paragraph = list(group)
        if is_blank or all(len(line) <= width for line in paragraph):
            found.extend(paragraph)
        elif any(line.startswith((" ", "-", "*", "|")) for line in paragraph):
            found.extend(piece for line in paragraph for piece in _broken(line, width))
        else:
            found.extend(_broken(" ".join(paragraph), width))
    while found and not found[-1]:
        found.pop()
    return found


def _broken(line: str, width: int) -> list[str]:
    margin = " " * (len(line) - len(line.lstrip(" ")))
    return textwrap.wrap(
        line, width, subsequent_indent=margin, break_long_words=False, break_on_hyphens=False
    ) or [""]


def _printable(line: str) -> str:
    return "".join(char if char.isprintable() or char == "\t" else " " for char in line)
