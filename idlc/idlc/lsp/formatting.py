# SPDX-License-Identifier: Apache-2.0
"""The layout of `idlc format`, as one edit of the lines that change."""

from __future__ import annotations

import os

from idlc import formatter
from idlc.diagnostics import Diagnostics
from idlc.lsp.json_rpc import Json, Params
from idlc.lsp.places import lines_of
from idlc.lsp.project import Project
from idlc.source import SourceFile


def format_document(project: Project, params: Params) -> Json:
    """Null for a file with mistakes of grammar: its diagnostics say what is wrong, and an editor that formats whenever
    it saves should not say it twice."""
    path, document = project.document(params)
    try:
        new = formatter.run(SourceFile(path, path, document.text), Diagnostics())
    except formatter.UnsafeLayout:
        return None
    if new is None:
        return None
    return [] if new == document.text else [_edit(document.text, new)]


def _edit(old: str, new: str) -> Json:
    """Whole lines; those that stay the same at the beginning and at the end are left alone, so that cursors stay too."""
    start = old.rfind("\n", 0, len(os.path.commonprefix((old, new)))) + 1
    tail = len(os.path.commonprefix((old[start:][::-1], new[start:][::-1])))
    line_end = old.find("\n", len(old) - tail)
    end = line_end + 1 if line_end >= 0 else len(old)
    return {"range": lines_of(old).range(start, end), "newText": new[start : len(new) - (len(old) - end)]}
