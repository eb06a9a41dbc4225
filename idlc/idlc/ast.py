# SPDX-License-Identifier: Apache-2.0
"""The syntax tree: what a file says, before any name has a meaning.

Nodes are frozen and compared by identity, so later passes can keep what they learn in tables beside the tree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from idlc.source import SourceFile, Span
from idlc.tokens import Comment


@dataclass(frozen=True, eq=False)
class Node:
    span: Span


@dataclass(frozen=True, eq=False)
class Name(Node):
    """One word that names something where it is defined."""

    text: str


@dataclass(frozen=True, eq=False)
class Ident(Node):
    """A use of a name, with dots: `geometry.Point`."""

    text: str


@dataclass(frozen=True, eq=False)
class Ordinal(Node):
    value: int


@dataclass(frozen=True, eq=False)
class IntLiteral(Node):
    value: int


@dataclass(frozen=True, eq=False)
class FloatLiteral(Node):
    value: float


@dataclass(frozen=True, eq=False)
class StringLiteral(Node):
    value: str


@dataclass(frozen=True, eq=False)
class BoolLiteral(Node):
    value: bool


@dataclass(frozen=True, eq=False)
class DefaultLiteral(Node):
    """The word `default`."""


Literal = IntLiteral | FloatLiteral | StringLiteral | BoolLiteral | DefaultLiteral
Constant = Literal | Ident


@dataclass(frozen=True, eq=False)
class Choice(Node):
    """`a|b` (operator "|") or `a&b` as the value of an attribute."""

    operator: str
    names: tuple[Name, ...]


@dataclass(frozen=True, eq=False)
class Attribute(Node):
    """`Name` (value None) or `Name=value`."""

    name: Name
    value: Literal | Ident | Choice | None


@dataclass(frozen=True, eq=False)
class NamedType(Node):
    ident: Ident
    nullable: bool


@dataclass(frozen=True, eq=False)
class HandleType(Node):
    """`handle` (kind "") or `handle<kind>`."""

    kind: str
    nullable: bool


@dataclass(frozen=True, eq=False)
class EndpointType(Node):
    """`pending_remote<I>` and its three siblings; word is which."""

    word: str
    interface: Ident
    nullable: bool


@dataclass(frozen=True, eq=False)
class ArrayType(Node):
    element: Type
    size: int | None
    nullable: bool


@dataclass(frozen=True, eq=False)
class MapType(Node):
    key: NamedType
    value: Type
    ordered: bool
    nullable: bool


Type = NamedType | HandleType | EndpointType | ArrayType | MapType


@dataclass(frozen=True, eq=False)
class Item(Node):
    """What may carry attributes; the span begins with them."""

    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, eq=False)
class Field(Item):
    """A struct field, union member or parameter; only struct fields have defaults."""

    type: Type
    name: Name
    ordinal: Ordinal | None
    default: Constant | None


@dataclass(frozen=True, eq=False)
class EnumValue(Item):
    name: Name
    value: IntLiteral | Ident | None


@dataclass(frozen=True, eq=False)
class Enum(Item):
    """values is None in the short form `enum E;`."""

    name: Name
    values: tuple[EnumValue, ...] | None


@dataclass(frozen=True, eq=False)
class Const(Item):
    type: Type
    name: Name
    value: Constant


@dataclass(frozen=True, eq=False)
class Struct(Item):
    """body is None in the short form `struct S;`."""

    name: Name
    body: tuple[Field | Enum | Const, ...] | None


@dataclass(frozen=True, eq=False)
class Union(Item):
    name: Name
    members: tuple[Field, ...]


@dataclass(frozen=True, eq=False)
class Parameters(Node):
    """A response in parentheses."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, eq=False)
class Result(Node):
    """`result<T, E>`."""

    success: Type
    failure: Type


@dataclass(frozen=True, eq=False)
class Method(Item):
    name: Name
    ordinal: Ordinal | None
    parameters: tuple[Field, ...]
    response: Parameters | Result | None


@dataclass(frozen=True, eq=False)
class Interface(Item):
    name: Name
    body: tuple[Method | Enum | Const, ...]


@dataclass(frozen=True, eq=False)
class Feature(Item):
    name: Name
    constants: tuple[Const, ...]


Definition = Struct | Union | Interface | Enum | Const | Feature


@dataclass(frozen=True, eq=False)
class Module(Item):
    name: Ident


@dataclass(frozen=True, eq=False)
class Import(Item):
    path: StringLiteral


@dataclass(frozen=True, eq=False)
class File(Node):
    source: SourceFile
    module: Module | None
    imports: tuple[Import, ...]
    definitions: tuple[Definition, ...]
    comments: tuple[Comment, ...]
    left_out: Mapping[str, Name] = field(default_factory=dict)
    """The names of definitions that conditions leave out."""
