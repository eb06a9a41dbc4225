# SPDX-License-Identifier: Apache-2.0
"""Diagnostics as editors take them, and the corrections that their hints contain."""

from __future__ import annotations

import re
from collections.abc import Sequence

from idlc import lint
from idlc.diagnostics import Diagnostics
from idlc.diagnostics.diagnostic import Diagnostic
from idlc.lint.subject import Subject
from idlc.lsp.json_rpc import Json, Params
from idlc.lsp.places import offset_of, range_of
from idlc.lsp.project import Project

_DID_YOU_MEAN = re.compile(r"did you mean '([^']+)'\?")
_WRITE = re.compile(r"write '([^']+)'")
_REPLACED_WHOLE = ("E0212", "E0213")
"""Diagnostics whose hint "write '...'" says what to write in place of all that is marked."""


def problems_of_open_files(project: Project) -> dict[str, list[Diagnostic]]:
    """By path: those of all open files, empty lists included, and of the files they import."""
    found: dict[str, list[Diagnostic]] = {path: [] for path in project.documents}
    if not found:
        return found
    for item in _all(project, list(found)):
        path = item.span.file.path if item.span is not None else next(iter(found))
        found.setdefault(path, []).append(item)
    return found


def _all(project: Project, paths: Sequence[str]) -> tuple[Diagnostic, ...]:
    snapshot = project.snapshot(paths)
    found = snapshot.diagnostics.sorted
    if not project.settings.lints or not snapshot.modules:
        return found
    diagnostics = Diagnostics()
    for file in snapshot.loaded.requested:
        lint.run(Subject(snapshot.modules[file.import_path], file.tree), diagnostics)
    return found + diagnostics.sorted


def problem(project: Project, item: Diagnostic) -> Json:
    """A `Diagnostic` of the protocol."""
    hint = f"\nhint: {item.hint}" if item.hint else ""
    nowhere: Json = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
    found: dict[str, Json] = {
        "range": range_of(item.span) if item.span is not None else nowhere,
        "severity": 1 if item.is_error else 2,
        "code": item.message.code,
        "source": "idlc",
        "message": item.message.text + hint,
    }
    if item.notes:
        found["relatedInformation"] = [
            {
                "location": {"uri": project.uri(note.span.file.path), "range": range_of(note.span)},
                "message": note.text,
            }
            for note in item.notes
        ]
    return found


def quick_fixes(project: Project, params: Params) -> Json:
    """For each misspelt word in the range, the spelling that was meant."""
    path, document = project.document(params)
    start, end = (offset_of(document.text, params.get("range").get(key)) for key in ("start", "end"))
    found: list[Json] = []
    for item in project.snapshot([path]).diagnostics.sorted:
        span, word = item.span, _correction(item)
        if word is None or span is None or span.file.path != path or span.end < start or end < span.start:
            continue
        edit: Json = {"range": range_of(span), "newText": word}
        found.append(
            {
                "title": f"Change to '{word}'",
                "kind": "quickfix",
                "isPreferred": True,
                "diagnostics": [problem(project, item)],
                "edit": {"changes": {document.uri: [edit]}},
            }
        )
    return found


def _correction(item: Diagnostic) -> str | None:
    pattern = _WRITE if item.message.code in _REPLACED_WHOLE else _DID_YOU_MEAN
    found = pattern.search(item.hint)
    return found[1] if found is not None else None
