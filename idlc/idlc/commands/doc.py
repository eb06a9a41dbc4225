# SPDX-License-Identifier: Apache-2.0
"""write reference pages: HTML with links and search, or Markdown

One page a file, from definitions and their comments, and an index. Types are links to the pages of the files given.
"""

from __future__ import annotations

import argparse

from idlc import compiler, output
from idlc.commands.common import add_front_end_options, front_end_options
from idlc.diagnostics import Diagnostics

EXAMPLES = """\
  idlc doc --out-dir pages -I idl idl/*.idl
  idlc doc --format markdown --out-dir pages idl/clock.idl"""


def add_options(parser: argparse.ArgumentParser) -> None:
    add_front_end_options(parser)
    add = parser.add_argument
    add("--out-dir", required=True, metavar="FOLDER", help="where to write")
    add("--format", choices=("html", "markdown"), default="html", help="what to write; default: html")


def run(arguments: argparse.Namespace, diagnostics: Diagnostics) -> None:
    compiled = compiler.run(arguments.files, front_end_options(arguments), diagnostics)
    if diagnostics.has_errors:
        return
    # Here, so that no other command pays for templates.
    from idlc.doc import render  # pylint: disable=import-outside-toplevel

    output.run(
        render([module for module, _ in compiled.modules], arguments.format), arguments.out_dir, diagnostics
    )
