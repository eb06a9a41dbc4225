# SPDX-License-Identifier: Apache-2.0
"""Types of the user's own that stand for those of the IDL: the traits by which they are written and read.

The header declares them, so that every module can use the type; the source file alone needs what people wrote about it
(`ferrule::MappingTraits`), which may name the generated type and so include the header.
"""

from __future__ import annotations

from dataclasses import dataclass

from idlc import ir, types
from idlc.backends.cpp import names
from idlc.backends.cpp.views.context import Context
from idlc.backends.cpp.views.fields import Place, has_outside, measures, writes
from idlc.backends.cpp.views.structs import Usage, view_traits
from idlc.backends.cpp.wrap import call, definition
from idlc.layout import UnionMember, WireKind


@dataclass(frozen=True)
class MappedView:
    """`head` is the specialised class; `declarations` its lines."""

    head: str
    declarations: list[str]
    definitions: list[str]


def view_mapped(module: ir.Module, context: Context) -> list[MappedView]:
    found = []
    own: list[ir.Enum | ir.Struct | ir.Union] = [*module.all_enums, *module.structs, *module.unions]
    for item in own:
        mapping = context.spelling.mapping(item.name)
        if mapping is None:
            continue
        if isinstance(item, ir.Enum):
            plain = "int32_t" if item.is_native else context.spelling.absolute(item.name)
            found.append(_converted("MappedEnum", [f"  using Plain = {plain};"], mapping.cpp, plain))
        elif not (isinstance(item, ir.Struct) and item.is_native) and context.facts.definition_carries_handles(item.name):
            found.append(_moved(item, mapping.cpp, context))
        elif isinstance(item, ir.Union):
            found.append(_union(item, mapping.cpp, context))
        elif item.is_native:
            lines = ["  static constexpr bool kIsMapped = true;"]
            found.append(_converted("NativeStruct", lines, mapping.cpp, "Bytes"))
        else:
            found.append(_struct(item, mapping.cpp, context))
    return found


def _converted(template: str, lines: list[str], cpp: str, plain: str) -> MappedView:
    """What is turned into a generated type as a whole."""
    value, traits = f"const {cpp}& value", f"{template}<{cpp}>"
    return MappedView(
        traits,
        [
            *lines,
            call(f"  static {plain} to_plain(", [value], ");"),
            call("  static bool read(", [f"{plain} plain", f"{cpp}& out"], ");"),
        ],
        [
            definition(
                call(f"{plain} {traits}::to_plain(", [value], ") {"),
                [call(f"  return MappingTraits<{cpp}>::to_plain(", ["value"], ");")],
            ),
            definition(
                call(f"bool {traits}::read(", [f"{plain} plain", f"{cpp}& out"], ") {"),
                [call(f"  return MappingTraits<{cpp}>::read(", ["std::move(plain)", "out"], ");")],
            ),
        ],
    )


def _moved(item: ir.Struct | ir.Union, cpp: str, context: Context) -> MappedView:
    """What carries handles is given away as a whole; its `shape` tells how large it is."""
    is_union = isinstance(item, ir.Union)
    template, plain = "UnionTraits" if is_union else "StructTraits", context.spelling.absolute(item.name)
    traits = view_traits(template, cpp, Usage(True, True, True, True, is_inline=is_union))
    extensible = "true" if isinstance(item, ir.Union) and item.is_extensible else "false"
    at = ["at"] if is_union else []
    return MappedView(
        f"{template}<{cpp}>",
        [
            *([f"  static constexpr bool kIsExtensible = {extensible};"] if is_union else []),
            traits.measure_declaration,
            traits.encode_declaration,
            traits.decode_declaration,
        ],
        [
            definition(
                traits.measure_head,
                [
                    f"  const {plain} shape = MappingTraits<{cpp}>::shape(value);",
                    call(f"  {template}<{plain}>::measure(", ["counter", "shape"], ");"),
                ],
            ),
            definition(
                traits.encode_head,
                [
                    f"  {plain} plain = MappingTraits<{cpp}>::to_plain(std::move(value));",
                    call(f"  {template}<{plain}>::encode(", ["encoder", *at, "std::move(plain)"], ");"),
                ],
            ),
            _decode(traits.decode_head, template, plain),
        ],
    )


