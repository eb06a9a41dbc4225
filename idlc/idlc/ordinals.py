# SPDX-License-Identifier: Apache-2.0
"""Ordinals: as written, or one more than that of the item before, the first 0."""

from __future__ import annotations

from collections.abc import Sequence

from idlc import ast


def assign(items: Sequence[ast.Field] | Sequence[ast.Method]) -> tuple[int, ...]:
    found: list[int] = []
    for item in items:
        found.append(item.ordinal.value if item.ordinal is not None else (found[-1] + 1 if found else 0))
    return tuple(found)
