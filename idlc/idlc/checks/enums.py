# SPDX-License-Identifier: Apache-2.0
"""Enum values are int32; [Default] belongs to extensible enums, once."""

from __future__ import annotations

from idlc import ast, attributes, types
from idlc.diagnostics import Diagnostics, Note, rules
from idlc.resolve import Resolved
from idlc.walk import scoped_definitions

INT32 = types.IntType(32, True)
BLINK_VALUES = (-128, -127)


def run(resolved: Resolved, diagnostics: Diagnostics) -> None:
    for file in resolved.files:
        for item, _ in scoped_definitions(file.tree):
            if isinstance(item, ast.Enum):
                _check_values(resolved, item, diagnostics)
                _check_default(item, file.is_intact, diagnostics)


def _check_values(resolved: Resolved, enum: ast.Enum, diagnostics: Diagnostics) -> None:
    was_outside = False
    for item in enum.values or ():
        number = resolved.numbers.get(item)
        if number is None:
            continue
        span = item.value.span if item.value is not None else item.name.span
        is_outside = not INT32.lowest <= number <= INT32.highest
        # The values counted on from one that is outside are outside too: one report is enough.
        if is_outside and not (was_outside and item.value is None):
            hint = (
                "" if item.value is not None else "it follows the largest value; give it a number of its own"
            )
            diagnostics.report(rules.enum_value_out_of_range(item.name.text, number), span, hint=hint)
        elif number in BLINK_VALUES:
            diagnostics.report(rules.blink_value(number), span)
        was_outside = is_outside


def _check_default(enum: ast.Enum, is_intact: bool, diagnostics: Diagnostics) -> None:
    marked = [item for item in enum.values or () if attributes.is_on(item, "Default")]
    if not marked:
        return
    if not attributes.is_on(enum, "Extensible"):
        if not is_intact:  # the attribute may have been lost to a syntax error
            return
        hint = "mark the enum [Extensible], or remove [Default]"
        diagnostics.report(rules.enum_default_not_extensible(enum.name.text), marked[0].span, hint=hint)
    elif len(marked) > 1:
        note = Note("the first is here", marked[0].name.span)
        diagnostics.report(rules.second_default("enum", enum.name.text), marked[1].span, note=note)
