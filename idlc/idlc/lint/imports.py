# SPDX-License-Identifier: Apache-2.0
"""Imports that nothing uses cost every build that reads the file."""

from __future__ import annotations

from idlc import ast, lexer
from idlc.diagnostics import Diagnostics
from idlc.lint import rules
from idlc.lint.subject import Subject


def run(subject: Subject, diagnostics: Diagnostics) -> None:
    used = {item.path for item in subject.module.imports if item.used}
    for statement in subject.tree.imports:
        if statement.path.value not in used and not _is_mentioned(statement, subject):
            diagnostics.report(
                rules.unused_import(statement.path.value), statement.path.span, hint="remove it"
            )


def _is_mentioned(statement: ast.Import, subject: Subject) -> bool:
    """True if a constant or attribute names something of the file; types are known from `used`."""
    module = next((item.module for item in subject.module.imports if item.path == statement.path.value), None)
    if module is None:
        return True
    words = {word.text for word in lexer.run(subject.tree.source, Diagnostics()).tokens}
    return any(definition.name.short in words for definition in module.definitions)
