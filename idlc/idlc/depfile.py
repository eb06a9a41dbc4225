# SPDX-License-Identifier: Apache-2.0
"""The depfile: a rule in the language of Make that says which files were read for which outputs."""

from __future__ import annotations

from collections.abc import Iterable


def depfile_text(outputs: Iterable[str], inputs: Iterable[str]) -> str:
    """Outputs in the order given, which build tools rely on."""
    targets = " ".join(_quoted(path) for path in outputs)
    return f"{targets}:{''.join(f' {_quoted(path)}' for path in inputs)}\n"


def _quoted(path: str) -> str:
    for letter, escaped in (("\\", "\\\\"), ("$", "$$"), (" ", "\\ "), ("#", "\\#")):
        path = path.replace(letter, escaped)
    return path
