# SPDX-License-Identifier: Apache-2.0
"""Names in the customary form, so that generated code looks as if written by one hand."""

from __future__ import annotations

import re

from idlc import ast
from idlc.diagnostics import Diagnostics
from idlc.lint import rules
from idlc.lint.subject import Subject
from idlc.walk import members_of, scoped_definitions

_PASCAL = re.compile(r"[A-Z][A-Za-z0-9]*")
_K_PASCAL = re.compile(r"k[A-Z0-9][A-Za-z0-9]*(_[A-Za-z0-9]+)*|[A-Z][A-Z0-9_]*")
"""Older files write constants in CAPITALS, which is well known and clashes with nothing but macros."""
_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*_?")

_WORDS: dict[type[ast.Node], str] = {
    ast.Struct: "the struct",
    ast.Union: "the union",
    ast.Interface: "the interface",
    ast.Enum: "the enum",
    ast.Method: "the method",
    ast.Const: "the constant",
    ast.EnumValue: "the enum value",
}


def run(subject: Subject, diagnostics: Diagnostics) -> None:
    features = [item for item in subject.tree.definitions if isinstance(item, ast.Feature)]
    # Constants of a feature are called `name` and `default_state`, by whoever reads them.
    exempt = {id(item) for feature in features for item in (feature, *feature.constants)}
    for definition, _ in scoped_definitions(subject.tree):
        if id(definition) in exempt:
            continue
        _check(definition, definition.name, diagnostics)
        for member in members_of(definition):
            if isinstance(member, (ast.Field, ast.EnumValue, ast.Method)):
                _check(member, member.name, diagnostics)


def _check(item: ast.Item, name: ast.Name, diagnostics: Diagnostics) -> None:
    text = name.text
    if isinstance(item, ast.Field):
        if not _SNAKE.fullmatch(text):
            diagnostics.report(rules.not_snake_case(text), name.span, hint=_hint(_snake(text)))
    elif isinstance(item, (ast.Const, ast.EnumValue)):
        if not _K_PASCAL.fullmatch(text):
            message = rules.not_k_pascal(_WORDS[type(item)], text)
            diagnostics.report(message, name.span, hint=_hint("k" + _pascal(text)))
    elif not _PASCAL.fullmatch(text):
        message = rules.not_pascal_case(_WORDS[type(item)], text)
        diagnostics.report(message, name.span, hint=_hint(_pascal(text)))


def _hint(name: str) -> str:
    return f"as in '{name}'" if name else ""


def _pascal(text: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in text.split("_"))


def _snake(text: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text).lower().strip("_")
