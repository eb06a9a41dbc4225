# SPDX-License-Identifier: Apache-2.0
"""The packing of a struct: small fields fall back into the first hole they fit.

Fields come in ordinal order. The first stands at offset 0. For each further one, walk over the fields placed so far in
the order of their offsets; after each, see where the new one would begin: right behind a bool a bool takes the next bit
of the same byte, anything else begins at the end of that field, aligned. If it ends before the next placed field, it
goes there. If no hole fits, it goes behind the last one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Room:
    """What a field needs: size and alignment in bytes; a bit shares its byte with other bits."""

    size: int
    alignment: int
    is_bit: bool = False


@dataclass(frozen=True)
class Placed:
    """A field's place; bit is 0 for all but bits."""

    room: Room
    offset: int
    bit: int


def pack(rooms: Sequence[Room]) -> tuple[Placed, ...]:
    """The places of the fields, in the order they came in."""
    in_order: list[Placed] = []
    holes: list[Hole] = []
    last: Placed | None = None
    for room in rooms:
        place = _fill(room, holes)
        if place is None:
            place = Placed(room, 0, 0) if last is None else _place_behind(last, room)
            if last is not None:
                holes.extend(_holes_between(last, place))
            last = place
        in_order.append(place)
    return tuple(in_order)


Hole = tuple[Placed, Placed]
"""Two neighbours with room between them. At any time there are few: what is small enough goes into the first."""


def _fill(room: Room, holes: list[Hole]) -> Placed | None:
    """Places the field in the first hole it fits; None if there is none."""
    for index, (before, after) in enumerate(holes):
        place = _place_behind(before, room)
        if place.offset + room.size <= after.offset:
            holes[index : index + 1] = [*_holes_between(before, place), *_holes_between(place, after)]
            return place
    return None


def _holes_between(before: Placed, after: Placed) -> list[Hole]:
    """The neighbours as a list of one hole, or of none. A bool leaves a hole for bools in the rest of its byte."""
    has_free_bits = before.room.is_bit and before.bit < 7 and before.offset < after.offset
    return [(before, after)] if has_free_bits or before.offset + before.room.size < after.offset else []


def _place_behind(before: Placed, room: Room) -> Placed:
    if before.room.is_bit and room.is_bit and before.bit < 7:
        return Placed(room, before.offset, before.bit + 1)
    end = before.offset + before.room.size
    return Placed(room, (end + room.alignment - 1) // room.alignment * room.alignment, 0)
