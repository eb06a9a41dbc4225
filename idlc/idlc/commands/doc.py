# SPDX-License-Identifier: Apache-2.0
"""write reference pages: HTML with links and search, or Markdown

One page a file, from definitions and their comments, and an index. Types are links to the pages of the files given.
"""

from __future__ import annotations

import argparse

from functools import partial
from typing import TYPE_CHECKING

from idlc import output, parallel
from idlc.backends import OutputFile
from idlc.commands.common import add_front_end_options, add_jobs_option, front_end_options
from idlc.compiler import Compiled
from idlc.diagnostics import Diagnostics

if TYPE_CHECKING:
    from idlc.doc.views import Page

EXAMPLES = """\
  idlc doc --out-dir pages -I idl idl/*.idl
  idlc doc --format markdown --out-dir pages idl/clock.idl"""


def add_options(parser: argparse.ArgumentParser) -> None:
    add_front_end_options(parser)
    add_jobs_option(parser)
    add = parser.add_argument
    add("--out-dir", required=True, metavar="FOLDER", help="where to write")
    add("--format", choices=("html", "markdown"), default="html", help="what to write; default: html")


def run(arguments: argparse.Namespace, diagnostics: Diagnostics) -> None:
    options = front_end_options(arguments)
    known = frozenset(path for file in arguments.files if (path := options.roots.import_path_of(file)) is not None)
    work = partial(_pages, arguments.format, known)
    outcome = parallel.run(arguments.files, options, arguments.jobs, work, diagnostics)
    if diagnostics.has_errors:
        return
    from idlc.doc import Printer  # pylint: disable=import-outside-toplevel

    printed = [item for part in outcome.made for item in part]
    index = Printer(arguments.format, known).index([page for page, _ in printed])
    output.run([*(file for _, file in printed), index], arguments.out_dir, diagnostics)


def _pages(
    kind: str, known: frozenset[str], compiled: Compiled, _: Diagnostics
) -> list[tuple[Page, OutputFile]]:
    # Here, so that no other command pays for templates.
    from idlc.doc import Printer  # pylint: disable=import-outside-toplevel

    return Printer(kind, known).pages(module for module, _ in compiled.modules)
