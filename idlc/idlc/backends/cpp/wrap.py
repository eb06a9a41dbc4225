# SPDX-License-Identifier: Apache-2.0
"""Breaks long lines where clang-format breaks them (Google style, 100 columns), so that it has nothing to change.

What is too long is broken at its commas or operators and goes on in the column behind the opening parenthesis. Where one
of the parts does not fit there, or that would take many more lines, all parts go below, four columns in. A type that is
too long for a line of its own is broken too; there clang-format weighs more than we do and may want other breaks.
"""

from __future__ import annotations

from collections.abc import Sequence

WIDTH = 100
_MANY_LINES = 3
"""So many lines saved are worth a break behind the parenthesis."""


def call(head: str, parts: Sequence[str], tail: str) -> str:
    """`head` ends with `(`, `tail` begins with `)`; between them stand the parts and commas."""
    pieces = [f"{part}," for part in parts[:-1]] + [f"{part}{tail}" for part in parts[-1:]]
    if not pieces or len(head) + len(" ".join(pieces)) <= WIDTH:
        return head + (" ".join(pieces) or tail)
    column = _indent_of(head) + 4
    aligned = fill(head, pieces)
    below = head + "\n" + fill(" " * column, [_split_template(piece, column) for piece in pieces])
    is_much_longer = aligned.count("\n") - below.count("\n") >= _MANY_LINES
    return aligned if _fit(pieces, len(head)) and not is_much_longer else below


def statement(head: str, parts: Sequence[str], tail: str) -> str:
    """A call that stands alone: there a single line that is saved is worth the break behind the parenthesis."""
    text = call(head, parts, tail)
    if not parts:
        return text
    pieces = [*(f"{part}," for part in parts[:-1]), f"{parts[-1]}{tail}"]
    below = head + "\n" + fill(" " * (_indent_of(head) + 4), pieces)
    return below if below.count("\n") < text.count("\n") else text


def nested_call(head: str, inner: tuple[str, Sequence[str]], others: Sequence[str], tail: str) -> str:
    """A call whose first argument is a call, which may have to be broken itself."""
    name, arguments = inner
    whole = call(head, [f"{name}({', '.join(arguments)})", *others], tail)
    if all(len(line) <= WIDTH for line in whole.split("\n")):
        return whole
    pieces = [f"{item}," for item in arguments[:-1]] + [arguments[-1] + (")," if others else ")" + tail)]
    rest = [*(f"{item}," for item in others[:-1]), *(f"{item}{tail}" for item in others[-1:])]

    def broken(column: int, first: str) -> str:
        lines = [fill(f"{first}{name}(", pieces), *([fill(" " * column, rest)] if rest else [])]
        return "\n".join(lines)

    aligned = broken(len(head), head)
    column = _indent_of(head) + 4
    below = f"{head}\n{broken(column, ' ' * column)}"
    fits = _fit(pieces, len(head) + len(name) + 1) and _fit(rest, len(head))
    return aligned if fits and aligned.count("\n") < below.count("\n") else below


def function(indent: int, result: str, name: str, parts: Sequence[str], tail: str) -> str:
    """The head of a function. A name that leaves no room for its parameters goes below the result."""
    head = f"{' ' * indent}{result} {name}("
    if not parts and tail.startswith(") const") and len(f"{head})") <= WIDTH < len(head + tail):
        return f"{head})\n{' ' * (indent + 4)}{tail[2:]}"
    if len(head) + len("" if parts else tail) <= WIDTH or not result:
        return call(head, parts, tail)
    return f"{' ' * indent}{result}\n" + call(f"{' ' * indent}{name}(", parts, tail)


def definition(head: str, statements: Sequence[str]) -> str:
    """A whole function: on one line if it has one statement and room for it. `head` ends with ` {`."""
    indent = " " * _indent_of(head)
    if not statements:
        return head + ("}" if len(head.rsplit("\n", 1)[-1]) < WIDTH else f"\n{indent}}}")
    one_line = f"{head} {statements[0].strip()} }}"
    if len(statements) == 1 and "\n" not in one_line and len(one_line) <= WIDTH:
        return one_line
    return "\n".join([head, *statements, indent + "}"])


def conjunction(head: str, terms: Sequence[str], tail: str) -> str:
    """Terms with `&&` between them, in the column behind `head`."""
    column = len(head)
    pieces = [f"{term} &&" for term in terms[:-1]] + [f"{terms[-1]}{tail}"]
    return fill(head, [_split_piece(piece, column) for piece in pieces])


