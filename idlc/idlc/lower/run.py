# SPDX-License-Identifier: Apache-2.0
"""The pass itself: one module a file, imports first."""

from __future__ import annotations

from idlc import ir, recursion
from idlc.loader import LoadedFile
from idlc.lower.context import Context
from idlc.lower.definitions import lower_definition
from idlc.lower.docs import Docs
from idlc.lower.mentions import mentioned_names
from idlc.resolve import Resolved


def run(resolved: Resolved) -> dict[LoadedFile, ir.Module]:
    """The modules of all files, each holding those it imports."""
    modules: dict[LoadedFile, ir.Module] = {}
    for file in resolved.files:
        modules[file] = _module(resolved, file, modules)
    return modules


def _module(resolved: Resolved, file: LoadedFile, modules: dict[LoadedFile, ir.Module]) -> ir.Module:
    docs = Docs(file.tree)
    context = Context(resolved, docs, recursion.indirect_fields(resolved, file))
    definitions = tuple(lower_definition(context, item) for item in file.tree.definitions)
    statement = file.tree.module
    return ir.Module(
        doc=docs.of_module(statement) if statement is not None else "",
        attributes=context.attributes(statement) if statement is not None else (),
        path=file.import_path,
        namespace=file.namespace,
        imports=_imports(file, definitions, modules),
        definitions=definitions,
    )


def _imports(
    file: LoadedFile, definitions: tuple[ir.Definition, ...], modules: dict[LoadedFile, ir.Module]
) -> tuple[ir.Import, ...]:
    """In the order of the file; an import written twice counts once."""
    mentioned = mentioned_names(definitions)
    imported = dict.fromkeys(item.file for item in file.imports if item.file is not None)
    return tuple(
        ir.Import(
            path=item.import_path,
            module=modules[item],
            used=tuple(name for name in mentioned if name.file == item.import_path),
        )
        for item in imported
    )
