# SPDX-License-Identifier: Apache-2.0
"""The pass from text to tokens.

One regular expression does the work. Its last alternatives match what is wrong, so a broken word costs one diagnostic
and still gives a token of the kind that was meant.
"""

from __future__ import annotations

import re

from idlc.diagnostics import Diagnostics, rules
from idlc.source import SourceFile, Span
from idlc.tokens import Comment, Kind, Token, TokenizedFile

_PATTERN = re.compile(
    r"""
      (?P<SPACE>     [ \t\r\n]+ )
    | (?P<NAME>      [A-Za-z_][A-Za-z0-9_]* )
    | (?P<FLOAT>     (?: [0-9]*\.[0-9]+ | [0-9]+\. ) (?: [eE][-+]?[0-9]+ )? | [0-9]+[eE][-+]?[0-9]+ )
    | (?P<HEX>       0[xX][0-9A-Fa-f]+ )
    | (?P<OCTAL>     0[0-9]+ )
    | (?P<INT>       [0-9]+ )
    | (?P<COMMENT>   //[^\n]* | /\*.*?\*/ )
    | (?P<SYMBOL>    => | [][(){}<>=;,.?+|&-] )
    | (?P<STRING>    "(?: [^"\\\n]++ | \\[^\n] )*+" )
    | (?P<ORDINAL>   @(?: [1-9][0-9]* | 0 )(?![0-9A-Za-z_]) )
    | (?P<BADORDINAL> @[0-9A-Za-z_]* )
    | (?P<BADCOMMENT> /\* )
    | (?P<BADSTRING> "[^\n]* )
    | (?P<BADLINE>   \#[^\n]* )
    | (?P<BADCOLONS> :: )
    | (?P<BADCHARACTER> . )
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)

_KINDS = {
    "NAME": Kind.NAME,
    "INT": Kind.INT,
    "HEX": Kind.INT,
    "OCTAL": Kind.INT,
    "FLOAT": Kind.FLOAT,
    "STRING": Kind.STRING,
    "BADSTRING": Kind.STRING,
    "ORDINAL": Kind.ORDINAL,
    "BADORDINAL": Kind.ORDINAL,
    "SYMBOL": Kind.SYMBOL,
    "BADCOLONS": Kind.SYMBOL,
}


def run(source: SourceFile, diagnostics: Diagnostics) -> TokenizedFile:
    tokens: list[Token] = []
    comments: list[Comment] = []
    text = source.text
    strays: set[int] = set()
    is_after_stray = False
    position, length = 0, len(text)
    while position < length:
        match = _PATTERN.match(text, position)
        assert match is not None, "the last alternative matches every character"
        group = match.lastgroup or ""
        start, position = position, match.end()
        if group == "BADSTRING":
            position = _likely_end(match.group(), start)
        kind = _KINDS.get(group)
        if group in _BROKEN:
            _report(group, Span(source, start, position), diagnostics)
            if group == "BADCOMMENT":
                break
            is_after_stray |= kind is None
        if kind is not None:
            if is_after_stray:
                strays.add(start)
                is_after_stray = False
            tokens.append(Token(kind, "." if group == "BADCOLONS" else text[start:position], start, position))
        elif group == "COMMENT":
            comments.append(Comment(match.group(), start, position))
    if is_after_stray:
        strays.add(length)
    tokens.append(Token(Kind.END, "", length, length))
    return TokenizedFile(source, tuple(tokens), tuple(comments), frozenset(strays))


def _likely_end(rest: str, start: int) -> int:
    """Where a string without an end was meant to end: before the `;` at the end of its line."""
    meant = rest.rstrip()
    return start + len(meant[:-1] if meant.endswith(";") else rest)


_BROKEN = frozenset(("BADCOLONS", "OCTAL", "BADORDINAL", "BADCOMMENT", "BADSTRING", "BADLINE", "BADCHARACTER"))


def _report(group: str, span: Span, diagnostics: Diagnostics) -> None:
    if group == "OCTAL":
        diagnostics.report(rules.leading_zero(span.text), span, hint="write it without the zero, or as 0x...")
    elif group == "BADORDINAL":
        diagnostics.report(
            rules.bad_ordinal(span.text), span, hint="write '@' and a decimal number, as in '@3'"
        )
    elif group == "BADCOMMENT":
        diagnostics.report(rules.unterminated_comment(), span, hint="end it with '*/'")
    elif group == "BADSTRING":
        diagnostics.report(rules.unterminated_string(), span, hint="end it with '\"' on the same line")
    elif group == "BADCOLONS":
        diagnostics.report(rules.illegal_character("::"), span, hint="the parts of a name are joined by '.'")
    else:
        first = Span(span.file, span.start, span.start + 1)
        hint = "write text between double quotes" if first.text == "'" else ""
        hint = "comments begin with '//'" if group == "BADLINE" else hint
        diagnostics.report(rules.illegal_character(first.text), first, hint=hint)
