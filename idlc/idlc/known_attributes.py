# SPDX-License-Identifier: Apache-2.0
"""The attributes the language knows, and where each may stand."""

from __future__ import annotations

from collections.abc import Mapping

from idlc import ast

CONDITIONS = frozenset(("EnableIf", "EnableIfNot"))
"""These stand everywhere but on the module statement; idlc.conditions looks after them."""

FLAGS = frozenset(
    "CustomSerializer Default DirectReceiver DispatchDebugAlias EstimateSize Extensible IncludeSendValidation Native "
    "NoInterrupt Stable SupportsUrgent Sync UnlimitedSize".split()
)
"""Attributes that are there or not; `=true` and `=false` may be written out."""

TEXTS = frozenset("JavaClassName JavaConstantsClassName JavaPackage RenamedFrom Uuid".split())
"""Attributes whose value is a string."""

ENUM_VALUES = frozenset("AllowedContext RequireContext ServiceSandbox".split())
"""Attributes whose value names an enum value."""

PLACES: Mapping[str, frozenset[str]] = {
    "the module statement": frozenset("JavaPackage JavaConstantsClassName IncludeSendValidation".split()),
    "an import": frozenset(),
    "a struct": frozenset("Native CustomSerializer Stable RenamedFrom Uuid JavaClassName".split()),
    "a union": frozenset("Extensible Stable RenamedFrom Uuid".split()),
    "an enum": frozenset("Extensible Native Stable RenamedFrom Uuid".split()),
    "an enum value": frozenset("Default MinVersion".split()),
    "an interface": frozenset(
        "DirectReceiver DispatchDebugAlias RequireContext RuntimeFeature ServiceSandbox Stable RenamedFrom Uuid".split()
    ),
    "a method": frozenset(
        "AllowedContext EstimateSize MinVersion NoInterrupt RuntimeFeature SendValidation SupportsUrgent Sync "
        "UnlimitedSize".split()
    ),
    "a field or parameter": frozenset("MinVersion RenamedFrom".split()),
    "a union member": frozenset("Default MinVersion RenamedFrom".split()),
    "a constant": frozenset(),
    "a feature": frozenset(),
}

ALL_NAMES = CONDITIONS.union(*PLACES.values())

_PLACE_OF: Mapping[type[ast.Item], str] = {
    ast.Module: "the module statement",
    ast.Import: "an import",
    ast.Struct: "a struct",
    ast.Union: "a union",
    ast.Enum: "an enum",
    ast.EnumValue: "an enum value",
    ast.Interface: "an interface",
    ast.Method: "a method",
    ast.Field: "a field or parameter",
    ast.Const: "a constant",
    ast.Feature: "a feature",
}


def place_of(item: ast.Item, is_union_member: bool) -> str:
    """A key of PLACES."""
    return "a union member" if is_union_member else _PLACE_OF[type(item)]
