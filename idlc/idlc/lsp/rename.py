# SPDX-License-Identifier: Apache-2.0
"""Renaming: all declarations and uses in all known files, or a refusal that says why.

Whether a new name is possible is not worked out by rules. The edit is tried: the compiler reads the files as they would be,
and if it finds a mistake that was not there before, or a name that now means something else, nothing is changed. That
covers clashes, shadowed names and the names the compiler makes by itself.
"""

from __future__ import annotations

import re
from collections import Counter

from idlc import ast, lexer
from idlc.diagnostics import Diagnostics
from idlc.loader import LoadedFile, parse
from idlc.lsp.json_rpc import Code, Json, Params, RpcError
from idlc.lsp.navigation import declaration_of, name_at
from idlc.lsp.occurrences import Occurrence
from idlc.lsp.places import range_of
from idlc.lsp.project import Project
from idlc.lsp.snapshot import Snapshot
from idlc.source import SourceFile
from idlc.tokens import RESERVED_WORDS
from idlc.types import DefName
from idlc.walk import all_items

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def prepare_rename(project: Project, params: Params) -> Json:
    """The place of the name, so that the editor can ask for a new one; null where nothing can be renamed."""
    found = name_at(project, params)
    if found is None or declaration_of(found[0], found[2].target) is None:
        return None
    span = found[2].span
    return {"range": range_of(span), "placeholder": span.text}


def rename(project: Project, params: Params) -> Json:
    new_name = params.get("newName").text
    found = name_at(project, params)
    if found is None or declaration_of(found[0], found[2].target) is None:
        raise _refused("there is no name here that can be changed")
    target = found[2].target
    if not _NAME.fullmatch(new_name):
        raise _refused(f"'{new_name[:100]}' is not a name: a letter or '_', then letters, digits and '_'")
    if new_name in RESERVED_WORDS:
        raise _refused(f"'{new_name}' is a word of the language and cannot be a name")
    if new_name == target.short:
        return {"changes": {}}
    paths = project.files_with([target.short, new_name])
    before = project.snapshot(paths)
    _refuse_hidden_uses(before, target.short)
    places = [item for file in before.loaded.files for item in before.occurrences(file) if item.target == target]
    changes: dict[str, list[Json]] = {}
    for item in places:
        edit: Json = {"range": range_of(item.span), "newText": new_name}
        changes.setdefault(project.uri(item.span.file.path), []).append(edit)
    after = project.with_texts(_new_texts(places, new_name)).snapshot(paths)
    _refuse_new_mistakes(before, after, new_name)
    _refuse_new_meanings(before, after, target, new_name)
    return {"changes": {uri: list(edits) for uri, edits in changes.items()}}


def _new_texts(places: list[Occurrence], new_name: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for item in reversed(places):  # from the end of each file, so that offsets stay right
        text = texts.get(item.span.file.path, item.span.file.text)
        texts[item.span.file.path] = text[: item.span.start] + new_name + text[item.span.end :]
    return texts


def _refuse_hidden_uses(snapshot: Snapshot, name: str) -> None:
    """What a condition drops is not compiled, so nobody can tell what its names mean."""
    for file in snapshot.loaded.files:
        source = file.tree.source
        if "EnableIf" not in source.text or name not in source.text:
            continue
        kept = {item.span[1:] for item in all_items(file.tree)}
        for item in all_items(parse(source).tree):
            if item.span[1:] not in kept and _has_word(item, name):
                line, _ = item.span.position
                raise _refused(
                    f"'{name}' also stands in {source.path}:{line}, which a feature that is not enabled drops"
                )


def _has_word(item: ast.Item, name: str) -> bool:
    piece = SourceFile("", "", item.span.text)
    return any(token.text == name for token in lexer.run(piece, Diagnostics()).tokens)


def _refuse_new_mistakes(before: Snapshot, after: Snapshot, new_name: str) -> None:
    old = Counter(_kinds(before))
    new = Counter(_kinds(after))
    for item in after.diagnostics.sorted:
        key = (item.span.file.path if item.span else "", item.message.code)
        if item.is_error and new[key] > old[key]:
            place = f"{key[0]}:{item.span.position.line}: " if item.span else ""
            raise _refused(f"cannot rename to '{new_name}': {place}{item.message.text}")


def _kinds(snapshot: Snapshot) -> list[tuple[str, str]]:
    return [
        (item.span.file.path if item.span else "", item.message.code)
        for item in snapshot.diagnostics.sorted
        if item.is_error
    ]


def _refuse_new_meanings(before: Snapshot, after: Snapshot, target: DefName, new_name: str) -> None:
    files = {file.tree.source.path: file for file in after.loaded.files}
    for file in before.loaded.files:
        wanted = [_renamed(item.target, target, new_name) for item in before.occurrences(file)]
        new_file = files.get(file.tree.source.path)
        found = [item.target for item in after.occurrences(new_file)] if new_file is not None else []
        if found != wanted:
            raise _refused(
                f"cannot rename to '{new_name}': names in {_differing(file, found, wanted)} would mean something else"
            )


def _renamed(name: DefName, target: DefName, new_name: str) -> DefName:
    depth = len(target.path)
    if name.file != target.file or name.path[:depth] != target.path:
        return name
    return DefName(name.file, name.module, (*target.path[:-1], new_name, *name.path[depth:]))


def _differing(file: LoadedFile, found: list[DefName], wanted: list[DefName]) -> str:
    different = next((name for name, other in zip(wanted, found) if name != other), None)
    return f"{file.tree.source.path}" + (f" (such as '{different}')" if different is not None else "")


def _refused(text: str) -> RpcError:
    return RpcError(Code.REQUEST_FAILED, text)