def _struct(struct: ir.Struct, cpp: str, context: Context) -> MappedView:
    name, layout = names.definition(struct.name), context.layouts.structs[struct.name]
    using = f"  using Mapping = MappingTraits<{cpp}>;"
    places = [
        Place(wire, _view(wire.field, f"Mapping::{names.field(wire.field, name)}(value)", context))
        for wire in layout.fields
    ]
    measured = measures(places, "wire::")
    traits = view_traits("StructTraits", cpp, Usage(False, bool(measured), bool(places), True))
    writer = f"  StructWriter writer(encoder, {layout.num_bytes}, {layout.version});"
    return MappedView(
        f"StructTraits<{cpp}>",
        [traits.measure_declaration, traits.encode_declaration, traits.decode_declaration],
        [
            definition(
                traits.measure_head,
                [*([using] if measured else []), f"  counter.add_object({layout.num_bytes});", *measured],
            ),
            definition(
                traits.encode_head, [*([using] if places else []), writer, *writes(places, context.facts)]
            ),
            _decode(traits.decode_head, "StructTraits", context.spelling.absolute(struct.name)),
        ],
    )


def _union(union: ir.Union, cpp: str, context: Context) -> MappedView:
    members = context.layouts.unions[union.name].members
    plain = context.spelling.absolute(union.name)
    tag = f"{plain}::{names.tag_enum(names.definition(union.name))}"
    outside = [item for item in members if has_outside(item.kind)]
    traits = view_traits("UnionTraits", cpp, Usage(False, bool(outside), True, True, is_inline=True))
    using = [f"  using Mapping = MappingTraits<{cpp}>;", f"  using Tag = {tag};"]
    switch = "  switch (Mapping::which(value)) {"
    measured = [*using, switch, *_cases(outside, "measure", context)] if outside else []
    if 0 < len(outside) < len(members):
        measured += ["    default:", "      return;"]
    return MappedView(
        f"UnionTraits<{cpp}>",
        [
            f"  static constexpr bool kIsExtensible = {'true' if union.is_extensible else 'false'};",
            traits.measure_declaration,
            traits.encode_declaration,
            traits.decode_declaration,
        ],
        [
            definition(traits.measure_head, [*measured, "  }"] if measured else []),
            definition(
                traits.encode_head,
                [
                    *using,
                    "  UnionWriter writer(encoder, at, static_cast<uint32_t>(Mapping::which(value)));",
                    switch,
                    *_cases(members, "write", context),
                    "  }",
                ],
            ),
            _decode(traits.decode_head, "UnionTraits", plain),
        ],
    )


def _cases(members: tuple[UnionMember, ...] | list[UnionMember], verb: str, context: Context) -> list[str]:
    lines = []
    for item in members:
        name = names.escape(item.field.name)
        nested = "_nested" if item.kind is WireKind.UNION_POINTER else ""
        view = _view(item.field, f"Mapping::{name}(value)", context)
        statement = f"wire::measure{nested}(counter, {view});"
        if verb == "write":
            statement = f"writer.write{'_bool' if item.kind is WireKind.BOOL else nested}({view});"
        lines += [f"    case Tag::{name}:", f"      return {statement}"]
    return lines


def _decode(head: str, template: str, plain: str) -> str:
    return definition(
        head,
        [
            f"  {plain} plain;",
            f"  return {template}<{plain}>::decode(decoder, at, plain) &&",
            "         read_mapped(decoder, at, std::move(plain), out);",
        ],
    )


def _view(field: ir.Field, expression: str, context: Context) -> str:
    """The answer of a getter; all definitions are hidden in the namespace of the traits."""
    hidden = {names.definition(name) for name in types.names_in(field.type)}
    return f"as_view<{context.spelling.member(field, hidden)}>({expression})"
