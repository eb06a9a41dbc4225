# SPDX-License-Identifier: Apache-2.0
"""The statements that measure, write and read the fields of structs, parameters and responses.

What differs between them is only how a field is named there: `value.name`, `name`, `std::get<0>(out)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from idlc.backends.cpp.facts import Facts
from idlc.backends.cpp.wrap import call, table
from idlc.layout import StructLayout, WireField, WireKind

_HAS_NOTHING_OUTSIDE = frozenset(
    (WireKind.BOOL, WireKind.INT, WireKind.FLOAT, WireKind.ENUM, WireKind.HANDLE, WireKind.REMOTE, WireKind.RECEIVER)
)


@dataclass(frozen=True)
class Place:
    """A field on the wire and the expression that stands for it in C++."""

    wire: WireField
    expression: str


def has_outside(kind: WireKind) -> bool:
    """True if values of the kind have objects of their own besides the bytes of their slot."""
    return kind not in _HAS_NOTHING_OUTSIDE


def measures(places: Sequence[Place], prefix: str) -> list[str]:
    """`prefix` is how the namespace ferrule::wire is reached."""
    return [
        call(f"  {prefix}measure(", ["counter", place.expression], ");")
        for place in places
        if has_outside(place.wire.kind)
    ]


def writes(places: Sequence[Place], facts: Facts) -> list[str]:
    return [_write(place, facts) for place in places]


def reads(places: Sequence[Place]) -> list[str]:
    """Terms of one condition."""
    return [_guarded(_read(place), place.wire.min_version) for place in places]


def versions(layout: StructLayout, prefix: str) -> str:
    """The table of the sizes that the struct may have."""
    entries = [f"{{{item.version}, {item.num_bytes}}}" for item in layout.versions]
    return table(f"  static constexpr {prefix}StructVersion kVersions[] = ", entries)


def _write(place: Place, facts: Facts) -> str:
    wire, value = place.wire, place.expression
    if facts.carries_handles(wire.field.type):
        value = f"std::move({value})"
    if wire.has_flag is not None:
        flag = [str(wire.has_flag.offset), str(wire.has_flag.bit), str(wire.offset)]
        if wire.kind is WireKind.BOOL:
            return call("  writer.write_nullable_bool(", [*flag, str(wire.bit), value], ");")
        return call("  writer.write_nullable(", [*flag, value], ");")
    if wire.kind is WireKind.BOOL:
        return call("  writer.write_bool(", [str(wire.offset), str(wire.bit), value], ");")
    return call("  writer.write(", [str(wire.offset), value], ");")


def _read(place: Place) -> str:
    wire, value, name = place.wire, place.expression, f'"{place.wire.field.name}"'
    if wire.has_flag is not None:
        flag = f"{wire.has_flag.offset}, {wire.has_flag.bit}, {wire.offset}"
        if wire.kind is WireKind.BOOL:
            return f"reader.read_nullable_bool({flag}, {wire.bit}, {value})"
        return f"reader.read_nullable({flag}, {value}, {name})"
    if wire.kind is WireKind.BOOL:
        return f"reader.read_bool({wire.offset}, {wire.bit}, {value})"
    return f"reader.read({wire.offset}, {value}, {name})"


def _guarded(term: str, min_version: int) -> str:
    return f"(!reader.has({min_version}) || {term})" if min_version > 0 else term
