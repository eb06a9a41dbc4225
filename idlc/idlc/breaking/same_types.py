# SPDX-License-Identifier: Apache-2.0
"""Whether two types are the same on the wire. Definitions are the same if one is the other's new state."""

from __future__ import annotations

from collections.abc import Mapping

from idlc import types


def same_bytes(old: types.Type, new: types.Type, renamed: Mapping[str, str]) -> bool:
    """`renamed` gives the new full name of each definition that has one."""
    if old.nullable != new.nullable:
        return False
    if isinstance(old, types.ArrayType) and isinstance(new, types.ArrayType):
        return old.size == new.size and same_bytes(old.element, new.element, renamed)
    if isinstance(old, types.MapType) and isinstance(new, types.MapType):
        return same_bytes(old.key, new.key, renamed) and same_bytes(old.value, new.value, renamed)
    names = types.names_in(old), types.names_in(new)
    if type(old) is type(new) and names[0] and names[1]:
        return renamed.get(names[0][0].full, names[0][0].full) == names[1][0].full
    return old == new


def same_in_cpp(old: types.Type, new: types.Type) -> bool:
    """For two types of the same bytes: whether the maps in them are ordered alike."""
    if isinstance(old, types.MapType) and isinstance(new, types.MapType):
        return old.ordered == new.ordered and same_in_cpp(old.value, new.value)
    if isinstance(old, types.ArrayType) and isinstance(new, types.ArrayType):
        return same_in_cpp(old.element, new.element)
    return True
