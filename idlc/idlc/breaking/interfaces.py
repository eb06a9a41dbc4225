# SPDX-License-Identifier: Apache-2.0
"""Compares two interfaces."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from idlc import ir
from idlc.breaking import rules
from idlc.breaking.fields import FieldList, compare_fields, compare_order
from idlc.breaking.pairing import pair
from idlc.breaking.report import Report
from idlc.breaking.side import Known
from idlc.source import Span


def compare_interfaces(
    old: ir.Interface, new: ir.Interface, known: tuple[Known, Known], report: Report
) -> None:
    before, after = known
    if old.uuid != new.uuid:
        report.change(rules.uuid_changed(new.name.full), before.span, after.span)
    pairing = pair(old.methods, new.methods)
    for one, other in (*pairing.kept, *pairing.moved):
        _compare_methods(one, other, known, report)
    for method in pairing.removed:
        message = rules.method_removed(method.name, method.ordinal, old.name.local)
        report.change(
            message, before.span_of(method.name), after.span, hint="keep it, or mark its ordinal as used"
        )
    for method in pairing.added:
        places = (before.span, after.span_of(method.name))
        if method.min_version <= old.version:
            message = rules.method_not_versioned(method.name, new.name.local, old.version + 1)
            report.change(message, *places, hint=f"write [MinVersion={old.version + 1}] before it")
        report.change(rules.method_added(method.name, new.name.local), *places)


def _compare_methods(one: ir.Method, other: ir.Method, known: tuple[Known, Known], report: Report) -> None:
    before, after = known
    places = (before.span_of(one.name), after.span_of(other.name))
    if one.name != other.name:
        report.change(rules.method_renamed(one.name, other.name), *places)
    if one.ordinal != other.ordinal:
        hint = f"write '@{one.ordinal}' behind its name"
        report.change(rules.method_moved(one.name, one.ordinal, other.ordinal), *places, hint=hint)
    if one.min_version != other.min_version:
        report.change(rules.method_min_version_changed(other.name, one.min_version, other.min_version), *places)
    if one.unlimited_size and not other.unlimited_size:
        report.change(rules.unlimited_size_lost(other.name), *places)
    if one.is_sync and not other.is_sync:
        report.change(rules.sync_lost(other.name), *places)
    _compare_parameters(one.params, other.params, "the parameters of", (one, other), known, report)
    if (one.response is None) != (other.response is None):
        report.change(rules.response_changed(other.name, other.response is not None), *places)
    elif one.result is not None and other.result is not None:
        old_list = FieldList(one.result.union.members, "the result", lambda _: places[0])
        new_list = FieldList(other.result.union.members, "the result", lambda _: places[1])
        compare_fields(old_list, new_list, report)
    elif one.response is not None and other.response is not None:
        _compare_parameters(one.response, other.response, "the response of", (one, other), known, report)


def _compare_parameters(
    old: ir.Struct,
    new: ir.Struct,
    words: str,
    methods: tuple[ir.Method, ir.Method],
    known: tuple[Known, Known],
    report: Report,
) -> None:
    finders = [_finder(side, method.name, words) for side, method in zip(known, methods)]
    old_list = FieldList(old.fields, f"{words} '{methods[0].name}'", finders[0])
    new_list = FieldList(new.fields, f"{words} '{methods[1].name}'", finders[1])
    pairing = compare_fields(old_list, new_list, report)
    compare_order(pairing, old_list, new_list, report)
    for item in pairing.added:
        message = rules.parameter_added(item.name, new_list.where)
        report.change(message, finders[0](item.name), finders[1](item.name))


def _finder(known: Known, method: str, words: str) -> Callable[[str], Span]:
    if words == "the response of":
        return partial(known.span_in_response, method)
    return partial(known.span_of, method)
