# SPDX-License-Identifier: Apache-2.0
"""Circles of definitions that hold each other by value.

A struct holds a field by value if no array of open length and no map stands between; a union holds its members so. A
circle is fine as long as a value can have an end: through a nullable, or through a union member that need not be
chosen. A language with values must keep such a link on the heap. The links to put there ("indirect fields") are those
inside a circle that may be absent: nullable ones and members of unions. What is left has no circle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from idlc import ast, types
from idlc.graph import components
from idlc.loader import LoadedFile
from idlc.ordering import held_by_value
from idlc.resolve import Resolved
from idlc.walk import fields_of


@dataclass(frozen=True, eq=False)
class Link:
    """A field through which one definition of a file holds another of the same file."""

    holder: ast.Struct | ast.Union
    field: ast.Field
    target: types.DefName
    may_be_absent: bool


def links(resolved: Resolved, file: LoadedFile) -> Iterator[Link]:
    """Imports have no circles, so links to other files cannot be part of one."""
    for item in file.tree.definitions:
        if not isinstance(item, (ast.Struct, ast.Union)):
            continue
        for field in fields_of(item):
            type_ = resolved.types.get(field.type)
            target = held_by_value(type_) if type_ is not None else None
            if type_ is not None and target is not None and target.file == file.import_path:
                yield Link(item, field, target, isinstance(item, ast.Union) or _may_be_absent(type_))


def indirect_fields(resolved: Resolved, file: LoadedFile) -> frozenset[ast.Field]:
    found = list(links(resolved, file))
    circle_of = _circles(resolved, found)
    return frozenset(
        link.field
        for link in found
        if link.may_be_absent
        and circle_of.get(resolved.name_of(link.holder)) == circle_of.get(link.target, -1)
    )


def _circles(resolved: Resolved, found: list[Link]) -> Mapping[types.DefName, int]:
    """The number of the circle each definition is in; one that is in none has a number of its own."""
    edges: dict[types.DefName, list[types.DefName]] = {}
    for link in found:
        edges.setdefault(resolved.name_of(link.holder), []).append(link.target)
    return {name: number for number, circle in enumerate(components(edges)) for name in circle}


def _may_be_absent(type_: types.Type) -> bool:
    while isinstance(type_, types.ArrayType) and not type_.nullable:
        type_ = type_.element
    return type_.nullable
