# SPDX-License-Identifier: Apache-2.0
"""Definitions and methods say what they are for: their comments are the documentation of the generated code."""

from __future__ import annotations

from idlc import ast
from idlc.diagnostics import Diagnostics
from idlc.lint import rules
from idlc.lint.subject import Subject
from idlc.lower.docs import Docs
from idlc.walk import methods_of

_WORDS: dict[type[ast.Node], str] = {
    ast.Struct: "the struct",
    ast.Union: "the union",
    ast.Interface: "the interface",
    ast.Enum: "the enum",
    ast.Method: "the method",
}


def run(subject: Subject, diagnostics: Diagnostics) -> None:
    docs = Docs(subject.tree)
    for definition in subject.tree.definitions:
        for item in (definition, *methods_of(definition)):
            word = _WORDS.get(type(item))
            if word is not None and not docs.of(item):
                message = rules.missing_comment(word, item.name.text)
                diagnostics.report(message, item.name.span, hint="write one above it")