def declaration(indent: int, type_: str, name: str, initializer: str) -> str:
    """A variable with the text of its initializer, which is empty or begins with ` = ` or `{`."""
    line = f"{' ' * indent}{type_} {name}{initializer};"
    if len(line) <= WIDTH and "\n" not in line:
        return line
    deeper = " " * (indent + 4)
    if initializer.startswith(" = "):
        value = initializer[3:].replace("\n", "\n" + deeper)
        first = f"{' ' * indent}{type_} {name} ="
        if len(first) <= WIDTH:
            return f"{first}\n{deeper}{value};"
    return f"{' ' * indent}{type_}\n{deeper}{name}{initializer};"


def variable_of_template(indent: int, template: str, arguments: Sequence[str], name: str) -> str:
    """A variable whose type is a template with many arguments; `name` has its initializer behind it."""
    start = f"{' ' * indent}{template}<"
    line = f"{start}{', '.join(arguments)}> {name};"
    if len(line) <= WIDTH:
        return line
    return call(start, arguments, ">") + f"\n{' ' * (indent + 4)}{name};"


def function_type(indent: int, name: str, parts: Sequence[str]) -> str:
    """A name for the type of a function that returns nothing."""
    start = f"{' ' * indent}using {name} ="
    whole = call(f"{start} void(", parts, ");")
    if not whole.startswith(f"{start} void(\n"):
        return whole
    below = start + "\n" + call(" " * (indent + 4) + "void(", parts, ");")
    return below if below.count("\n") <= whole.count("\n") else whole


def table(head: str, entries: Sequence[str]) -> str:
    """The initializer of an array: on one line, or one line for each entry."""
    line = head + "{" + ", ".join(entries) + "};"
    if len(line) <= WIDTH:
        return line
    indent = " " * _indent_of(head)
    rows = "".join(f"{indent}    {entry},\n" for entry in entries)
    return f"{indent}// clang-format off\n{head}{{\n{rows}{indent}}};\n{indent}// clang-format on"


def fill(head: str, pieces: Sequence[str]) -> str:
    """As many pieces on a line as fit; the further lines begin below the first piece.

    A piece that has several lines itself shares none of them with others.
    """
    column = " " * len(head)
    lines, line = [], head
    is_full = False
    for index, piece in enumerate(pieces):
        is_block = "\n" in piece
        if index > 0 and (is_full or is_block or len(line) + 1 + len(piece) > WIDTH):
            lines.append(line)
            line = column
        line += piece if line in (head, column) else " " + piece
        is_full = is_block
    return "\n".join([*lines, line])


def _fit(pieces: Sequence[str], column: int) -> bool:
    return all(column + len(piece) <= WIDTH for piece in pieces)


def _indent_of(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _split_template(piece: str, column: int) -> str:
    """A parameter whose type is too long for a line of its own, broken between the arguments of the type."""
    if column + len(piece) <= WIDTH or "<" not in piece:
        return piece
    template, behind = piece.split("<", 1)
    inside, tail = behind.rsplit(">", 1)
    type_, name = f"{template}<{inside}>{'&' if tail.startswith('&') else ''}", tail.lstrip("& ")
    if column + len(type_) <= WIDTH:
        return f"{type_}\n{' ' * (column + 4)}{name}"
    start = " " * column + template + "<"
    arguments = _top_level_parts(inside)
    if tail.startswith("&"):
        return call(start, arguments, ">" + tail).lstrip(" ")
    return call(start, arguments, ">").lstrip(" ") + f"\n{' ' * (column + 4)}{tail.lstrip(' ')}"


def _top_level_parts(arguments: str) -> list[str]:
    parts, depth = [""], 0
    for character in arguments:
        depth += {"<": 1, ">": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip(" ") for part in parts]


def _split_piece(piece: str, column: int) -> str:
    """A term that is too long for a line of its own, broken behind `||`, then at the commas of its last call."""
    if column + len(piece) <= WIDTH:
        return piece
    if piece.startswith("(") and " || " in piece:
        before, behind = piece.split(" || ", 1)
        inner = _split_call(behind, column + len(before) + len(" || "))
        if column + 1 + len(behind) > WIDTH and max(map(len, inner.split("\n"))) <= WIDTH:
            return f"{before} || {inner}"
        return f"{before} ||\n{' ' * (column + 1)}{_split_call(behind, column + 1)}"
    return _split_call(piece, column)


def _split_call(piece: str, column: int) -> str:
    if column + len(piece) <= WIDTH or "(" not in piece:
        return piece
    name, behind = piece.split("(", 1)
    return fill(" " * column + name + "(", behind.replace(", ", ",\0").split("\0")).lstrip(" ")
