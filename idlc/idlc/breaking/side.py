# SPDX-License-Identifier: Apache-2.0
"""One side of the comparison: the definitions of all files by full name, and where they and their members stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from idlc import ast, ir
from idlc.locate import locate, locate_in_response
from idlc.source import Span
from idlc.types import DefName


@dataclass(frozen=True)
class Known:
    """A definition and the file it stands in."""

    definition: ir.Definition
    tree: ast.File

    @property
    def name(self) -> DefName:
        return self.definition.name

    @property
    def span(self) -> Span:
        return locate(self.tree, self.name.path)

    def span_of(self, *path: str) -> Span:
        """The name of a member; of a path that leads too far, the last part that is there."""
        return locate(self.tree, self.name.path + path)

    def span_in_response(self, method: str, name: str) -> Span:
        """A field of a response, which may have the name of a parameter."""
        found = locate_in_response(self.tree, (self.name.short, method), name)
        return found if found is not None else self.span_of(method)


@dataclass
class Side:
    """All definitions, nested ones too, in the order of the files."""

    is_folder: bool = False
    known: dict[str, Known] = field(default_factory=dict)
    trees: list[ast.File] = field(default_factory=list)
    imports: dict[str, frozenset[str]] = field(default_factory=dict)
    """What each file imports, by import path."""

    @property
    def start(self) -> Span:
        """The place to name when a definition has none on this side."""
        source = self.trees[0].source
        return Span(source, 0, 0)


def side_of(modules: Sequence[tuple[ir.Module, ast.File]], *, is_folder: bool = False) -> Side:
    side = Side(is_folder)
    for module, tree in modules:
        side.trees.append(tree)
        side.imports[module.path] = frozenset(item.path for item in module.imports)
        for item in module.definitions:
            side.known.setdefault(item.name.full, Known(item, tree))
            for inner in _nested(item):
                side.known.setdefault(inner.name.full, Known(inner, tree))
    return side


def _nested(item: ir.Definition) -> tuple[ir.Enum | ir.Const, ...]:
    if isinstance(item, (ir.Struct, ir.Interface)):
        return (*item.enums, *item.constants)
    return item.constants if isinstance(item, ir.Feature) else ()
