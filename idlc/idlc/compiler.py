# SPDX-License-Identifier: Apache-2.0
"""The row of passes from paths to checked modules. Commands begin here; what they do with the modules is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from idlc import ast, checks, ir, loader, lower, resolve
from idlc.diagnostics import Diagnostics
from idlc.loader import Loaded, Open, open_file
from idlc.resolve import Resolved
from idlc.roots import Roots


@dataclass(frozen=True)
class Options:
    roots: Roots
    features: frozenset[str] = frozenset()
    is_strict: bool = False
    """Warnings about attributes become errors."""
    opened: Open = open_file


@dataclass(frozen=True)
class Compiled:
    """The modules asked for, in the order asked, each with its tree; none if anything was wrong."""

    modules: tuple[tuple[ir.Module, ast.File], ...]
    paths_read: tuple[str, ...]


def analyse(
    paths: Sequence[str], options: Options, diagnostics: Diagnostics
) -> tuple[Loaded, Resolved]:
    """Everything up to the checks, whatever is found; what could not be understood is missing from the tables."""
    loaded = loader.run(paths, options.roots, options.features, diagnostics, options.opened)
    resolved = resolve.run(loaded.files, diagnostics)
    checks.run(resolved, diagnostics)
    diagnostics.keep_warnings_of([file.tree.source for file in loaded.requested])
    if options.is_strict:
        diagnostics.make_warnings_errors(STRICT_WARNINGS)
    return loaded, resolved


def run(paths: Sequence[str], options: Options, diagnostics: Diagnostics) -> Compiled:
    loaded, resolved = analyse(paths, options, diagnostics)
    if diagnostics.has_errors:
        return Compiled((), loaded.paths_read)
    modules = lower.run(resolved)
    return Compiled(tuple((modules[file], file.tree) for file in loaded.requested), loaded.paths_read)


STRICT_WARNINGS = ("W0801", "W0802")
"""Unknown and misplaced attributes: files of other projects have them, one's own should not."""
