# SPDX-License-Identifier: Apache-2.0
"""The import roots: folders that import paths are relative to."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Roots:
    """The folders in the order given. Look-ups begin with the longest, so a root inside a root wins."""

    folders: tuple[str, ...]
    is_file: Callable[[str], bool] = os.path.isfile
    """An editor also counts files that are not saved yet."""

    @cached_property
    def _by_length(self) -> tuple[str, ...]:
        return tuple(sorted(self.folders, key=lambda folder: -len(os.path.abspath(folder))))

    def find(self, import_path: str) -> str | None:
        """The file behind an import path, as the user would open it."""
        for folder in self._by_length:
            path = os.path.normpath(os.path.join(folder, import_path))
            if self.is_file(path):
                return path
        return None

    def import_path_of(self, path: str) -> str | None:
        """How others import this file, or None if it lies under no root."""
        absolute = os.path.abspath(path)
        for folder in self._by_length:
            relative = os.path.relpath(absolute, os.path.abspath(folder))
            if relative.split(os.sep)[0] != os.pardir:
                return relative.replace(os.sep, "/")
        return None

    def places(self, import_path: str) -> tuple[str, ...]:
        """Where `find` looks, for messages."""
        return tuple(os.path.normpath(os.path.join(folder, import_path)) for folder in self._by_length)
