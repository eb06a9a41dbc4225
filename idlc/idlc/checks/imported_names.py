# SPDX-License-Identifier: Apache-2.0
"""One full name stands for one definition wherever it is visible: not for two, from two files of one module."""

from __future__ import annotations

from idlc import ast
from idlc.diagnostics import Diagnostics, Note, rules
from idlc.loader import LoadedFile
from idlc.resolve import Resolved
from idlc.symbols import Symbol


def run(resolved: Resolved, diagnostics: Diagnostics) -> None:
    for file in resolved.files:
        _check_file(resolved, file, diagnostics)


def _check_file(resolved: Resolved, file: LoadedFile, diagnostics: Diagnostics) -> None:
    seen: dict[str, Symbol] = {}
    for item in file.imports:
        if item.file is None:
            continue
        for full, symbol in _tops(resolved, item.file):
            known = seen.setdefault(full, symbol)
            if known.node is not symbol.node:
                hint = f"import only one of '{known.name.file}' and '{symbol.name.file}', or rename one"
                note = Note("this file defines it too", known.node.name.span)
                diagnostics.report(rules.ambiguous_name(full), item.node.path.span, note=note, hint=hint)
    for full, symbol in _tops(resolved, file):
        if full in seen:
            note = Note("the imported definition is here", seen[full].node.name.span)
            name = symbol.node.name
            diagnostics.report(rules.ambiguous_name(full), name.span, note=note, hint="rename one of them")


def _tops(resolved: Resolved, file: LoadedFile) -> list[tuple[str, Symbol]]:
    own = resolved.views[file].own.own
    return [(full, symbol) for full, symbol in own.items() if _is_top(symbol)]


def _is_top(symbol: Symbol) -> bool:
    return len(symbol.name.path) == 1 and not isinstance(symbol.node, ast.EnumValue)
