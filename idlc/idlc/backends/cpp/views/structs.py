# SPDX-License-Identifier: Apache-2.0
"""Structs: the class and its traits."""

from __future__ import annotations

from dataclasses import dataclass

from idlc import ir
from idlc.backends.cpp import names
from idlc.backends.cpp.comments import comment
from idlc.backends.cpp.views.constants import ConstantView, variable, view_constant
from idlc.backends.cpp.views.context import Context
from idlc.backends.cpp.views.fields import Place, measures, reads, versions, writes
from idlc.backends.cpp.views.values import ValueView, view_value
from idlc.backends.cpp.wrap import call, conjunction, definition


@dataclass(frozen=True)
class FieldView:
    doc: list[str]
    text: str


@dataclass(frozen=True)
class TraitsView:
    """The declarations and definitions of a StructTraits or UnionTraits."""

    absolute: str
    measure_declaration: str
    encode_declaration: str
    decode_declaration: str
    measure_head: str
    encode_head: str
    decode_head: str


@dataclass(frozen=True)
class StructView:
    is_union: bool
    doc: list[str]
    name: str
    has_nested: bool
    aliases: list[str]
    constants: list[ConstantView]
    fields: list[FieldView]
    is_value: bool
    value: ValueView | None
    has_comparison: bool
    traits: TraitsView
    measure: str
    encode: str
    versions: str
    accepts: str


def view_struct(struct: ir.Struct, context: Context) -> StructView:
    name = names.definition(struct.name)
    layout = context.layouts.structs[struct.name]
    hidden = {names.field(item, name) for item in struct.fields}
    hidden |= {names.alias(item.name) for item in struct.enums}
    hidden |= {names.alias(item.name) for item in struct.constants}
    is_movable_only = context.facts.definition_carries_handles(struct.name)
    aliases = [f"  using {names.alias(item.name)} = {names.definition(item.name)};" for item in struct.enums]
    places = [Place(wire, f"value.{names.field(wire.field, name)}") for wire in layout.fields]
    out = [Place(wire, f"out.{names.field(wire.field, name)}") for wire in layout.fields]
    measured = measures(places, "wire::")
    traits = view_traits(
        "StructTraits",
        context.spelling.absolute(struct.name),
        Usage(is_movable_only, bool(measured), bool(places), bool(places)),
    )
    value = None
    if not is_movable_only:
        value = view_value(struct, "StructTraits", context)
    return StructView(
        is_union=False,
        doc=comment(struct.doc, 0),
        name=name,
        has_nested=bool((struct.enums or struct.constants) and struct.fields),
        aliases=aliases,
        constants=[view_constant(item, context, hidden) for item in struct.constants],
        fields=[_field(item, struct, context, hidden) for item in struct.fields],
        has_comparison=bool(not is_movable_only and (struct.fields or struct.enums or struct.constants)),
        is_value=value is not None,
        value=value,
        traits=traits,
        measure=definition(traits.measure_head, [f"  counter.add_object({layout.num_bytes});", *measured]),
        encode=definition(
            traits.encode_head,
            [f"  StructWriter writer(encoder, {layout.num_bytes}, {layout.version});", *writes(places, context.facts)],
        ),
        versions=versions(layout, ""),
        accepts=conjunction("  return ", ["reader.ok()", *reads(out)], ";"),
    )


def _field(field: ir.Field, struct: ir.Struct, context: Context, hidden: set[str]) -> FieldView:
    name = names.field(field, names.definition(struct.name))
    return FieldView(comment(field.doc, 2), variable(field, name, struct.name, context, hidden))


@dataclass(frozen=True)
class Usage:
    """How the functions of a traits class treat their parameters."""

    moves: bool
    measures_value: bool
    encodes_value: bool
    decodes_value: bool
    is_inline: bool = False
    """Encoded in bytes that are there already, such as a union."""


def view_traits(template: str, absolute: str, usage: Usage) -> TraitsView:
    """The heads of measure, encode and decode; parameters that are not used have no name."""
    value = f"{absolute}&&" if usage.moves else f"const {absolute}&"
    functions = {
        "measure": ("void", ["SizeCounter& counter", f"const {absolute}& value"], usage.measures_value),
        "encode": ("void", ["Encoder& encoder", *(["size_t at"] if usage.is_inline else []), f"{value} value"],
                   usage.encodes_value),
        "decode": ("bool", ["Decoder& decoder", "size_t at", f"{absolute}& out"], usage.decodes_value),
    }  # fmt: skip
    declarations, heads = {}, {}
    for name, (result, parameters, uses_value) in functions.items():
        declarations[name] = call(f"  static {result} {name}(", parameters, ");")
        used = parameters if uses_value else [*parameters[:-1], parameters[-1].rsplit(" ", 1)[0]]
        if name == "measure" and usage.is_inline and not uses_value:
            used[0] = "SizeCounter&"
        heads[name] = call(f"{result} {template}<{absolute}>::{name}(", used, ") {")
    return TraitsView(
        absolute,
        declarations["measure"],
        declarations["encode"],
        declarations["decode"],
        heads["measure"],
        heads["encode"],
        heads["decode"],
    )
