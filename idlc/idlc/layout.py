# SPDX-License-Identifier: Apache-2.0
"""Where every field stands on the wire: the pass from `ir.Module` to `Layouts`.

A field whose type is a nullable value (`int32?`) becomes two wire fields, first a bool "it is there", then the value;
here they are one `WireField` with a `has_flag`. Offsets count from the end of the struct's 8-byte header. Versions say
which sizes a struct may have on the wire. Everything depends on the fields before it only, so adding a field at the end
never moves an old one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from idlc import ir, types
from idlc.packing import Placed, Room, pack

HEADER_BYTES = 8
UNION_BYTES = 16


class WireKind(Enum):
    """What a slot holds. UNION is the 16 inline bytes; UNION_POINTER the pointer to them inside another union."""

    BOOL = "bool"
    INT = "int"
    FLOAT = "float"
    ENUM = "enum"
    HANDLE = "handle"
    REMOTE = "remote"
    RECEIVER = "receiver"
    ASSOCIATED_REMOTE = "associated_remote"
    ASSOCIATED_RECEIVER = "associated_receiver"
    STRING = "string"
    ARRAY = "array"
    MAP = "map"
    STRUCT = "struct"
    UNION = "union"
    UNION_POINTER = "union_pointer"


POINTER_KINDS = frozenset(
    (WireKind.STRING, WireKind.ARRAY, WireKind.MAP, WireKind.STRUCT, WireKind.UNION_POINTER)
)


@dataclass(frozen=True)
class BitPlace:
    """One bit: bit 0 is the least significant of the byte at `offset`."""

    offset: int
    bit: int


@dataclass(frozen=True)
class WireField:
    """A field of a struct and its place. `bit` matters to bools only; `size` is in bytes, 1 for a bool."""

    field: ir.Field
    kind: WireKind
    offset: int
    bit: int
    size: int
    has_flag: BitPlace | None = None

    @property
    def ordinal(self) -> int:
        return self.field.ordinal

    @property
    def min_version(self) -> int:
        return self.field.min_version

    @property
    def is_pointer(self) -> bool:
        return self.kind in POINTER_KINDS


@dataclass(frozen=True)
class VersionSize:
    """A struct of this version (and up to the next entry) has exactly num_bytes, its header included."""

    version: int
    num_bytes: int


@dataclass(frozen=True)
class StructLayout:
    """`fields` in ordinal order, the order in which they are visited; `versions` rising, the first is version 0."""

    name: types.DefName
    fields: tuple[WireField, ...]
    versions: tuple[VersionSize, ...]

    @property
    def num_bytes(self) -> int:
        """The size of the newest version, header included."""
        return self.versions[-1].num_bytes

    @property
    def version(self) -> int:
        return self.versions[-1].version


@dataclass(frozen=True)
class UnionMember:
    """A member: its tag, and what the 8 bytes of data hold (size is how many of them, 1 for a bool)."""

    field: ir.Field
    kind: WireKind
    tag: int
    size: int

    @property
    def is_pointer(self) -> bool:
        return self.kind in POINTER_KINDS


@dataclass(frozen=True)
class UnionLayout:
    """Members in the order of their tags."""

    name: types.DefName
    members: tuple[UnionMember, ...]


@dataclass(frozen=True)
class Layouts:
    """The layouts of one module: its structs and unions, and those of its methods' parameters and responses."""

    structs: Mapping[types.DefName, StructLayout]
    unions: Mapping[types.DefName, UnionLayout]


def run(module: ir.Module) -> Layouts:
    structs = {item.name: layout_struct(item) for item in module.structs + module.synthetic_structs}
    unions = {item.name: layout_union(item) for item in module.unions + module.synthetic_unions}
    return Layouts(MappingProxyType(structs), MappingProxyType(unions))


