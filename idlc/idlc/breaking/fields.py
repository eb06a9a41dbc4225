# SPDX-License-Identifier: Apache-2.0
"""Compares two lists of fields: of a struct, of a union, of parameters or of a response."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from idlc import ir
from idlc.breaking import rules
from idlc.breaking.pairing import Pairing, pair
from idlc.breaking.report import Report
from idlc.breaking.same_types import same_bytes, same_in_cpp
from idlc.source import Span
from idlc.spelling import type_text, value_text


@dataclass(frozen=True)
class FieldList:
    """One side of the comparison; `span_of` finds the name of a field, or the place around it."""

    fields: Sequence[ir.Field]
    where: str
    span_of: Callable[[str], Span]

    @property
    def newest(self) -> int:
        return max((item.min_version for item in self.fields), default=0)


def compare_fields(
    old: FieldList, new: FieldList, report: Report, *, adds_need_version: bool = True
) -> Pairing[ir.Field]:
    """Reports what breaks; the pairing is for rules that only some lists have."""
    pairing = pair(old.fields, new.fields)
    for one, other in pairing.kept:
        _compare(one, other, old, new, report)
    for one, other in pairing.moved:
        message = rules.field_moved(one.name, one.ordinal, other.ordinal)
        report.change(
            message,
            old.span_of(one.name),
            new.span_of(other.name),
            hint=f"write '@{one.ordinal}' behind its name",
        )
    for one in pairing.removed:
        message = rules.field_removed(one.name, one.ordinal, old.where)
        report.change(
            message, old.span_of(one.name), new.span_of(one.name), hint="keep it, perhaps under another name"
        )
    for other in pairing.added if adds_need_version else ():
        if other.min_version <= old.newest:
            message = rules.field_not_versioned(other.name, new.where, old.newest + 1)
            report.change(message, old.span_of(other.name), new.span_of(other.name), hint=_version_hint(old))
    return pairing


def _version_hint(old: FieldList) -> str:
    return f"write [MinVersion={old.newest + 1}] before it"


def _compare(one: ir.Field, other: ir.Field, old: FieldList, new: FieldList, report: Report) -> None:
    places = (old.span_of(one.name), new.span_of(other.name))
    if one.name != other.name:
        report.change(rules.field_renamed(one.name, other.name), *places)
    before, after = type_text(one.type), type_text(other.type)
    if not same_bytes(one.type, other.type, report.renamed):
        report.change(rules.type_changed(other.name, before, after), *places)
    elif not same_in_cpp(one.type, other.type):
        report.change(rules.cpp_type_changed(other.name, before, after), *places)
    if one.min_version != other.min_version:
        report.change(rules.min_version_changed(other.name, one.min_version, other.min_version), *places)
    if one.default is not None and one.default != other.default:
        texts = [value_text(item.default) if item.default is not None else "" for item in (one, other)]
        if texts[0] != texts[1]:
            report.change(rules.field_default_changed(other.name, *texts), *places)


def compare_order(pairing: Pairing[ir.Field], old: FieldList, new: FieldList, report: Report) -> None:
    """A struct is built from its fields in the order of the file, and a method called with its parameters, so old ones keep theirs and new ones come last."""
    new_name = {one.name: other.name for one, other in (*pairing.kept, *pairing.moved)}
    kept = [new_name[item.name] for item in old.fields if item.name in new_name]
    for place, item in enumerate(new.fields):
        if place < len(kept) and item.name != kept[place]:
            message = rules.fields_reordered(item.name, new.where)
            report.change(
                message,
                old.span_of(item.name),
                new.span_of(item.name),
                hint="leave old fields in their order and add new ones behind",
            )
            return
