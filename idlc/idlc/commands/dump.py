# SPDX-License-Identifier: Apache-2.0
"""show what the compiler makes of a file: where every field stands on the wire

Without --json: tables of offsets, bits and sizes for people. With --json: the whole intermediate representation with its
layout, in the schema that docs/idlc.md describes.
"""

from __future__ import annotations

import argparse
import json
import sys

from idlc import compiler, ir, layout
from idlc.backends.json.dump import SCHEMA, Json, dump_layouts, dump_module
from idlc.commands.common import add_front_end_options, front_end_options
from idlc.diagnostics import Diagnostics
from idlc.layout_table import layout_table

EXAMPLES = """\
  idlc dump idl/clock.idl
  idlc dump --json idl/clock.idl | jq '.modules[0].layout.structs'"""


def add_options(parser: argparse.ArgumentParser) -> None:
    add_front_end_options(parser)
    parser.add_argument("--json", action="store_true", help="the whole representation, for programs")


def run(arguments: argparse.Namespace, diagnostics: Diagnostics) -> None:
    compiled = compiler.run(arguments.files, front_end_options(arguments), diagnostics)
    modules = [module for module, _ in compiled.modules]
    if diagnostics.has_errors:
        return
    if arguments.json:
        _print_json(modules)
    else:
        sys.stdout.write("\n".join(layout_table(module) for module in modules))


def _print_json(modules: list[ir.Module]) -> None:
    found: list[Json] = [
        {"module": dump_module(module), "layout": dump_layouts(layout.run(module))} for module in modules
    ]
    # ASCII, so that the terminal's encoding does not matter.
    json.dump({"schema": SCHEMA, "modules": found}, sys.stdout, indent=2)
    sys.stdout.write("\n")
