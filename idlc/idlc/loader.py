# SPDX-License-Identifier: Apache-2.0
"""The pass from paths to parsed files: reads, parses and filters each file once, and those it imports.

The walk keeps its own stack, so a chain of thousands of imports is no problem. A file appears in the result after all
files it imports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, NamedTuple

from idlc import ast, conditions, lexer, parser
from idlc.diagnostics import Diagnostics, Message, Note, rules
from idlc.diagnostics.diagnostic import Diagnostic
from idlc.limits import MAX_FILE_BYTES
from idlc.roots import Roots
from idlc.source import SourceFile, Span


@dataclass(frozen=True, eq=False)
class LoadedImport:
    """An import statement and its file; None if that could not be read, which has been reported."""

    node: ast.Import
    file: LoadedFile | None


@dataclass(frozen=True, eq=False)
class LoadedFile:
    tree: ast.File
    imports: tuple[LoadedImport, ...]
    is_intact: bool
    """False after syntax errors: definitions or members may be missing from the tree."""

    @property
    def import_path(self) -> str:
        return self.tree.source.import_path

    @property
    def namespace(self) -> str:
        return self.tree.module.name.text if self.tree.module is not None else ""

    @property
    def is_complete(self) -> bool:
        """False if a name that cannot be found may be the fault of a missing import or of a syntax error."""
        return self.is_intact and all(item.file is not None and item.file.is_intact for item in self.imports)


@dataclass(frozen=True)
class Loaded:
    """All files in import order, and those of them that were asked for, in the order asked."""

    files: tuple[LoadedFile, ...]
    requested: tuple[LoadedFile, ...]
    paths_read: tuple[str, ...]


PIECE_BYTES = 1 << 16


class Parsed(NamedTuple):
    """A file as it is written, before conditions drop anything, and what is wrong with its grammar."""

    tree: ast.File
    found: tuple[Diagnostic, ...]

    @property
    def is_intact(self) -> bool:
        return not any(item.is_error for item in self.found)


Open = Callable[[str, str], "Parsed | Message"]
"""From a path and an import path to the file or what is wrong with it. An editor brings its own: its texts are unsaved,
and it keeps what did not change."""


def open_file(path: str, import_path: str) -> Parsed | Message:
    text = read_text(path)
    return text if isinstance(text, Message) else parse(SourceFile(path, import_path, text))


def parse(source: SourceFile) -> Parsed:
    found = Diagnostics()
    tree = parser.run(lexer.run(source, found), found)
    return Parsed(tree, found.sorted)


def run(
    paths: Sequence[str],
    roots: Roots,
    enabled: frozenset[str],
    diagnostics: Diagnostics,
    opened: Open = open_file,
) -> Loaded:
    loader = _Loader(roots, enabled, opened, diagnostics)
    requested = [file for path in dict.fromkeys(paths) if (file := loader.request(path)) is not None]
    return Loaded(tuple(loader.done.values()), tuple(dict.fromkeys(requested)), tuple(loader.paths_read))


@dataclass
class _Open:
    """A file whose imports are being loaded."""

    parsed: Parsed
    waiting: Iterator[ast.Import]
    imports: list[LoadedImport] = field(default_factory=list)
    current: ast.Import | None = None


class _Loader:
    def __init__(
        self, roots: Roots, enabled: frozenset[str], opened: Open, diagnostics: Diagnostics
    ) -> None:
        self._roots = roots
        self._enabled = enabled
        self._open = opened
        self._diagnostics = diagnostics
        self.done: dict[str, LoadedFile] = {}
        self.paths_read: list[str] = []
        self._failed: set[str] = set()

    def request(self, path: str) -> LoadedFile | None:
        import_path = self._roots.import_path_of(path)
        if import_path is None:
            hint = "add its folder, or one above, with -I"
            self._diagnostics.report(rules.file_outside_roots(path), None, hint=hint)
            return None
        if import_path not in self.done:
            self._load(path, import_path)
        return self.done.get(import_path)

    def _load(self, path: str, import_path: str) -> None:
        """Loads a file and all it imports into `done`."""
        parsed = self._read(path, import_path, None)
        if parsed is None:
            return
        stack = {import_path: _Open(parsed, iter(parsed.tree.imports))}
        while stack:
            key = next(reversed(stack))
            current = stack[key]
            statement = next(current.waiting, None)
            if statement is None:
                del stack[key]
                self.done[key] = LoadedFile(
                    current.parsed.tree, tuple(current.imports), current.parsed.is_intact
                )
                self._hand_over(stack, key)
            elif (opened := self._begin(statement, stack)) is not None:
                current.current = statement
                stack[opened.parsed.tree.source.import_path] = opened

    def _hand_over(self, stack: dict[str, _Open], key: str) -> None:
        """Gives a finished file to the one that imports it."""
        if stack:
            parent = stack[next(reversed(stack))]
            assert parent.current is not None
            parent.imports.append(LoadedImport(parent.current, self.done[key]))

    def _begin(self, statement: ast.Import, stack: dict[str, _Open]) -> _Open | None:
        """The imported file, if it must be loaded now; else the import is settled at once."""
        importer = stack[next(reversed(stack))]
        key = self._locate(statement)
        if key is not None and key in stack:
            self._report_cycle(statement, list(stack.values()), key)
            key = None
        if key is None or key in self.done or key in self._failed:
            importer.imports.append(LoadedImport(statement, self.done.get(key or "")))
            return None
        path = self._roots.find(key)
        parsed = self._read(path, key, statement.path.span) if path is not None else None
        if parsed is None:
            self._failed.add(key)
            importer.imports.append(LoadedImport(statement, None))
            return None
        return _Open(parsed, iter(parsed.tree.imports))

    def _locate(self, statement: ast.Import) -> str | None:
        """The import path under which the file is known, or None after a report."""
        written, span = statement.path.value, statement.path.span
        parts = written.split("/")
        if not written or written.startswith("/") or ".." in parts or "\0" in written or "\\" in written:
            hint = "write a path relative to an import root, with '/' between its parts"
            self._diagnostics.report(rules.bad_import_path(written), span, hint=hint)
            return None
        path = self._roots.find(written)
        if path is None:
            places = ", ".join(f"'{place}'" for place in self._roots.places(written))
            hint = f"looked for {places}; add a root with -I"
            self._diagnostics.report(rules.import_not_found(written), span, hint=hint)
            return None
        return self._roots.import_path_of(path)

    def _report_cycle(self, statement: ast.Import, stack: list[_Open], key: str) -> None:
        first = next(item for item in stack if item.parsed.tree.source.import_path == key)
        note = None
        if first.current is not None and first is not stack[-1]:
            note = Note("the circle begins with this import", first.current.path.span)
        self._diagnostics.report(rules.import_cycle(statement.path.value), statement.path.span, note=note)

    def _read(self, path: str, import_path: str, span: Span | None) -> Parsed | None:
        parsed = self._open(path, import_path)
        if isinstance(parsed, Message):
            self._diagnostics.report(parsed, span)
            return None
        self.paths_read.append(path)
        for item in parsed.found:
            self._diagnostics.add(item)
        return parsed._replace(tree=conditions.run(parsed.tree, self._enabled, self._diagnostics))


def _bounded(stream: IO[bytes]) -> bytes:
    """All, or somewhat more than MAX_FILE_BYTES: one large read would ask for that much memory for every file."""
    pieces: list[bytes] = []
    left = MAX_FILE_BYTES + 1
    while left > 0 and (piece := stream.read(PIECE_BYTES)):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def read_text(path: str) -> str | Message:
    """The text, or what is wrong with the file."""
    try:
        with open(path, "rb") as stream:
            data = _bounded(stream)
    except FileNotFoundError:
        return rules.file_not_found(path)
    except (OSError, ValueError) as reason:
        return rules.file_unreadable(path, getattr(reason, "strerror", None) or str(reason))
    if len(data) > MAX_FILE_BYTES:
        return rules.file_too_large(path, MAX_FILE_BYTES)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        return rules.file_not_utf8(path, reason.start)
