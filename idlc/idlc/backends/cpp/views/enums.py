# SPDX-License-Identifier: Apache-2.0
"""Enums."""

from __future__ import annotations

from dataclasses import dataclass

from idlc import ir, values
from idlc.backends.cpp import names
from idlc.backends.cpp.comments import comment
from idlc.backends.cpp.views.context import Context
from idlc.backends.cpp.wrap import call, declaration, definition

_LOWEST_INT32 = -(1 << 31)
_HIGHEST_INT32 = (1 << 31) - 1


@dataclass(frozen=True)
class EnumeratorView:
    doc: list[str]
    name: str
    text: str
    """With its value: `kRed = 1`."""
    idl_name: str


@dataclass(frozen=True)
class EnumView:
    doc: list[str]
    name: str
    absolute: str
    enumerators: list[EnumeratorView]
    has_values: bool
    named: list[EnumeratorView]
    """The first of each value: what `to_string` answers."""
    is_extensible: str
    default: str
    has_default: bool
    lowest: str
    is_known_definition: str
    is_known: str
    """A condition on `value`; empty where `known` has to be listed."""
    is_known_listed: bool
    is_known_parameter: str
    known: list[str]


def view_enum(enum: ir.Enum, context: Context) -> EnumView:
    name = names.definition(enum.name)
    absolute = context.spelling.absolute(enum.name)
    context.spelling.system_headers.add("string_view")
    numbers = sorted({item.value for item in enum.values})
    is_known = _known_range(numbers)
    return EnumView(
        doc=comment(enum.doc, 0),
        name=name,
        absolute=absolute,
        enumerators=[_enumerator(item, enum) for item in enum.values],
        has_values=bool(enum.values),
        named=[_enumerator(item, enum) for item in _first_of_each_value(enum)],
        is_extensible="true" if enum.is_extensible else "false",
        default=_trait("kDefault", absolute, enum.default),
        has_default=enum.default is not None,
        lowest=_trait("kLowest", absolute, enum.lowest),
        is_known_definition=definition(
            f"bool is_known({name} value) {{",
            [call(f"  return ferrule::wire::EnumTraits<{name}>::is_known(", ["static_cast<int32_t>(value)"], ");")],
        ),
        is_known=is_known,
        is_known_listed=not is_known,
        is_known_parameter="int32_t value" if "value" in is_known or not is_known else "int32_t",
        known=[str(number) for number in numbers],
    )


def default_of(enum: ir.Enum) -> str:
    """The enumerator that a variable begins with: the `[Default]`, else the lowest; "" in an enum without values."""
    chosen = enum.default or enum.lowest
    return names.escape(chosen.name) if chosen is not None else ""


def _trait(name: str, enum: str, item: ir.Enumerator | None) -> str:
    value = f" = {enum}::{names.escape(item.name)}" if item is not None else "{}"
    return declaration(2, f"static constexpr {enum}", name, value)


def _enumerator(item: ir.Enumerator, enum: ir.Enum) -> EnumeratorView:
    value = str(item.value)
    if isinstance(item.written_as, values.EnumeratorRef) and item.written_as.enum == enum.name:
        value = names.escape(item.written_as.name)
    name = names.escape(item.name)
    return EnumeratorView(comment(item.doc, 2), name, f"{name} = {value}", item.name)


def _first_of_each_value(enum: ir.Enum) -> list[ir.Enumerator]:
    first: dict[int, ir.Enumerator] = {}
    for item in enum.values:
        first.setdefault(item.value, item)
    return list(first.values())


def _known_range(numbers: list[int]) -> str:
    """A comparison, if the values have no holes; never one that a compiler calls always true."""
    if not numbers:
        return "false"
    low, high = numbers[0], numbers[-1]
    if high - low + 1 != len(numbers) and low != high:
        return ""
    if low == high:
        return f"value == {low}"
    bounds = ([f"value >= {low}"] if low != _LOWEST_INT32 else []) + (
        [f"value <= {high}"] if high != _HIGHEST_INT32 else []
    )
    return " && ".join(bounds) or "true"
