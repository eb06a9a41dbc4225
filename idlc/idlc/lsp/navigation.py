# SPDX-License-Identifier: Apache-2.0
"""From a name to where it is defined, and to everywhere it is used."""

from __future__ import annotations

from collections.abc import Iterator

from idlc.loader import LoadedFile
from idlc.lsp.json_rpc import Json, Params
from idlc.lsp.occurrences import Occurrence
from idlc.lsp.places import offset_of, range_of
from idlc.lsp.project import Project
from idlc.lsp.snapshot import Snapshot
from idlc.source import Span
from idlc.types import DefName


def name_at(project: Project, params: Params) -> tuple[Snapshot, LoadedFile, Occurrence] | None:
    """The name that a TextDocumentPositionParams points to."""
    path, document = project.document(params)
    offset = offset_of(document.text, params.get("position"))
    snapshot = project.snapshot([path])
    file = snapshot.file(path)
    found = snapshot.at(file, offset) if file is not None else None
    return (snapshot, file, found) if file is not None and found is not None else None


def declaration_of(snapshot: Snapshot, target: DefName) -> Occurrence | None:
    for file in snapshot.loaded.files:
        if file.import_path == target.file:
            for item in snapshot.occurrences(file):
                if item.node is not None and item.target == target:
                    return item
    return None


def uses_of(project: Project, target: DefName) -> Iterator[Occurrence]:
    """In all known files. Only those are read by the compiler that have the word in their text."""
    snapshot = project.snapshot(project.files_with([target.short]))
    for file in snapshot.loaded.files:
        for item in snapshot.occurrences(file):
            if item.target == target:
                yield item


def definition(project: Project, params: Params) -> Json:
    if (imported := _import_at(project, params)) is not None:
        return _location(project, Span(imported.tree.source, 0, 0))
    if (found := name_at(project, params)) is None:
        return None
    declaration = declaration_of(found[0], found[2].target)
    return _location(project, declaration.span) if declaration is not None else None


def references(project: Project, params: Params) -> Json:
    if (found := name_at(project, params)) is None:
        return None
    with_declaration = params.maybe("context").maybe("includeDeclaration").value is not False
    return [
        _location(project, item.span)
        for item in uses_of(project, found[2].target)
        if with_declaration or item.node is None
    ]


def highlights(project: Project, params: Params) -> Json:
    """The same name elsewhere in the file."""
    if (found := name_at(project, params)) is None:
        return None
    snapshot, file, name = found
    return [{"range": range_of(item.span)} for item in snapshot.occurrences(file) if item.target == name.target]


def _import_at(project: Project, params: Params) -> LoadedFile | None:
    path, document = project.document(params)
    offset = offset_of(document.text, params.get("position"))
    file = project.snapshot([path]).file(path)
    for item in file.imports if file is not None else ():
        if item.node.path.span.start <= offset <= item.node.path.span.end:
            return item.file
    return None


def _location(project: Project, span: Span) -> Json:
    return {"uri": project.uri(span.file.path), "range": range_of(span)}
