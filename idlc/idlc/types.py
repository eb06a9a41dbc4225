# SPDX-License-Identifier: Apache-2.0
"""The closed family of IDL types, as backends see them.

Every type is a frozen value: compare and hash them freely. Each has a flag `nullable`, true where the IDL wrote `?`.
Definitions are named by `DefName`, never held, so types stay small and cannot form cycles; `ir.Scope` finds the
definition behind a name. Match on the class with `isinstance` or `match`; there are no other subclasses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar


@dataclass(frozen=True, order=True)
class DefName:
    """The name of a definition: the file that holds it, its module, and the path inside the module.

    `path` is `("Point",)` for a top-level definition and `("Shape", "Kind")` for an enum or constant nested in one.
    `file` is the import path (`geometry/shapes.idl`), the same for everybody who imports the file.
    """

    file: str
    module: str
    path: tuple[str, ...]

    @property
    def short(self) -> str:
        """The last part: `Kind`."""
        return self.path[-1]

    @property
    def local(self) -> str:
        """The name inside its module: `Shape.Kind`."""
        return ".".join(self.path)

    @property
    def full(self) -> str:
        """The name with its module: `geometry.Shape.Kind`."""
        return f"{self.module}.{self.local}" if self.module else self.local

    @property
    def parent(self) -> DefName | None:
        """The struct or interface around a nested definition."""
        return DefName(self.file, self.module, self.path[:-1]) if len(self.path) > 1 else None

    def child(self, name: str) -> DefName:
        return DefName(self.file, self.module, self.path + (name,))

    def __str__(self) -> str:
        return self.full


class HandleKind(Enum):
    """What a `handle<...>` holds; GENERIC is the bare word `handle`."""

    GENERIC = "handle"
    MESSAGE_PIPE = "message_pipe"
    DATA_PIPE_CONSUMER = "data_pipe_consumer"
    DATA_PIPE_PRODUCER = "data_pipe_producer"
    SHARED_BUFFER = "shared_buffer"
    PLATFORM = "platform"


@dataclass(frozen=True)
class BoolType:
    nullable: bool = False


@dataclass(frozen=True)
class IntType:
    """`int8` to `uint64`; bits is 8, 16, 32 or 64."""

    bits: int
    signed: bool
    nullable: bool = False

    @property
    def lowest(self) -> int:
        return -(1 << (self.bits - 1)) if self.signed else 0

    @property
    def highest(self) -> int:
        return (1 << (self.bits - (1 if self.signed else 0))) - 1


@dataclass(frozen=True)
class FloatType:
    """`float` (32 bits) and `double` (64)."""

    bits: int
    nullable: bool = False


@dataclass(frozen=True)
class StringType:
    nullable: bool = False


@dataclass(frozen=True)
class ArrayType:
    """`array<T>`, or `array<T, N>` where size is N."""

    element: Type
    size: int | None = None
    nullable: bool = False


@dataclass(frozen=True)
class MapType:
    """`map<K, V>` (ordered) and `hash_map<K, V>` (not ordered); the same bytes on the wire."""

    key: Type
    value: Type
    ordered: bool = True
    nullable: bool = False


@dataclass(frozen=True)
class StructRef:
    name: DefName
    nullable: bool = False


@dataclass(frozen=True)
class UnionRef:
    name: DefName
    nullable: bool = False


@dataclass(frozen=True)
class EnumRef:
    name: DefName
    nullable: bool = False


@dataclass(frozen=True)
class HandleType:
    kind: HandleKind
    nullable: bool = False


@dataclass(frozen=True)
class PendingRemote:
    interface: DefName
    nullable: bool = False


@dataclass(frozen=True)
class PendingReceiver:
    interface: DefName
    nullable: bool = False


@dataclass(frozen=True)
class PendingAssociatedRemote:
    interface: DefName
    nullable: bool = False


@dataclass(frozen=True)
class PendingAssociatedReceiver:
    interface: DefName
    nullable: bool = False


ValueType = BoolType | IntType | FloatType | EnumRef
EndpointType = PendingRemote | PendingReceiver | PendingAssociatedRemote | PendingAssociatedReceiver
Type = ValueType | StringType | ArrayType | MapType | StructRef | UnionRef | HandleType | EndpointType

VALUE_TYPES = (BoolType, IntType, FloatType, EnumRef)
ENDPOINT_TYPES = (PendingRemote, PendingReceiver, PendingAssociatedRemote, PendingAssociatedReceiver)

T = TypeVar("T", bound="Type")


def is_value(type_: Type) -> bool:
    """True for bool, numbers and enums: what has no null of its own on the wire."""
    return isinstance(type_, VALUE_TYPES)


def is_reference(type_: Type) -> bool:
    """True for all that has a null of its own: strings, containers, structs, unions, handles and endpoints."""
    return not is_value(type_)


def without_null(type_: T) -> T:
    """The same type without its `?`."""
    return replace(type_, nullable=False) if type_.nullable else type_


def parts_of(type_: Type) -> tuple[Type, ...]:
    """The types written between the angle brackets of a container; none for other types."""
    if isinstance(type_, ArrayType):
        return (type_.element,)
    if isinstance(type_, MapType):
        return (type_.key, type_.value)
    return ()


def names_in(type_: Type) -> tuple[DefName, ...]:
    """Every definition the type mentions, containers included, in reading order."""
    if isinstance(type_, (StructRef, UnionRef, EnumRef)):
        return (type_.name,)
    if isinstance(type_, ENDPOINT_TYPES):
        return (type_.interface,)
    return tuple(name for part in parts_of(type_) for name in names_in(part))
