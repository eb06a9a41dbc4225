# SPDX-License-Identifier: Apache-2.0
"""From frozen dataclasses to plain JSON values."""

from __future__ import annotations

import math
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from typing import Union

from idlc import ir
from idlc.layout import Layouts, StructLayout, UnionLayout
from idlc.types import DefName

Json = Union[None, bool, int, float, str, "list[Json]", "dict[str, Json]"]


SCHEMA = 1
"""The number of the schema in docs/idlc.md. New members may appear under the same number; none changes or goes."""


def dump_module(module: ir.Module) -> Json:
    """The module; of its imports only the path, the namespace and the names used."""
    imports: list[Json] = [
        {"path": item.path, "namespace": item.module.namespace, "used": [name.full for name in item.used]}
        for item in module.imports
    ]
    found: dict[str, Json] = {"path": module.path, "namespace": module.namespace}
    if module.doc:
        found["doc"] = module.doc
    if module.attributes:
        found["attributes"] = dump(module.attributes)
    found["imports"] = imports
    found["definitions"] = dump(module.definitions)
    return found


def dump_layouts(layouts: Layouts) -> Json:
    return {
        "structs": {name.full: _struct_layout(layout) for name, layout in layouts.structs.items()},
        "unions": {name.full: _union_layout(layout) for name, layout in layouts.unions.items()},
    }


def _struct_layout(layout: StructLayout) -> Json:
    rows: list[Json] = []
    for field in layout.fields:
        row: dict[str, Json] = {
            "name": field.field.name,
            "ordinal": field.ordinal,
            "min_version": field.min_version,
            "kind": field.kind.value,
            "offset": field.offset,
            "bit": field.bit,
            "size": field.size,
        }
        if field.has_flag is not None:
            row["has_flag"] = {"offset": field.has_flag.offset, "bit": field.has_flag.bit}
        rows.append(row)
    versions: list[Json] = [
        {"version": item.version, "num_bytes": item.num_bytes} for item in layout.versions
    ]
    return {"fields": rows, "versions": versions}


def _union_layout(layout: UnionLayout) -> Json:
    return [
        {"name": item.field.name, "kind": item.kind.value, "tag": item.tag, "size": item.size}
        for item in layout.members
    ]


def dump(value: object) -> Json:
    """Any part of the IR. A dataclass becomes an object that begins with the name of its class under `class`."""
    if isinstance(value, DefName):
        return value.full
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, tuple):
        return [dump(item) for item in value]
    assert is_dataclass(value), value
    found: dict[str, Json] = {"class": type(value).__name__}
    for item in fields(value):
        inner = getattr(value, item.name)
        if item.default is MISSING or inner != item.default:
            found[item.name] = dump(inner)
    return found
