# SPDX-License-Identifier: Apache-2.0
"""Which old member is which new one: fields, union members, parameters and methods are what their ordinal says.

A member whose name turns up at another ordinal was moved; then the ordinals no longer say who is who, and names do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from idlc import ir

M = TypeVar("M", ir.Field, ir.Method)


@dataclass(frozen=True)
class Pairing(Generic[M]):
    kept: tuple[tuple[M, M], ...]
    """At the same ordinal, perhaps under another name."""
    moved: tuple[tuple[M, M], ...]
    removed: tuple[M, ...]
    added: tuple[M, ...]


def pair(old: Sequence[M], new: Sequence[M]) -> Pairing[M]:
    new_by_ordinal = {item.ordinal: item for item in new}
    new_by_name = {item.name: item for item in new}
    old_names = {item.name for item in old}
    kept: list[tuple[M, M]] = []
    moved: list[tuple[M, M]] = []
    removed: list[M] = []
    for item in sorted(old, key=lambda member: member.ordinal):
        there, named = new_by_ordinal.get(item.ordinal), new_by_name.get(item.name)
        if named is not None and named.ordinal != item.ordinal:
            moved.append((item, named))
        elif there is not None and (there.name == item.name or there.name not in old_names):
            kept.append((item, there))
        else:
            removed.append(item)
    taken = {id(found) for _, found in (*kept, *moved)}
    added = (item for item in sorted(new, key=lambda member: member.ordinal) if id(item) not in taken)
    return Pairing(tuple(kept), tuple(moved), tuple(removed), tuple(added))
