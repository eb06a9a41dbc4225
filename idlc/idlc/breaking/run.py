# SPDX-License-Identifier: Apache-2.0
"""The comparison as a whole: definitions are paired by full name, or by RenamedFrom, and each pair is compared."""

from __future__ import annotations

from dataclasses import replace

from idlc import ir
from idlc.breaking import rules
from idlc.breaking.enums import compare_enums
from idlc.breaking.fields import FieldList, compare_fields, compare_order
from idlc.breaking.interfaces import compare_interfaces
from idlc.breaking.report import Report
from idlc.breaking.side import Known, Side
from idlc.spelling import type_text, value_text

_WORDS: dict[type, str] = {
    ir.Struct: "a struct",
    ir.Union: "a union",
    ir.Interface: "an interface",
    ir.Enum: "an enum",
    ir.Const: "a constant",
    ir.Feature: "a feature",
}


def run(old: Side, new: Side, report: Report) -> None:
    renamed = _renamed(old, new)
    report = replace(report, renamed=renamed)
    for name, before in old.known.items():
        after = new.known.get(renamed.get(name, name))
        if after is None:
            _removed(before, old, new, report)
            continue
        if name in renamed and name not in new.known:
            report.change(rules.definition_renamed(name, renamed[name]), before.span, after.span)
        if before.name.parent is None and not _is_within_reach(before.name.file, after.name.file, new):
            report.change(rules.definition_moved(name, before.name.file, after.name.file), before.span, after.span)
        _compare(before, after, report)


def _is_within_reach(old_file: str, new_file: str, new: Side) -> bool:
    """Whether who imports or includes the file of old still gets the definition. Files compared one to one may have any names."""
    if not new.is_folder or old_file == new_file:
        return True
    return new_file in new.imports.get(old_file, ())


def _renamed(old: Side, new: Side) -> dict[str, str]:
    """New names by old ones, as RenamedFrom says; what is nested moves with its holder."""
    found: dict[str, str] = {}
    inside: dict[str, list[str]] = {}
    for inner, holder in ((name, known.name.parent) for name, known in old.known.items()):
        if holder is not None:
            inside.setdefault(holder.full, []).append(inner)
    for name, known in new.known.items():
        origin = known.definition.attribute("RenamedFrom")
        if isinstance(origin, str) and origin in old.known and origin not in new.known:
            found[origin] = name
            found.update((inner, name + inner[len(origin) :]) for inner in inside.get(origin, ()))
    return found


def _removed(before: Known, old: Side, new: Side, report: Report) -> None:
    name = before.name.full
    holder = before.name.parent
    if holder is not None and report.renamed.get(holder.full, holder.full) not in new.known:
        return  # it went with its holder, which is reported
    place = new.known[report.renamed.get(holder.full, holder.full)].span if holder is not None else new.start
    hint = f'if it has another name now, mark it [RenamedFrom="{name}"]'
    if _is_stable(before.definition):
        report.change(rules.stable_removed(name), before.span, place, hint=hint)
    report.change(rules.definition_removed(name), before.span, place, hint=hint)


def _is_stable(item: ir.Definition) -> bool:
    return not isinstance(item, (ir.Const, ir.Feature)) and item.is_stable


def _compare(before: Known, after: Known, report: Report) -> None:
    old, new, known = before.definition, after.definition, (before, after)
    if type(old) is not type(new):
        message = rules.kind_changed(new.name.full, _WORDS[type(old)], _WORDS[type(new)])
        report.change(message, before.span, after.span)
        return
    if _is_stable(old) and not _is_stable(new):
        report.change(rules.stable_lost(new.name.full), before.span, after.span)
    if isinstance(old, (ir.Struct, ir.Enum)) and isinstance(new, (ir.Struct, ir.Enum)):
        if old.is_native != new.is_native:
            report.change(rules.native_changed(new.name.full, new.is_native), before.span, after.span)
            return
    if isinstance(old, ir.Struct) and isinstance(new, ir.Struct):
        _compare_structs(old, new, known, report)
    elif isinstance(old, ir.Union) and isinstance(new, ir.Union):
        _compare_unions(old, new, known, report)
    elif isinstance(old, ir.Enum) and isinstance(new, ir.Enum):
        compare_enums(old, new, known, report)
    elif isinstance(old, ir.Interface) and isinstance(new, ir.Interface):
        compare_interfaces(old, new, known, report)
    elif isinstance(old, ir.Const) and isinstance(new, ir.Const):
        _compare_constants(old, new, known, report)


def _compare_structs(old: ir.Struct, new: ir.Struct, known: tuple[Known, Known], report: Report) -> None:
    lists = _lists(old, old.fields, new, new.fields, known)
    pairing = compare_fields(*lists, report)
    compare_order(pairing, *lists, report)


def _compare_unions(old: ir.Union, new: ir.Union, known: tuple[Known, Known], report: Report) -> None:
    """Old readers take a new member of an extensible union for the default one."""
    if old.is_extensible and not new.is_extensible:
        report.change(rules.extensible_lost("union", new.name.local), known[0].span, known[1].span)
    if old.default is not None and new.default is not None and old.default.ordinal != new.default.ordinal:
        message = rules.default_moved(new.name.local, old.default.name, new.default.name)
        spans = known[0].span_of(old.default.name), known[1].span_of(new.default.name)
        report.change(message, *spans)
    lists = _lists(old, old.members, new, new.members, known)
    compare_fields(*lists, report, adds_need_version=old.is_stable or not old.is_extensible)


def _lists(
    old: ir.Struct | ir.Union,
    old_fields: tuple[ir.Field, ...],
    new: ir.Struct | ir.Union,
    new_fields: tuple[ir.Field, ...],
    known: tuple[Known, Known],
) -> tuple[FieldList, FieldList]:
    return (
        FieldList(old_fields, f"'{old.name.local}'", known[0].span_of),
        FieldList(new_fields, f"'{new.name.local}'", known[1].span_of),
    )


def _compare_constants(old: ir.Const, new: ir.Const, known: tuple[Known, Known], report: Report) -> None:
    texts = [f"{type_text(item.type)} {value_text(item.value)}" for item in (old, new)]
    if texts[0] != texts[1]:
        message = rules.constant_changed(new.name.full, *texts)
        report.change(message, known[0].span, known[1].span)
