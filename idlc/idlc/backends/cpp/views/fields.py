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

    @property
    def is_required_box(self) -> bool:
        """Stored behind a pointer, though it may not be null."""
        return self.wire.field.is_indirect and not self.wire.field.type.nullable


def has_outside(kind: WireKind) -> bool:
    """True if values of the kind have objects of their own besides the bytes of their slot."""
    return kind not in _HAS_NOTHING_OUTSIDE


def measures(places: Sequence[Place], prefix: str) -> list[str]:
    """`prefix` is how the namespace ferrule::wire is reached."""
    found = []
    for place in places:
        if not has_outside(place.wire.kind):
            continue
        if place.is_required_box:
            condition = f"  if ({place.expression}) "
            found.append(call(f"{condition}{prefix}measure(", ["counter", f"*{place.expression}"], ");"))
        else:
            found.append(call(f"  {prefix}measure(", ["counter", place.expression], ");"))
    return found


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
    if place.is_required_box:
        inner = f"std::move(*{value})" if facts.carries_handles(wire.field.type) else f"*{value}"
        refuse = f'  if (!{value}) return encoder.fail("field {wire.field.name} is not set");'
        return refuse + "\n" + call("  writer.write(", [str(wire.offset), inner], ");")
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
    if place.is_required_box:
        return f"reader.read({wire.offset}, {value}.emplace(), {name})"
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
