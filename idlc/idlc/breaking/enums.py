# SPDX-License-Identifier: Apache-2.0
"""Compares two enums: by numbers for the wire, by names for the source."""

from __future__ import annotations

from idlc import ir
from idlc.breaking import rules
from idlc.breaking.report import Report
from idlc.breaking.side import Known


def compare_enums(old: ir.Enum, new: ir.Enum, known: tuple[Known, Known], report: Report) -> None:
    before, after = known
    if old.is_extensible and not new.is_extensible:
        report.change(rules.extensible_lost("enum", new.name.local), before.span, after.span)
    if old.default is not None and new.default is not None and old.default.value != new.default.value:
        message = rules.default_moved(new.name.local, old.default.name, new.default.name)
        report.change(message, before.span_of(old.default.name), after.span_of(new.default.name))
    new_by_name = {item.name: item for item in new.values}
    new_numbers = {item.value for item in new.values}
    for one in old.values:
        other = new_by_name.get(one.name)
        place = before.span_of(one.name)
        if other is not None and other.value != one.value:
            message = rules.number_changed(one.name, one.value, other.value)
            report.change(message, place, after.span_of(one.name), hint=f"write '= {one.value}' behind it")
            continue
        if other is not None and other.min_version != one.min_version:
            message = rules.number_min_version_changed(one.name, one.min_version, other.min_version)
            report.change(message, place, after.span_of(one.name))
        if other is None:
            report.change(rules.value_name_removed(one.name, new.name.local), place, after.span)
        if one.value not in new_numbers:
            message = rules.number_removed(one.name, one.value, new.name.local)
            report.change(message, place, after.span, hint="keep the number, perhaps under another name")
    _compare_added(old, new, known, report)


def _compare_added(old: ir.Enum, new: ir.Enum, known: tuple[Known, Known], report: Report) -> None:
    """Old readers refuse a new number unless the enum is extensible; a stable enum has promised new versions anyway."""
    if old.is_extensible and not old.is_stable:
        return
    why = "stable" if old.is_stable else "not extensible"
    old_names, old_numbers = {item.name for item in old.values}, {item.value for item in old.values}
    needed = max((item.min_version for item in old.values), default=0) + 1
    for item in new.values:
        if item.value not in old_numbers and item.name not in old_names and item.min_version < needed:
            message = rules.number_not_versioned(item.name, new.name.local, needed, why)
            hint = f"write [MinVersion={needed}] before it"
            report.change(message, known[0].span, known[1].span_of(item.name), hint=hint)
