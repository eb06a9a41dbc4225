# SPDX-License-Identifier: Apache-2.0
"""The pass that writes files: only if their text changed, and never half a file.

A file that kept its text keeps its time, so a build does not compile again what includes it. New text goes to a
temporary file beside the target, which then takes its place in one step.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence

from idlc.backends import OutputFile
from idlc.diagnostics import Diagnostics, rules


def run(files: Sequence[OutputFile], folder: str, diagnostics: Diagnostics) -> None:
    for file in files:
        write_text(os.path.join(folder, *file.path.split("/")), file.text, diagnostics)


def write_text(path: str, text: str, diagnostics: Diagnostics) -> None:
    data = text.encode()
    try:
        if not _has_content(path, data):
            _replace(path, data)
    except (OSError, ValueError) as reason:
        words = getattr(reason, "strerror", None) or str(reason)
        diagnostics.report(rules.cannot_write(path, words), None)


def _has_content(path: str, data: bytes) -> bool:
    try:
        with open(path, "rb") as stream:
            return stream.read(len(data) + 1) == data
    except FileNotFoundError:
        return False


def _replace(path: str, data: bytes) -> None:
    folder = os.path.dirname(path) or "."
    os.makedirs(folder, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=f".{os.path.basename(path)[:200]}.")
    try:
        with open(descriptor, "wb") as stream:
            stream.write(data)
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
