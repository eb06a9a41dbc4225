# SPDX-License-Identifier: Apache-2.0
"""Symbols: everything that has a full name, and the table of those a file can see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from idlc import ast
from idlc.loader import LoadedFile
from idlc.types import DefName

_WORDS: dict[type[ast.Node], str] = {
    ast.Struct: "a struct",
    ast.Union: "a union",
    ast.Interface: "an interface",
    ast.Enum: "an enum",
    ast.Const: "a constant",
    ast.Feature: "a feature",
    ast.EnumValue: "an enum value",
}


@dataclass(frozen=True, eq=False)
class Symbol:
    """A definition or an enum value. `name` of an enum value ends with the value: `geometry.Shape.Kind.kRound`."""

    name: DefName
    node: ast.Definition | ast.EnumValue
    file: LoadedFile

    @property
    def word(self) -> str:
        """What it is, with its article."""
        return _WORDS[type(self.node)]


@dataclass(frozen=True, eq=False)
class FileSymbols:
    """What one file defines, by full name. Of two with one name the first counts; checks/names reports the other."""

    file: LoadedFile
    own: dict[str, Symbol]
    by_node: dict[ast.Node, Symbol]


def collect(file: LoadedFile) -> FileSymbols:
    own: dict[str, Symbol] = {}
    by_node: dict[ast.Node, Symbol] = {}
    prefix = f"{file.namespace}." if file.namespace else ""
    for path, node in _nodes(file.tree.definitions, ()):
        symbol = Symbol(DefName(file.import_path, file.namespace, path), node, file)
        by_node[node] = symbol
        own.setdefault(prefix + ".".join(path), symbol)
    return FileSymbols(file, own, by_node)


_Named = tuple[tuple[str, ...], "ast.Definition | ast.EnumValue"]


def _nodes(items: Iterable[ast.Node], path: tuple[str, ...]) -> Iterator[_Named]:
    for item in items:
        if isinstance(
            item, (ast.Struct, ast.Union, ast.Interface, ast.Enum, ast.Const, ast.Feature, ast.EnumValue)
        ):
            own_path = path + (item.name.text,)
            yield own_path, item
            yield from _nodes(_members(item), own_path)


def _members(item: ast.Node) -> tuple[ast.Node, ...]:
    if isinstance(item, ast.Struct):
        return item.body or ()
    if isinstance(item, ast.Interface):
        return item.body
    if isinstance(item, ast.Enum):
        return item.values or ()
    return item.constants if isinstance(item, ast.Feature) else ()


@dataclass(frozen=True, eq=False)
class View:
    """What one file can see: its own definitions and those written in the files it imports."""

    own: FileSymbols
    imported: tuple[FileSymbols, ...]

    @cached_property
    def visible(self) -> dict[str, Symbol]:
        """By full name; the file's own definitions win, then the earlier import."""
        found: dict[str, Symbol] = {}
        for table in reversed(self.imported):
            found.update(table.own)
        found.update(self.own.own)
        return found

    def prefixes(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """What to put before a name used inside `path`, from the inside out; the module is one step."""
        namespace = self.own.file.namespace
        return scope_prefixes(namespace, path)

    def find(self, name: str, prefixes: Iterable[str], kinds: tuple[type[ast.Node], ...]) -> Symbol | None:
        """The innermost definition of one of the kinds; where there is none, the innermost of any kind."""
        candidates = [
            symbol for prefix in prefixes if (symbol := self.visible.get(prefix + name)) is not None
        ]
        fitting = (symbol for symbol in candidates if isinstance(symbol.node, kinds))
        return next(fitting, candidates[0] if candidates else None)


def scope_prefixes(namespace: str, path: tuple[str, ...]) -> tuple[str, ...]:
    base = f"{namespace}." if namespace else ""
    inner = [base + ".".join(path[:depth]) + "." for depth in range(len(path), 0, -1)]
    return tuple(dict.fromkeys([*inner, base, ""]))
