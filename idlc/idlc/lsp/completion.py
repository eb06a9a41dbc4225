# SPDX-License-Identifier: Apache-2.0
"""Words that fit at a place, judged by the words before it. The file around may be half written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum

from idlc import ast, lexer
from idlc.diagnostics import Diagnostics
from idlc.known_attributes import ALL_NAMES
from idlc.loader import LoadedFile
from idlc.lsp.json_rpc import Json, Params
from idlc.lsp.places import offset_of
from idlc.lsp.project import Project
from idlc.source import SourceFile
from idlc.symbols import View
from idlc.tokens import ENDPOINT_WORDS, PRIMITIVE_NAMES, Kind, Token
from idlc.types import HandleKind
from idlc.walk import scoped_definitions

MAX_ITEMS = 2000


class ItemKind(IntEnum):
    """The numbers of the protocol."""

    INTERFACE = 8
    ENUM = 13
    KEYWORD = 14
    FILE = 17
    ENUM_MEMBER = 20
    CONSTANT = 21
    STRUCT = 22
    PROPERTY = 10


_KINDS: dict[type[ast.Node], ItemKind] = {
    ast.Struct: ItemKind.STRUCT,
    ast.Union: ItemKind.STRUCT,
    ast.Interface: ItemKind.INTERFACE,
    ast.Enum: ItemKind.ENUM,
    ast.Const: ItemKind.CONSTANT,
    ast.EnumValue: ItemKind.ENUM_MEMBER,
}

_TYPES = (ast.Struct, ast.Union, ast.Enum)
_VALUES = (ast.Const, ast.EnumValue, ast.Enum)
_TYPE_WORDS = (*PRIMITIVE_NAMES, *ENDPOINT_WORDS, "array", "map", "hash_map", "handle")
_DEFINITION_WORDS = ("struct", "union", "interface", "enum", "const", "feature", "import", "module")
_HANDLE_KINDS = tuple(kind.value for kind in HandleKind if kind is not HandleKind.GENERIC)


def complete(project: Project, params: Params) -> Json:
    path, document = project.document(params)
    offset = offset_of(document.text, params.get("position"))
    file = project.snapshot([path]).file(path)
    if file is None:
        return None
    words = _words_before(document.text[:offset])
    qualifier, words = _qualifier(words, offset)
    found = _fitting(project, file, words, offset, qualifier)
    by_label: dict[str, Json] = {str(item["label"]): item for item in found}
    return list(by_label.values())[:MAX_ITEMS]


def _words_before(text: str) -> tuple[Token, ...]:
    return lexer.run(SourceFile("", "", text), Diagnostics()).tokens[:-1]


def _qualifier(words: tuple[Token, ...], offset: int) -> tuple[str, tuple[Token, ...]]:
    """What was already typed of a dotted name, without its last part; and the words before the name."""
    rest = list(words)
    if rest and rest[-1].kind is Kind.NAME and rest[-1].end == offset:
        rest.pop()
    parts: list[str] = []
    while len(rest) > 1 and rest[-1].text == "." and rest[-2].kind is Kind.NAME:
        parts.insert(0, rest[-2].text)
        del rest[-2:]
    return "".join(f"{part}." for part in parts), tuple(rest)


def _fitting(
    project: Project, file: LoadedFile, words: Sequence[Token], offset: int, qualifier: str
) -> Iterator[dict[str, Json]]:
    last = words[-1] if words else None
    before = words[-2].text if len(words) > 1 else ""
    names = _Names(project, file, offset, qualifier)
    if last is not None and last.kind is Kind.STRING and last.end == offset and before == "import":
        yield from _import_paths(project, file)
    elif _in_attributes(words):
        if last is not None and last.text != "=":
            yield from _plain(sorted(ALL_NAMES), ItemKind.PROPERTY)
        else:
            yield from names.of(_VALUES)
    elif last is not None and last.text == "<" and before in ENDPOINT_WORDS:
        yield from names.of((ast.Interface,))
    elif last is not None and last.text == "<" and before == "handle":
        yield from _plain(_HANDLE_KINDS, ItemKind.KEYWORD)
    elif last is not None and last.text == "=":
        yield from names.of(_VALUES)
        if not qualifier:
            yield from _plain(("true", "false", "default"), ItemKind.KEYWORD)
    elif _depth(words) == 0 and (last is None or last.text in (";", "]")):
        yield from _plain(_DEFINITION_WORDS, ItemKind.KEYWORD)
    else:
        yield from names.of(_TYPES)
        if not qualifier:
            yield from _plain((*_TYPE_WORDS, "enum", "const"), ItemKind.KEYWORD)


class _Names:
    """The definitions a place can see, spelled as they would be written there."""

    def __init__(self, project: Project, file: LoadedFile, offset: int, qualifier: str) -> None:
        self._view: View = project.snapshot([file.tree.source.path]).resolved.views[file]
        self._prefixes = self._view.prefixes(_scope(file, offset))
        self._qualifier = qualifier

    def of(self, kinds: tuple[type[ast.Node], ...]) -> Iterator[dict[str, Json]]:
        for full, symbol in self._view.visible.items():
            if isinstance(symbol.node, kinds):
                prefix = next(item for item in self._prefixes if full.startswith(item))
                written = full[len(prefix) :]
                if written.startswith(self._qualifier):
                    yield {
                        "label": written[len(self._qualifier) :],
                        "kind": _KINDS[type(symbol.node)],
                        "detail": f"{symbol.word} of {symbol.file.import_path}",
                    }


def _scope(file: LoadedFile, offset: int) -> tuple[str, ...]:
    for node, path in scoped_definitions(file.tree):
        if len(path) == 1 and node.span.start <= offset <= node.span.end:
            return path
    return ()


def _depth(words: Iterable[Token]) -> int:
    return sum(1 if word.text == "{" else -1 if word.text == "}" else 0 for word in words)


def _in_attributes(words: Sequence[Token]) -> bool:
    for word in reversed(words):
        if word.text in ("]", ";", "{", "}"):
            return False
        if word.text == "[":
            return True
    return False


def _import_paths(project: Project, file: LoadedFile) -> Iterator[dict[str, Json]]:
    roots = project.roots
    own = file.tree.source.path
    for path in project.files():
        if os.path.abspath(path) != os.path.abspath(own) and (found := roots.import_path_of(path)) is not None:
            yield {"label": found, "kind": ItemKind.FILE}


def _plain(labels: Iterable[str], kind: ItemKind) -> Iterator[dict[str, Json]]:
    for label in labels:
        yield {"label": label, "kind": kind}
