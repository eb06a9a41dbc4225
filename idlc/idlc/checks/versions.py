# SPDX-License-Identifier: Apache-2.0
"""MinVersion: a number, never falling in the order of the ordinals, and later references nullable."""

from __future__ import annotations

from idlc import ast, attributes, ordinals, types
from idlc.checks.field_lists import field_lists
from idlc.diagnostics import Diagnostics, Note, rules
from idlc.limits import MAX_UINT32
from idlc.resolve import Resolved
from idlc.walk import all_items


def run(resolved: Resolved, diagnostics: Diagnostics) -> None:
    for file in resolved.files:
        for item in all_items(file.tree):
            _check_number(item, diagnostics)
        for fields in field_lists(file.tree):
            _check_order(fields.fields, diagnostics)
            for field in fields.fields:
                _check_nullable(resolved, field, diagnostics)


def _check_number(item: ast.Item, diagnostics: Diagnostics) -> None:
    attribute = attributes.find(item, "MinVersion")
    if attribute is None:
        return
    value = attribute.value
    if not (isinstance(value, ast.IntLiteral) and 0 <= value.value <= MAX_UINT32):
        diagnostics.report(rules.bad_min_version(), attribute.span, hint="as in [MinVersion=2]")


def _check_order(fields: tuple[ast.Field, ...], diagnostics: Diagnostics) -> None:
    in_order = [field for _, field in sorted(zip(ordinals.assign(fields), fields), key=lambda pair: pair[0])]
    for before, field in zip(in_order, in_order[1:]):
        version, previous = attributes.min_version(field), attributes.min_version(before)
        if version < previous:
            attribute = attributes.find(field, "MinVersion")
            span = attribute.span if attribute is not None else field.name.span
            note = Note(f"'{before.name.text}' is here", before.name.span)
            hint = f"fields are added at the end: give it [MinVersion={previous}] or a later one"
            diagnostics.report(
                rules.min_version_falls(field.name.text, version, previous), span, note=note, hint=hint
            )
            return


def _check_nullable(resolved: Resolved, field: ast.Field, diagnostics: Diagnostics) -> None:
    version = attributes.min_version(field)
    type_ = resolved.types.get(field.type)
    if version > 0 and type_ is not None and types.is_reference(type_) and not type_.nullable:
        hint = "add '?': in a message of an older version the field is absent, so it reads as null"
        diagnostics.report(rules.later_not_nullable(field.name.text, version), field.type.span, hint=hint)
