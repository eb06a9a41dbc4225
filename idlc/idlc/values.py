# SPDX-License-Identifier: Apache-2.0
"""The values of constants, field defaults and attributes, evaluated.

A value that the IDL wrote as a name keeps that name (`ConstRef`, `EnumeratorRef`), so a backend can print the reference
instead of the number. `literal_of` gives the plain value behind any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from idlc.types import DefName


@dataclass(frozen=True)
class BoolValue:
    value: bool


@dataclass(frozen=True)
class IntValue:
    """An integer that fits the type it is used for; also for places of type float or double."""

    value: int


@dataclass(frozen=True)
class FloatValue:
    """A float; may be infinite or NaN, which the IDL writes as `double.INFINITY` and so on."""

    value: float


@dataclass(frozen=True)
class StringValue:
    """Text after its escapes were read; it may hold any character, also quotes and newlines."""

    value: str


@dataclass(frozen=True)
class EnumeratorRef:
    """A named value of an enum: `Colour.kRed`."""

    enum: DefName
    name: str
    value: int


@dataclass(frozen=True)
class ConstRef:
    """The name of another constant, and its value (itself never a ConstRef)."""

    name: DefName
    value: Literal


@dataclass(frozen=True)
class DefaultValue:
    """The word `default`: a value-initialized struct."""


Literal = BoolValue | IntValue | FloatValue | StringValue | EnumeratorRef | DefaultValue
Value = Literal | ConstRef


def literal_of(value: Value) -> Literal:
    """The value with a constant's name looked through."""
    return value.value if isinstance(value, ConstRef) else value
