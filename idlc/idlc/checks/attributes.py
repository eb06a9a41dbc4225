# SPDX-License-Identifier: Apache-2.0
"""Attributes: known, in the right place, once, and with a value of the right kind."""

from __future__ import annotations

import re

from idlc import ast
from idlc.diagnostics import Diagnostics, Note, rules
from idlc.diagnostics.suggest import did_you_mean
from idlc.known_attributes import ALL_NAMES, CONDITIONS, ENUM_VALUES, FLAGS, PLACES, TEXTS, place_of
from idlc.loader import LoadedFile
from idlc.resolve import Resolved
from idlc.walk import all_items

_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def run(resolved: Resolved, diagnostics: Diagnostics) -> None:
    for file in resolved.files:
        members = {
            member for item in file.tree.definitions if isinstance(item, ast.Union) for member in item.members
        }
        for item in all_items(file.tree):
            if item.attributes:
                place = place_of(item, item in members)
                _check_item(resolved, file, item, place, diagnostics)


def _check_item(
    resolved: Resolved, file: LoadedFile, item: ast.Item, place: str, diagnostics: Diagnostics
) -> None:
    first: dict[str, ast.Attribute] = {}
    for attribute in item.attributes:
        name = attribute.name.text
        if name in CONDITIONS:
            continue
        known = first.setdefault(name, attribute)
        if known is not attribute:
            note = Note("the first is here", known.span)
            diagnostics.report(rules.duplicate_attribute(name), attribute.span, note=note, hint="remove one")
        elif name not in ALL_NAMES:
            hint = did_you_mean(name, PLACES[place]) or did_you_mean(name, ALL_NAMES)
            diagnostics.report(rules.unknown_attribute(name), attribute.name.span, hint=hint)
        elif name not in PLACES[place]:
            places = " or ".join(sorted(where for where, names in PLACES.items() if name in names))
            diagnostics.report(
                rules.misplaced_attribute(name, place), attribute.name.span, hint=f"it belongs on {places}"
            )
        else:
            _check_value(resolved, file, attribute, diagnostics)


def _check_value(
    resolved: Resolved, file: LoadedFile, attribute: ast.Attribute, diagnostics: Diagnostics
) -> None:
    name, value = attribute.name.text, attribute.value
    expected = ""
    if name in FLAGS:
        # Old files write [Native=True]; the reference takes any word for true.
        is_good = value is None or isinstance(value, ast.BoolLiteral) or _is_word(value, "True")
        expected = "" if is_good else "no value, or 'true' or 'false'"
    elif name == "Uuid":
        is_good = isinstance(value, ast.StringLiteral) and _UUID.fullmatch(value.value) is not None
        expected = "" if is_good else 'a UUID, as in "1a8e53c0-7f7c-4d2c-8f1d-5f0e6a3d2b41"'
    elif name in TEXTS:
        expected = "" if isinstance(value, ast.StringLiteral) else "a string"
    elif name in ENUM_VALUES:
        expected = "" if _names(resolved, file, value, ast.EnumValue) else "the name of an enum value"
    elif name == "RuntimeFeature":
        expected = "" if _names(resolved, file, value, ast.Feature) else "the name of a feature"
    if expected:
        diagnostics.report(rules.bad_attribute_value(name, expected), attribute.span)


def _is_word(value: ast.Literal | ast.Ident | ast.Choice | None, word: str) -> bool:
    return isinstance(value, ast.Ident) and value.text == word


def _names(
    resolved: Resolved,
    file: LoadedFile,
    value: ast.Literal | ast.Ident | ast.Choice | None,
    kind: type[ast.Node],
) -> bool:
    """True if the value names a definition of this kind, or something in an import that is missing."""
    if not isinstance(value, ast.Ident):
        return False
    symbol = resolved.attribute_targets.get(value)
    return isinstance(symbol.node, kind) if symbol is not None else not file.is_complete
