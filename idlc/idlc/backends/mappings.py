# SPDX-License-Identifier: Apache-2.0
"""Type mappings: C++ types of the user's own instead of generated ones. docs/cpp-guide.md shows the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

STRING = "string"
"""The name of the built-in type that can be mapped."""


@dataclass(frozen=True)
class TypeMapping:
    """`headers` define the type; `traits` specialise ferrule::MappingTraits for it."""

    cpp: str
    headers: tuple[str, ...]
    traits: tuple[str, ...]


Mappings = Mapping[str, TypeMapping]
"""By the full name in the IDL: `gfx.Rect`, `string`."""