def layout_struct(struct: ir.Struct) -> StructLayout:
    rooms: list[Room] = []
    for field in struct.fields_by_ordinal:
        if has_flag(field.type):
            rooms.append(Room(1, 1, is_bit=True))
        rooms.append(room_of(field.type))
    places = iter(pack(rooms))

    fields: list[WireField] = []
    for field in struct.fields_by_ordinal:
        flag = next(places) if has_flag(field.type) else None
        fields.append(_wire_field(field, next(places), flag))
    return StructLayout(struct.name, tuple(fields), _versions(fields))


def layout_union(union: ir.Union) -> UnionLayout:
    members: list[UnionMember] = []
    for field in sorted(union.members, key=lambda item: item.ordinal):
        kind = kind_of(field.type)
        if kind is WireKind.UNION:
            members.append(UnionMember(field, WireKind.UNION_POINTER, field.ordinal, 8))
        else:
            members.append(UnionMember(field, kind, field.ordinal, room_of(field.type).size))
    return UnionLayout(union.name, tuple(members))


def has_flag(type_: types.Type) -> bool:
    """True for a nullable value: it needs a bool of its own that says whether it is there."""
    return type_.nullable and types.is_value(type_)


def kind_of(type_: types.Type) -> WireKind:
    return _KINDS[type(type_)]


def room_of(type_: types.Type) -> Room:
    """The room one value takes in a struct; the flag of a nullable value not counted."""
    if isinstance(type_, (types.IntType, types.FloatType)):
        return Room(type_.bits // 8, type_.bits // 8)
    return _ROOMS[type(type_)]


def _wire_field(field: ir.Field, place: Placed, flag: Placed | None) -> WireField:
    flag_place = BitPlace(flag.offset, flag.bit) if flag is not None else None
    return WireField(field, kind_of(field.type), place.offset, place.bit, place.room.size, flag_place)


def _versions(fields: list[WireField]) -> tuple[VersionSize, ...]:
    """One entry for each version in use: the size after all fields up to it."""
    sizes: dict[int, int] = {0: HEADER_BYTES}
    num_bytes = HEADER_BYTES
    for field in fields:
        ends = [field.offset + field.size] + ([field.has_flag.offset + 1] if field.has_flag else [])
        num_bytes = max(num_bytes, HEADER_BYTES + (max(ends) + 7) // 8 * 8)
        sizes[field.min_version] = num_bytes
    return tuple(VersionSize(version, size) for version, size in sizes.items())


_KINDS: Mapping[type, WireKind] = {
    types.BoolType: WireKind.BOOL,
    types.IntType: WireKind.INT,
    types.FloatType: WireKind.FLOAT,
    types.EnumRef: WireKind.ENUM,
    types.HandleType: WireKind.HANDLE,
    types.PendingRemote: WireKind.REMOTE,
    types.PendingReceiver: WireKind.RECEIVER,
    types.PendingAssociatedRemote: WireKind.ASSOCIATED_REMOTE,
    types.PendingAssociatedReceiver: WireKind.ASSOCIATED_RECEIVER,
    types.StringType: WireKind.STRING,
    types.ArrayType: WireKind.ARRAY,
    types.MapType: WireKind.MAP,
    types.StructRef: WireKind.STRUCT,
    types.UnionRef: WireKind.UNION,
}

_POINTER = Room(8, 8)
_ROOMS: Mapping[type, Room] = {
    types.BoolType: Room(1, 1, is_bit=True),
    types.EnumRef: Room(4, 4),
    types.HandleType: Room(4, 4),
    types.PendingRemote: Room(8, 4),
    types.PendingReceiver: Room(4, 4),
    types.PendingAssociatedRemote: Room(8, 4),
    types.PendingAssociatedReceiver: Room(4, 4),
    types.StringType: _POINTER,
    types.ArrayType: _POINTER,
    types.MapType: _POINTER,
    types.StructRef: _POINTER,
    types.UnionRef: Room(UNION_BYTES, 8),
}
