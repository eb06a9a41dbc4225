# SPDX-License-Identifier: Apache-2.0
"""One finding, and the collection a run fills."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from idlc.diagnostics.rule import Message, Severity
from idlc.source import SourceFile, Span


@dataclass(frozen=True)
class Note:
    """Points to another place that is part of the story."""

    text: str
    span: Span


@dataclass(frozen=True)
class Diagnostic:
    """A message at a place. `hint` says what to do. `span` is None where no file could be read."""

    message: Message
    span: Span | None
    notes: tuple[Note, ...] = ()
    hint: str = ""

    @property
    def is_error(self) -> bool:
        return self.message.severity is Severity.ERROR

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        if self.span is None:
            return ("", 0, 0, self.message.code, self.message.text)
        return (self.span.file.path, self.span.start, self.span.end, self.message.code, self.message.text)


class Diagnostics:
    """Everything found in a run. The same message at the same place counts once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int, int, str, str], Diagnostic] = {}

    def report(
        self, message: Message, span: Span | None, *, note: Note | None = None, hint: str = ""
    ) -> None:
        self.add(Diagnostic(message, span, (note,) if note else (), hint))

    def add(self, diagnostic: Diagnostic) -> None:
        self._found.setdefault(diagnostic.sort_key, diagnostic)

    def make_warnings_errors(self, codes: Sequence[str]) -> None:
        """Turns the warnings of these numbers into errors; they keep their number."""
        for key, item in self._found.items():
            if item.message.code in codes:
                self._found[key] = replace(item, message=replace(item.message, severity=Severity.ERROR))

    def keep_warnings_of(self, files: Collection[SourceFile]) -> None:
        """Drops warnings about other files: those are told to whoever compiles them."""
        for key, item in list(self._found.items()):
            if not item.is_error and item.span is not None and item.span.file not in files:
                del self._found[key]

    @property
    def num_errors(self) -> int:
        return sum(item.is_error for item in self._found.values())

    @property
    def has_errors(self) -> bool:
        return self.num_errors > 0

    @property
    def sorted(self) -> tuple[Diagnostic, ...]:
        """By file, then place."""
        return tuple(self._found[key] for key in sorted(self._found))
