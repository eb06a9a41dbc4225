# SPDX-License-Identifier: Apache-2.0
"""What structs and unions without handles are as values: equality, order, hash, text.

The header only declares these; templates over the fields are used in the source file. The exception is what can be
the key of a map: it holds nothing but values and strings, so its comparisons cost a header next to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from idlc import ir
from idlc.backends.cpp import names
from idlc.backends.cpp.views.context import Context
from idlc.backends.cpp.wrap import call, conjunction, definition, function


@dataclass(frozen=True)
class ValueView:
    """`in_class`: lines of the class. `declarations` follow it, `definitions` are those in the source file.

    `hash` and `print` are the functions of the traits class.
    """

    absolute: str
    in_class: list[str]
    declarations: list[str]
    definitions: list[str]
    hash_declaration: str
    hash_specialisation: str
    hash_body: str
    print_declaration: str
    print_head: str


def view_value(item: ir.Struct | ir.Union, traits: str, fields: Sequence[str], context: Context) -> ValueView:
    """`fields` are the members in C++ by which two values differ."""
    context.spelling.system_headers.update(("iosfwd", "string"))
    name, absolute = names.definition(item.name), context.spelling.absolute(item.name)
    is_key = context.facts.can_be_key(item.name)
    if is_key:
        context.spelling.system_headers.add("compare")
    value = f"const {context.spelling.definition(item.name, {'stream'})}& value"
    stream = ["std::ostream& stream", value]
    own_traits = f"{traits}<{absolute}>"
    return ValueView(
        absolute=absolute,
        in_class=_comparisons(name, is_key),
        declarations=[
            call("std::string to_string(", [value], ");"),
            call("std::ostream& operator<<(", stream, ");"),
        ],
        definitions=[
            *([] if is_key else [_equality(name, fields)]),
            definition(call("std::string to_string(", [value], ") {"), ["  return ferrule::wire::to_text(value);"]),
            definition(
                call("std::ostream& operator<<(", stream, ") {"),
                ["  return ferrule::wire::put_text(stream, ferrule::wire::to_text(value));"],
            ),
        ],
        hash_declaration=call("  static size_t hash(", [f"const {absolute}& value"], ") noexcept;"),
        hash_specialisation=definition(
            call("  size_t operator()(", [f"const {absolute}& value"], ") const noexcept {"),
            [call(f"    return ferrule::wire::{own_traits}::hash(", ["value"], ");")],
        ),
        hash_body=_hash(own_traits, absolute, item, fields),
        print_declaration=call("  static void print(", ["ValueText& text", f"const {absolute}& value"], ");"),
        print_head=_print_head(own_traits, absolute, item),
    )


def _comparisons(name: str, is_key: bool) -> list[str]:
    parameters = [f"const {name}&", f"const {name}&"]
    if not is_key:
        return [call("  friend bool operator==(", parameters, ");")]
    return [
        call("  friend bool operator==(", parameters, ") = default;"),
        call("  friend auto operator<=>(", parameters, ") = default;"),
    ]


def _equality(name: str, fields: Sequence[str]) -> str:
    head = call("bool operator==(", [f"const {name}& a", f"const {name}& b"], ") {")
    return definition(head, [conjunction("  return ", [f"a.{field} == b.{field}" for field in fields], ";")])


def _hash(own_traits: str, absolute: str, item: ir.Struct | ir.Union, fields: Sequence[str]) -> str:
    value = f"const {absolute}&" + (" value" if fields else "")
    head = function(0, "size_t", f"{own_traits}::hash", [value], ") noexcept {")
    if isinstance(item, ir.Struct):
        return definition(head, [call("  return hash_values(", [f"value.{field}" for field in fields], ");")])
    return definition(
        head,
        [
            "  const auto tag = static_cast<size_t>(value.which());",
            "  return value.visit([tag](const auto& member) { return hash_values(tag, member); });",
        ],
    )


def _print_head(own_traits: str, absolute: str, item: ir.Struct | ir.Union) -> str:
    is_used = isinstance(item, ir.Union) or bool(item.fields)
    return call(
        f"void {own_traits}::print(",
        ["ValueText& text", f"const {absolute}&" + (" value" if is_used else "")],
        ") {",
    )
