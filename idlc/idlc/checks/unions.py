# SPDX-License-Identifier: Apache-2.0
"""An extensible union has one [Default] member, which can stand for unknown ones; other unions have none."""

from __future__ import annotations

from idlc import ast, attributes, types
from idlc.checks.wording import written
from idlc.diagnostics import Diagnostics, Note, rules
from idlc.loader import LoadedFile
from idlc.resolve import Resolved


def run(resolved: Resolved, diagnostics: Diagnostics) -> None:
    for file in resolved.files:
        for item in file.tree.definitions:
            if isinstance(item, ast.Union):
                _check_union(resolved, file, item, diagnostics)


def _check_union(resolved: Resolved, file: LoadedFile, union: ast.Union, diagnostics: Diagnostics) -> None:
    marked = [member for member in union.members if attributes.is_on(member, "Default")]
    if not attributes.is_on(union, "Extensible"):
        if marked and file.is_intact:
            hint = "mark the union [Extensible], or remove [Default]"
            diagnostics.report(rules.union_default_not_extensible(union.name.text), marked[0].span, hint=hint)
        return
    if not marked and file.is_intact:
        hint = "mark the member that a reader gets for an unknown one with [Default]"
        diagnostics.report(rules.union_without_default(union.name.text), union.name.span, hint=hint)
    if len(marked) > 1:
        note = Note("the first is here", marked[0].name.span)
        diagnostics.report(rules.second_default("union", union.name.text), marked[1].span, note=note)
    for member in marked[:1]:
        type_ = resolved.types.get(member.type)
        if type_ is not None and not (type_.nullable or isinstance(type_, (types.IntType, types.BoolType))):
            diagnostics.report(rules.bad_union_default(written(member.type)), member.type.span)
