# SPDX-License-Identifier: Apache-2.0
"""look for mistakes, write nothing

Reads the files and all they import, and reports every mistake. An editor or a commit hook wants this one.
"""

from __future__ import annotations

import argparse

from idlc import parallel
from idlc.commands.common import add_front_end_options, add_jobs_option, front_end_options
from idlc.compiler import Compiled
from idlc.diagnostics import Diagnostics

EXAMPLES = """\
  idlc check idl/clock.idl
  idlc check -I idl -j 0 idl/*.idl"""


def add_options(parser: argparse.ArgumentParser) -> None:
    add_front_end_options(parser)
    add_jobs_option(parser)


def run(arguments: argparse.Namespace, diagnostics: Diagnostics) -> None:
    parallel.run(arguments.files, front_end_options(arguments), arguments.jobs, _nothing_more, diagnostics)


def _nothing_more(compiled: Compiled, diagnostics: Diagnostics) -> None:
    """The front end has looked at everything."""
