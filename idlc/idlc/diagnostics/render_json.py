# SPDX-License-Identifier: Apache-2.0
"""Diagnostics for editors: one JSON object a line."""

from __future__ import annotations

import json

from idlc.diagnostics.diagnostic import Diagnostic
from idlc.source import Span


def render_json(diagnostic: Diagnostic) -> str:
    """One line, ended. Lines and columns count from 1; the end is the place behind the last character."""
    message = diagnostic.message
    found = {
        "code": message.code,
        "severity": message.severity.value,
        "message": message.text,
        "place": _place(diagnostic.span),
        "notes": [{"message": note.text, "place": _place(note.span)} for note in diagnostic.notes],
        "hint": diagnostic.hint,
    }
    return json.dumps(found) + "\n"


def _place(span: Span | None) -> dict[str, str | int] | None:
    if span is None:
        return None
    start, end = span.position, span.file.position(span.end)
    return {
        "file": span.file.path,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
    }
