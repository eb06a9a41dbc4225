# SPDX-License-Identifier: Apache-2.0
"""Where findings go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from idlc.diagnostics import Diagnostics, Message, Note
from idlc.source import Span


@dataclass(frozen=True)
class Report:
    """Collects the changes of the kinds asked for."""

    diagnostics: Diagnostics
    kinds: frozenset[str]
    """The beginnings of the numbers that count: "B1" for the wire, "B2" for the source."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """The new full name of each definition that has one, by its old full name."""

    def change(self, message: Message, old: Span, new: Span, hint: str = "") -> None:
        if message.code[:2] in self.kinds:
            self.diagnostics.report(message, new, note=Note("it was here before", old), hint=hint)
