# SPDX-License-Identifier: Apache-2.0
"""show what the compiler makes of a file: where every field stands on the wire

Without --json: tables of offsets, bits and sizes for people. With --json: the whole intermediate representation with its
layout, in the schema that docs/idlc.md describes.
"""

from __future__ import annotations

import argparse
import json
import sys

from idlc import layout, parallel
from idlc.backends.json.dump import SCHEMA, Json, dump_layouts, dump_module
from idlc.commands.common import add_front_end_options, add_jobs_option, front_end_options
from idlc.compiler import Compiled
from idlc.diagnostics import Diagnostics
from idlc.layout_table import layout_table

EXAMPLES = """\
  idlc dump idl/clock.idl
  idlc dump --json idl/clock.idl | jq '.modules[0].layout.structs'"""


def add_options(parser: argparse.ArgumentParser) -> None:
    add_front_end_options(parser)
    add_jobs_option(parser)
    parser.add_argument("--json", action="store_true", help="the whole representation, for programs")


def run(arguments: argparse.Namespace, diagnostics: Diagnostics) -> None:
    work = _json if arguments.json else _tables
    outcome = parallel.run(arguments.files, front_end_options(arguments), arguments.jobs, work, diagnostics)
    if diagnostics.has_errors:
        return
    found = [item for part in outcome.made for item in part]
    if arguments.json:
        # ASCII, so that the terminal's encoding does not matter.
        json.dump({"schema": SCHEMA, "modules": found}, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        sys.stdout.write("\n".join(str(table) for table in found))


def _json(compiled: Compiled, _: Diagnostics) -> list[Json]:
    return [
        {"module": dump_module(module), "layout": dump_layouts(layout.run(module))}
        for module, _ in compiled.modules
    ]


def _tables(compiled: Compiled, _: Diagnostics) -> list[Json]:
    return [layout_table(module) for module, _ in compiled.modules]
