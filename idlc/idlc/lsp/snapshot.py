# SPDX-License-Identifier: Apache-2.0
"""What the compiler made of some files at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from idlc import ir, lower
from idlc.diagnostics import Diagnostics
from idlc.loader import Loaded, LoadedFile
from idlc.lsp.occurrences import Occurrence, occurrences
from idlc.resolve import Resolved


@dataclass(frozen=True, eq=False)
class Snapshot:
    loaded: Loaded
    resolved: Resolved
    diagnostics: Diagnostics

    def file(self, path: str) -> LoadedFile | None:
        return next((file for file in self.loaded.files if file.tree.source.path == path), None)

    @cached_property
    def modules(self) -> Mapping[str, ir.Module]:
        """By import path; none if there are errors anywhere, as layouts would be guesses then."""
        if self.diagnostics.has_errors:
            return {}
        return {file.import_path: module for file, module in lower.run(self.resolved).items()}

    @cached_property
    def _occurrences(self) -> dict[LoadedFile, tuple[Occurrence, ...]]:
        return {}

    def occurrences(self, file: LoadedFile) -> tuple[Occurrence, ...]:
        """All names in a file that mean something, in the order of the text."""
        if file not in self._occurrences:
            self._occurrences[file] = occurrences(file, self.resolved)
        return self._occurrences[file]

    def at(self, file: LoadedFile, offset: int) -> Occurrence | None:
        """The name at or directly before a place."""
        touching = [item for item in self.occurrences(file) if item.span.start <= offset <= item.span.end]
        return touching[-1] if touching else None
