# SPDX-License-Identifier: Apache-2.0
"""Comments that silence rules: `// lint-off: L0201 L0103` for the file, `// lint-off-line: L0103` for one line.

The second stands behind the line, or on a line of its own above it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from idlc import ast
from idlc.diagnostics import Diagnostics
from idlc.diagnostics.diagnostic import Diagnostic
from idlc.lint import rules
from idlc.source import Span

_COMMENT = re.compile(r"lint-off(-line)?:((?: *[A-Za-z]\w*,?)+)")


@dataclass
class Silence:
    in_file: set[str] = field(default_factory=set)
    on_lines: dict[int, set[str]] = field(default_factory=dict)

    def covers(self, item: Diagnostic) -> bool:
        if item.span is None:
            return False
        line = item.span.position.line
        return item.message.code in self.in_file or item.message.code in self.on_lines.get(line, ())


def silence_of(tree: ast.File, diagnostics: Diagnostics) -> Silence:
    known = {rule.code for rule in rules.ALL_RULES}
    silence = Silence()
    for comment in tree.comments:
        span = Span(tree.source, comment.start, comment.end)
        for found in _COMMENT.finditer(comment.text):
            codes = set(re.findall(r"\w+", found[2]))
            for code in sorted(codes - known):
                diagnostics.report(rules.unknown_silence(code), span)
            if found[1]:
                line = tree.source.position(comment.end).line
                is_alone = tree.source.line_text(line).strip() == comment.text.strip()
                silence.on_lines.setdefault(line + is_alone, set()).update(codes)
            else:
                silence.in_file |= codes
    return silence
