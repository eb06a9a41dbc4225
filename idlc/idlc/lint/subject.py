# SPDX-License-Identifier: Apache-2.0
"""What the rules look at."""

from __future__ import annotations

from dataclasses import dataclass

from idlc import ast, ir


@dataclass(frozen=True)
class Subject:
    """A file without errors, as it is written and as it is meant."""

    module: ir.Module
    tree: ast.File
