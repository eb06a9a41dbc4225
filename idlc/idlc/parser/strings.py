# SPDX-License-Identifier: Apache-2.0
"""The text a string literal stands for."""

from __future__ import annotations

import re

from idlc.diagnostics import rules
from idlc.parser.cursor import Cursor
from idlc.source import Span
from idlc.tokens import Token

_SIMPLE = {
    "n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v",
    "\\": "\\", "'": "'", '"': '"', "?": "?",
}  # fmt: skip

_ESCAPE = re.compile(
    r"\\(?: x(?P<hex>[0-9A-Fa-f]{1,2}) | (?P<octal>[0-7]{1,3}) | u(?P<short>[0-9A-Fa-f]{4})"
    r" | U(?P<long>[0-9A-Fa-f]{8}) | (?P<simple>.) )",
    re.VERBOSE,
)


def unescape(cursor: Cursor, token: Token) -> str:
    """The value of a string token. Hex and octal escapes are bytes of UTF-8, \\u and \\U are characters."""
    body = token.text[1:-1] if len(token.text) > 1 and token.text.endswith('"') else token.text[1:]
    if "\\" not in body:
        return body
    encoded = bytearray()
    position = 0
    for match in _ESCAPE.finditer(body):
        encoded += body[position : match.start()].encode()
        position = match.end()
        encoded += _one(cursor, match, token.start + 1)
    encoded += body[position:].encode()
    try:
        return encoded.decode()
    except UnicodeDecodeError:
        cursor.report(rules.string_not_utf8(), cursor.span_of(token))
        return ""


def _one(cursor: Cursor, match: re.Match[str], base: int) -> bytes:
    if byte := match["hex"]:
        return bytes([int(byte, 16)])
    if byte := match["octal"]:
        return bytes([int(byte, 8) & 0xFF])
    if code := match["short"] or match["long"]:
        number = int(code, 16)
        if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF:
            return chr(number).encode()
    elif match["simple"] in _SIMPLE:
        return _SIMPLE[match["simple"]].encode()
    span = Span(cursor.source, base + match.start(), base + match.end())
    cursor.report(rules.unknown_escape(match[0]), span, hint="write '\\\\' for a backslash")
    return b""
