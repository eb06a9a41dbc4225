# SPDX-License-Identifier: Apache-2.0
"""The packing of a struct: small fields fall back into the first hole they fit.

Fields come in ordinal order. The first stands at offset 0. For each further one, walk over the fields placed so far in
the order of their offsets; after each, see where the new one would begin: right behind a bool a bool takes the next bit
of the same byte, anything else begins at the end of that field, aligned. If it ends before the next placed field, it
goes there. If no hole fits, it goes behind the last one.
"""

from __future__ import annotations

from bisect import insort
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
    by_offset: list[Placed] = []
    in_order: list[Placed] = []
    for room in rooms:
        place = _find_place(room, by_offset)
        insort(by_offset, place, key=lambda item: (item.offset, item.bit))
        in_order.append(place)
    return tuple(in_order)


def _find_place(room: Room, by_offset: list[Placed]) -> Placed:
    if not by_offset:
        return Placed(room, 0, 0)
    for before, after in zip(by_offset, by_offset[1:]):
        place = _place_behind(before, room)
        if place.offset + room.size <= after.offset:
            return place
    return _place_behind(by_offset[-1], room)


def _place_behind(before: Placed, room: Room) -> Placed:
    if before.room.is_bit and room.is_bit and before.bit < 7:
        return Placed(room, before.offset, before.bit + 1)
    end = before.offset + before.room.size
    return Placed(room, (end + room.alignment - 1) // room.alignment * room.alignment, 0)
