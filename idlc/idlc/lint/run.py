# SPDX-License-Identifier: Apache-2.0
"""All families, and what the file silences."""

from __future__ import annotations

from idlc.diagnostics import Diagnostics
from idlc.lint import circles, comments, dangers, imports, names
from idlc.lint.silence import silence_of
from idlc.lint.subject import Subject

FAMILIES = (names, comments, circles, dangers, imports)


def run(subject: Subject, diagnostics: Diagnostics) -> None:
    silence = silence_of(subject.tree, diagnostics)
    found = Diagnostics()
    for family in FAMILIES:
        family.run(subject, found)
    for item in found.sorted:
        if not silence.covers(item):
            diagnostics.add(item)
