# SPDX-License-Identifier: Apache-2.0
"""Types and values of the IR, spelled as a file would spell them; for pages, tables and messages."""

from __future__ import annotations

import math

from idlc import types, values

_ENDPOINTS: dict[type, str] = {
    types.PendingRemote: "pending_remote",
    types.PendingReceiver: "pending_receiver",
    types.PendingAssociatedRemote: "pending_associated_remote",
    types.PendingAssociatedReceiver: "pending_associated_receiver",
}

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def type_text(type_: types.Type, namespace: str = "") -> str:
    """The type; names of the module `namespace` without their module."""
    return _plain(type_, namespace) + ("?" if type_.nullable else "")


def name_text(name: types.DefName, namespace: str) -> str:
    return name.local if name.module == namespace else name.full


def _plain(type_: types.Type, namespace: str) -> str:
    if isinstance(type_, types.BoolType):
        return "bool"
    if isinstance(type_, types.IntType):
        return f"{'' if type_.signed else 'u'}int{type_.bits}"
    if isinstance(type_, types.FloatType):
        return "float" if type_.bits == 32 else "double"
    if isinstance(type_, types.StringType):
        return "string"
    if isinstance(type_, types.ArrayType):
        size = f", {type_.size}" if type_.size is not None else ""
        return f"array<{type_text(type_.element, namespace)}{size}>"
    if isinstance(type_, types.MapType):
        word = "map" if type_.ordered else "hash_map"
        return f"{word}<{type_text(type_.key, namespace)}, {type_text(type_.value, namespace)}>"
    if isinstance(type_, (types.StructRef, types.UnionRef, types.EnumRef)):
        return name_text(type_.name, namespace)
    if isinstance(type_, types.HandleType):
        is_generic = type_.kind is types.HandleKind.GENERIC
        return "handle" if is_generic else f"handle<{type_.kind.value}>"
    return f"{_ENDPOINTS[type(type_)]}<{name_text(type_.interface, namespace)}>"


def value_text(value: values.Value, namespace: str = "") -> str:
    if isinstance(value, values.ConstRef):
        return name_text(value.name, namespace)
    if isinstance(value, values.EnumeratorRef):
        return f"{name_text(value.enum, namespace)}.{value.name}"
    if isinstance(value, values.BoolValue):
        return "true" if value.value else "false"
    if isinstance(value, values.IntValue):
        return str(value.value)
    if isinstance(value, values.FloatValue):
        return _float_text(value.value)
    if isinstance(value, values.StringValue):
        return '"' + "".join(_ESCAPES.get(letter, letter) for letter in value.value) + '"'
    return "default"


def _float_text(value: float) -> str:
    if math.isnan(value):
        return "double.NAN"
    if math.isinf(value):
        return "double.INFINITY" if value > 0 else "double.NEGATIVE_INFINITY"
    return repr(value)
