# SPDX-License-Identifier: Apache-2.0
"""look for what is correct but unwise: names, missing comments, dangerous patterns

Every finding has a number L... with a section in docs/diagnostics.md. In a file, a comment `// lint-off: L0201` silences a
rule, and `// lint-off-line: L0103` silences it for its line or, standing alone, for the next.
"""

from __future__ import annotations

import argparse

from idlc import lint, parallel
from idlc.commands.common import add_front_end_options, add_jobs_option, front_end_options
from idlc.compiler import Compiled
from idlc.diagnostics import Diagnostics
from idlc.lint.subject import Subject

EXAMPLES = """\
  idlc lint -I idl idl/*.idl"""


def add_options(parser: argparse.ArgumentParser) -> None:
    add_front_end_options(parser)
    add_jobs_option(parser)


def run(arguments: argparse.Namespace, diagnostics: Diagnostics) -> bool:
    outcome = parallel.run(arguments.files, front_end_options(arguments), arguments.jobs, _lint, diagnostics)
    return all(outcome.made)


def _lint(compiled: Compiled, diagnostics: Diagnostics) -> bool:
    """True if nothing was found."""
    found = Diagnostics()
    for module, tree in compiled.modules:
        lint.run(Subject(module, tree), found)
    for item in found.sorted:
        diagnostics.add(item)
    return not found.sorted
