# SPDX-License-Identifier: Apache-2.0
"""look for mistakes, write nothing"""

from __future__ import annotations

import argparse

from idlc import compiler
from idlc.commands.common import add_front_end_options, front_end_options
from idlc.diagnostics import Diagnostics


def add_options(parser: argparse.ArgumentParser) -> None:
    add_front_end_options(parser)


def run(arguments: argparse.Namespace, diagnostics: Diagnostics) -> None:
    compiler.run(arguments.files, front_end_options(arguments), diagnostics)
