# SPDX-License-Identifier: Apache-2.0
"""Ordinals: without holes in structs and parameter lists, unique everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from idlc import ast, attributes, ordinals
from idlc.checks.field_lists import FieldList, field_lists
from idlc.diagnostics import Diagnostics, Note, rules
from idlc.limits import MAX_UINT32
from idlc.resolve import Resolved
from idlc.walk import methods_of

RESERVED = (0xFFFFFFFE, 0xFFFFFFFF)
"""The names of the control messages Run and RunOrClosePipe."""


def run(resolved: Resolved, diagnostics: Diagnostics) -> None:
    for file in resolved.files:
        for fields in field_lists(file.tree):
            is_unique = _check_unique(fields.fields, fields.where, file.is_intact, diagnostics)
            if is_unique and file.is_intact:
                _check_holes(fields, diagnostics)
        for item in file.tree.definitions:
            if isinstance(item, ast.Union):
                _check_union(item, file.is_intact, diagnostics)
            elif isinstance(item, ast.Interface):
                _check_methods(item, file.is_intact, diagnostics)


def _check_unique(
    items: Sequence[ast.Field] | Sequence[ast.Method], where: str, is_intact: bool, diagnostics: Diagnostics
) -> bool:
    """Where members may be missing, only ordinals that are written down are compared: the others count from those."""
    first: dict[int, ast.Field | ast.Method] = {}
    is_good = True
    for item, ordinal in _numbered(items):
        if ordinal > MAX_UINT32:
            diagnostics.report(rules.ordinal_overflow(item.name.text), item.name.span, hint="give it one")
            return False
        known = first.setdefault(ordinal, item)
        if known is not item and (is_intact or (item.ordinal is not None and known.ordinal is not None)):
            is_good = False
            span = item.ordinal.span if item.ordinal is not None else item.name.span
            hint = (
                ""
                if item.ordinal is not None
                else "without '@' an item has the ordinal after that of the one before"
            )
            note = Note(f"'{known.name.text}' has it first", known.name.span)
            diagnostics.report(rules.duplicate_ordinal(ordinal, where), span, note=note, hint=hint)
    return is_good


def _numbered(
    items: Sequence[ast.Field] | Sequence[ast.Method],
) -> Iterable[tuple[ast.Field | ast.Method, int]]:
    return zip(items, ordinals.assign(items))


def _check_holes(fields: FieldList, diagnostics: Diagnostics) -> None:
    """The field that comes after the first hole is the one to blame."""
    in_order = sorted(zip(ordinals.assign(fields.fields), fields.fields), key=lambda pair: pair[0])
    for expected, (ordinal, field) in enumerate(in_order):
        if ordinal != expected:
            span = field.ordinal.span if field.ordinal is not None else field.name.span
            hint = (
                f"give '{field.name.text}' the ordinal @{expected}, and number all that follow without a hole"
            )
            diagnostics.report(rules.ordinal_hole(expected, fields.where), span, hint=hint)
            return


def _check_union(union: ast.Union, is_intact: bool, diagnostics: Diagnostics) -> None:
    is_unique = _check_unique(union.members, f"the union '{union.name.text}'", is_intact, diagnostics)
    if not is_unique or not is_intact or attributes.is_on(union, "Stable"):
        return
    for position, (member, ordinal) in enumerate(zip(union.members, ordinals.assign(union.members))):
        if ordinal != position:
            span = member.ordinal.span if member.ordinal is not None else member.name.span
            diagnostics.report(rules.union_ordinal_moved(member.name.text, ordinal, position), span)
            return


def _check_methods(interface: ast.Interface, is_intact: bool, diagnostics: Diagnostics) -> None:
    methods = methods_of(interface)
    _check_unique(methods, f"the interface '{interface.name.text}'", is_intact, diagnostics)
    for method, ordinal in zip(methods, ordinals.assign(methods)):
        if ordinal in RESERVED:
            span = method.ordinal.span if method.ordinal is not None else method.name.span
            diagnostics.report(rules.reserved_ordinal(ordinal), span, hint="choose a smaller one")
