# SPDX-License-Identifier: Apache-2.0
"""The layout of a module as tables for people."""

from __future__ import annotations

from collections.abc import Iterator

from idlc import ir, layout
from idlc.layout import StructLayout, UnionLayout, WireField, WireKind
from idlc.spelling import type_text


def layout_table(module: ir.Module) -> str:
    """All structs and unions of the module, those of its methods included."""
    layouts = layout.run(module)
    lines = [f"{module.path}{f': module {module.namespace}' if module.namespace else ''}"]
    for struct in layouts.structs.values():
        lines += ["", *struct_table(struct, module.namespace)]
    for union in layouts.unions.values():
        lines += ["", *union_table(union, module.namespace)]
    return "\n".join(lines) + "\n"


def struct_table(struct: StructLayout, namespace: str) -> Iterator[str]:
    sizes = ", ".join(f"{item.num_bytes} bytes in version {item.version}" for item in struct.versions)
    yield f"struct {struct.name.local}: {sizes}"
    for offset, bit, size, what in sorted(_rows(struct, namespace)):
        place = f"{offset:>6}.{bit}" if bit is not None else f"{offset:>6}  "
        yield f"  {place} {size:>5}  {what}"


def _rows(struct: StructLayout, namespace: str) -> Iterator[tuple[int, int | None, str, str]]:
    for field in struct.fields:
        since = f"  (version {field.min_version})" if field.min_version else ""
        name = field.field.name
        if field.has_flag is not None:
            yield field.has_flag.offset, field.has_flag.bit, "1 bit", f"has {name}{since}"
        what = f"{type_text(field.field.type, namespace)} {name}@{field.ordinal}{since}"
        yield field.offset, *_place(field), what


def _place(field: WireField) -> tuple[int | None, str]:
    return (field.bit, "1 bit") if field.kind is WireKind.BOOL else (None, str(field.size))


def union_table(union: UnionLayout, namespace: str) -> Iterator[str]:
    yield f"union {union.name.local}: {layout.UNION_BYTES} bytes"
    for member in union.members:
        yield f"  tag {member.tag}: {type_text(member.field.type, namespace)} {member.field.name}"
