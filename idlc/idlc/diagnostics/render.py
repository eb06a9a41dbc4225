# SPDX-License-Identifier: Apache-2.0
"""Diagnostics as text: file:line:column, message, the source line with a caret, notes and hints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from idlc.diagnostics.diagnostic import Diagnostic
from idlc.diagnostics.rule import Severity
from idlc.source import Span

WIDEST_LINE = 200
"""Longer source lines are cut around the place, so that generated files do not flood the terminal."""


@dataclass(frozen=True)
class Colours:
    """The terminal's sequences; all empty where colours are off."""

    error: str = ""
    warning: str = ""
    note: str = ""
    bold: str = ""
    off: str = ""


PLAIN = Colours()
ANSI = Colours("\x1b[1;31m", "\x1b[1;35m", "\x1b[1;36m", "\x1b[1m", "\x1b[0m")


def render(diagnostic: Diagnostic, colours: Colours = PLAIN) -> str:
    """All lines of one diagnostic, each ended."""
    return "".join(line + "\n" for line in _lines(diagnostic, colours))


def _lines(diagnostic: Diagnostic, colours: Colours) -> Iterator[str]:
    message = diagnostic.message
    colour = colours.error if message.severity is Severity.ERROR else colours.warning
    kind = f"{colour}{message.severity.value}[{message.code}]{colours.off}"
    yield f"{_place(diagnostic.span, colours)}{kind}: {colours.bold}{message.text}{colours.off}"
    if diagnostic.span is not None:
        yield from _excerpt(diagnostic.span, colour, colours)
    for note in diagnostic.notes:
        yield f"{_place(note.span, colours)}{colours.note}note{colours.off}: {note.text}"
        yield from _excerpt(note.span, colours.note, colours)
    if diagnostic.hint:
        yield f"  {colours.note}hint{colours.off}: {diagnostic.hint}"


def _place(span: Span | None, colours: Colours) -> str:
    if span is None:
        return "idlc: "
    line, column = span.position
    return f"{colours.bold}{_shown(span.file.path)}:{line}:{column}:{colours.off} "


def _excerpt(span: Span, colour: str, colours: Colours) -> Iterator[str]:
    line, column = span.position
    text = span.file.line_text(line)
    first = column - 1
    width = max(1, min(span.end - span.start, len(text) - first))
    if len(text) > WIDEST_LINE:
        cut = max(0, first - WIDEST_LINE // 2)
        text, first = text[cut : cut + WIDEST_LINE], first - cut
        width = min(width, len(text) - first)
    indent = "".join("\t" if letter == "\t" else " " for letter in text[:first])
    yield f"  {_shown(text)}"
    yield f"  {indent}{colour}^{'~' * (width - 1)}{colours.off}"


def _shown(text: str) -> str:
    """Control characters would move the terminal's cursor; each is shown as one replacement character."""
    return "".join(
        letter if letter == "\t" or letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )
