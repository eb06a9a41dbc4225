# SPDX-License-Identifier: Apache-2.0
"""What structs and unions without handles are as values: equality, order, hash, text.

The header only declares these; the source file has a table of the fields (`ferrule/wire/value_type.h`) over which the
library walks, because templates over the fields are most of what a compiler would be busy with. The exception is what can
be the key of a map: it holds nothing but values and strings, so its comparisons cost a header next to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from idlc import ir, types
from idlc.backends.cpp import names
from idlc.backends.cpp.views.context import Context
from idlc.backends.cpp.wrap import call, definition, statement, table


@dataclass(frozen=True)
class ValueView:
    """`in_class`: lines of the class. `declarations` follow it, `definitions` are those in the source file.

    `table` are the fields, `type` the definition that refers to them; both stand among the traits.
    """

    absolute: str
    in_class: list[str]
    declarations: list[str]
    definitions: list[str]
    hash_specialisation: str
    has_table: bool
    table: str
    type: str


def view_value(item: ir.Struct | ir.Union, traits: str, context: Context) -> ValueView:
    context.spelling.system_headers.update(("iosfwd", "string"))
    name, absolute = names.definition(item.name), context.spelling.absolute(item.name)
    is_key = context.facts.can_be_key(item.name)
    if is_key:
        context.spelling.system_headers.add("compare")
    value = f"const {context.spelling.definition(item.name, {'stream'})}& value"
    stream = ["std::ostream& stream", value]
    type_ = f"{traits}<{absolute}>::kType"
    return ValueView(
        absolute=absolute,
        in_class=_comparisons(name, is_key),
        declarations=[
            call("std::string to_string(", [value], ");"),
            call("std::ostream& operator<<(", stream, ");"),
        ],
        definitions=[
            *([] if is_key else [_equality(name, type_)]),
            definition(
                call("std::string to_string(", [value], ") {"),
                [statement("  return ferrule::wire::to_text(", [f"ferrule::wire::{type_}", "&value"], ");")],
            ),
            definition(
                call("std::ostream& operator<<(", stream, ") {"),
                [statement("  return ferrule::wire::put_text(", ["stream", f"ferrule::wire::{type_}", "&value"], ");")],
            ),
        ],
        hash_specialisation=definition(
            call("  size_t operator()(", [f"const {absolute}& value"], ") const noexcept {"),
            [statement("    return ferrule::wire::hash_value(", [f"ferrule::wire::{type_}", "&value"], ");")],
        ),
        has_table=bool(_members(item)),
        table=_table(item, absolute, context),
        type=_type(item, traits, absolute),
    )


def _comparisons(name: str, is_key: bool) -> list[str]:
    parameters = [f"const {name}&", f"const {name}&"]
    if not is_key:
        return [call("  friend bool operator==(", parameters, ");")]
    return [
        call("  friend bool operator==(", parameters, ") = default;"),
        call("  friend auto operator<=>(", parameters, ") = default;"),
    ]


def _equality(name: str, type_: str) -> str:
    head = call("bool operator==(", [f"const {name}& a", f"const {name}& b"], ") {")
    return definition(head, [statement("  return ferrule::wire::equal_values(", [f"ferrule::wire::{type_}", "&a", "&b"], ");")])


def _members(item: ir.Struct | ir.Union) -> Sequence[ir.Field]:
    """Of a union in the order of its storage."""
    return item.fields if isinstance(item, ir.Struct) else sorted(item.members, key=lambda member: member.ordinal)


def _table(item: ir.Struct | ir.Union, absolute: str, context: Context) -> str:
    rows = []
    for member in _members(item):
        hidden = {names.definition(name) for name in types.names_in(member.type)}
        offset = "0"
        if isinstance(item, ir.Struct):
            offset = f"offsetof({absolute}, {names.field(member, names.definition(item.name))})"
        rows.append(f'{{"{member.name}", {offset}, value_type<{context.spelling.member(member, hidden)}>()}}')
    return table(f"constexpr ValueField {_table_name(item)}[] = ", rows)


def _table_name(item: ir.Struct | ir.Union) -> str:
    return f"k{names.definition(item.name)}Fields"


def _type(item: ir.Struct | ir.Union, traits: str, absolute: str) -> str:
    fields = _table_name(item) if _members(item) else "{}"
    arguments = [f'"{names.definition(item.name)}"', fields]
    if isinstance(item, ir.Union):
        arguments.append(f"&{traits}<{absolute}>::member")
    maker = "union_type" if isinstance(item, ir.Union) else "struct_type"
    whole = call(f"constinit const ValueType {traits}<{absolute}>::kType = {maker}(", arguments, ");")
    if "\n" not in whole:
        return whole
    return f"constinit const ValueType {traits}<{absolute}>::kType =\n" + call(f"    {maker}(", arguments, ");")
