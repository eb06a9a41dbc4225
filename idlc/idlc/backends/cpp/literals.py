# SPDX-License-Identifier: Apache-2.0
"""Values of the IDL as C++ expressions."""

from __future__ import annotations

import math

from idlc import types, values
from idlc.backends.cpp import names
from idlc.backends.cpp.spelling import Hidden, Spelling
from idlc.backends.cpp.wrap import WIDTH

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_MAX_CHUNK = WIDTH - 20


def expression(value: values.Literal, type_: types.Type, spelling: Spelling, hidden: Hidden) -> str:
    """The value as something of that type; strings without NUL only (see `string`)."""
    match value:
        case values.BoolValue(value=flag):
            return "true" if flag else "false"
        case values.IntValue(value=number):
            return floating(number, type_.bits) if isinstance(type_, types.FloatType) else integer(number)
        case values.FloatValue(value=number):
            assert isinstance(type_, types.FloatType)
            if not math.isfinite(number):
                spelling.system_headers.add("limits")
            return floating(number, type_.bits)
        case values.StringValue(value=text):
            return string(text)
        case values.EnumeratorRef(enum=enum, name=name):
            return f"{spelling.definition(enum, hidden)}::{names.escape(name)}"
    raise AssertionError(value)


def integer(number: int) -> str:
    if number > (1 << 63) - 1:
        return f"{number}u"
    if number == -(1 << 63):
        return f"{number + 1} - 1"
    return str(number)


def floating(number: float, bits: int) -> str:
    name = "float" if bits == 32 else "double"
    if math.isnan(number):
        return f"std::numeric_limits<{name}>::quiet_NaN()"
    if math.isinf(number):
        return f"{'-' if number < 0 else ''}std::numeric_limits<{name}>::infinity()"
    return repr(float(number)) + ("f" if bits == 32 else "")


def string(text: str) -> str:
    """A string literal; a long one on several lines, split behind blanks where there are any."""
    chunks = _chunks([_character(char) for char in text])
    return "\n".join(f'"{chunk}"' for chunk in chunks)


def num_bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _character(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    return "".join(f"\\{byte:03o}" for byte in char.encode("utf-8", "surrogatepass"))


def _chunks(characters: list[str]) -> list[str]:
    if len("".join(characters)) <= _MAX_CHUNK:
        return ["".join(characters)]
    chunks, chunk = [], ""
    for character in characters:
        is_full = len(chunk) + len(character) > _MAX_CHUNK
        if is_full or (character != " " and chunk.endswith(" ") and len(chunk) > _MAX_CHUNK - 20):
            chunks.append(chunk)
            chunk = ""
        chunk += character
    return [*chunks, chunk]
