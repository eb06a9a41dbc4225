# SPDX-License-Identifier: Apache-2.0
"""All texts a session knows, open or on the disk, and what the compiler makes of them.

Parsed files are kept as long as their text stays, which makes typing fast: only the file that changes is read anew. What
the passes behind find is worked out from scratch for each question and kept until the next change.
"""

from __future__ import annotations

import os
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from idlc import compiler, loader
from idlc.diagnostics import Diagnostics, Message
from idlc.loader import Parsed
from idlc.lsp.documents import Document
from idlc.lsp.json_rpc import Code, Params, RpcError
from idlc.lsp.settings import Settings
from idlc.lsp.snapshot import Snapshot
from idlc.lsp.uris import path_of, uri_of
from idlc.roots import Roots
from idlc.source import SourceFile

MAX_ENTRIES = 200_000
"""Folder entries looked at in a search for files: somebody may open an editor in the root of a disk."""

MAX_PARSED = 4_000
MAX_SNAPSHOTS = 16


class Project:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folders: tuple[str, ...] = ()
        """The workspace folders."""
        self.documents: dict[str, Document] = {}
        """By path."""
        self._parsed: OrderedDict[str, tuple[str, str, Parsed]] = OrderedDict()
        self._snapshots: OrderedDict[tuple[str, ...], Snapshot] = OrderedDict()

    # --- texts

    def changed(self) -> None:
        """To be called after any change of texts, settings or files on the disk."""
        self._snapshots.clear()

    def document(self, params: Params) -> tuple[str, Document]:
        """The open document that a request names, with its path."""
        uri = params.get("textDocument").get("uri").text
        path = path_of(uri)
        if path not in self.documents:
            raise RpcError(Code.INVALID_PARAMS, f"'{uri[:200]}' is not open")
        return path, self.documents[path]

    def uri(self, path: str) -> str:
        """As the client spells it, if it has the file open."""
        found = self.documents.get(os.path.abspath(path))
        return found.uri if found is not None else uri_of(path)

    def text(self, path: str) -> str | Message:
        found = self.documents.get(os.path.abspath(path))
        return found.text if found is not None else loader.read_text(path)

    # --- what the compiler makes of them

    @property
    def roots(self) -> Roots:
        """The roots of the settings or else the workspace, and the folder of each open file that lies below none."""
        folders = [*(self.settings.import_roots or self.folders)]
        for path in self.documents:
            if Roots(tuple(folders)).import_path_of(path) is None:
                folders.append(os.path.dirname(path))
        return Roots(tuple(folders), self._is_file)

    def snapshot(self, paths: Sequence[str]) -> Snapshot:
        """The files and all they import."""
        key = tuple(paths)
        if key not in self._snapshots:
            self._snapshots[key] = self._compile(paths)
            if len(self._snapshots) > MAX_SNAPSHOTS:
                self._snapshots.popitem(last=False)
        return self._snapshots[key]

    def with_texts(self, texts: Mapping[str, str]) -> Project:
        """A copy in which these files have other texts, to try out an edit."""
        copy = Project(self.settings)
        copy.folders = self.folders
        copy._parsed = self._parsed.copy()
        copy.documents = dict(self.documents)
        for path, text in texts.items():
            copy.documents[path] = Document(self.uri(path), None, text)
        return copy

    def files_with(self, words: Iterable[str]) -> list[str]:
        """The paths of all known files that hold one of the words, open ones first."""
        return [path for path in self.files() if self._has_word(path, tuple(words))]

    def files(self) -> list[str]:
        """The paths of all known files: open ones, then those below the roots."""
        return list(dict.fromkeys((*self.documents, *self._files_below(self.roots.folders))))

    # --- inside

    def _compile(self, paths: Sequence[str]) -> Snapshot:
        settings, diagnostics = self.settings, Diagnostics()
        options = compiler.Options(self.roots, settings.features, settings.is_strict, self._open)
        loaded, resolved = compiler.analyse(paths, options, diagnostics)
        return Snapshot(loaded, resolved, diagnostics)

    def _is_file(self, path: str) -> bool:
        return os.path.abspath(path) in self.documents or os.path.isfile(path)

    def _open(self, path: str, import_path: str) -> Parsed | Message:
        text = self.text(path)
        if isinstance(text, Message):
            return text
        known = self._parsed.get(path)
        if known is None or known[:2] != (import_path, text):
            known = (import_path, text, loader.parse(SourceFile(path, import_path, text)))
        self._parsed[path] = known
        self._parsed.move_to_end(path)
        if len(self._parsed) > MAX_PARSED:
            self._parsed.popitem(last=False)
        return known[2]

    def _has_word(self, path: str, words: tuple[str, ...]) -> bool:
        text = self.text(path)
        return not isinstance(text, Message) and any(
            word in text and re.search(rf"\b{re.escape(word)}\b", text) for word in words
        )

    @staticmethod
    def _files_below(folders: Iterable[str]) -> Iterator[str]:
        left = MAX_ENTRIES
        for folder in folders:
            for place, inner, names in os.walk(folder):
                inner[:] = sorted(name for name in inner if not name.startswith("."))
                left -= len(inner) + len(names)
                if left < 0:
                    return
                for name in sorted(names):
                    if name.endswith((".idl", ".mojom")):
                        yield os.path.abspath(os.path.join(place, name))
