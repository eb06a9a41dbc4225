# SPDX-License-Identifier: Apache-2.0
"""turn IDL files into code

Writes, for geometry/point.idl below an import root, geometry/point.idl.h and geometry/point.idl.cpp below the output
folder. A file whose text did not change is left alone; if anything is wrong, nothing is written.
"""

from __future__ import annotations

import argparse
import os
from functools import partial

from idlc import ast, ir, layout, output, parallel
from idlc.backends import BACKENDS, OutputFile, UnsupportedError, load_backend
from idlc.backends.mapping_files import read_files
from idlc.backends.mapping_names import Names, check, names_of
from idlc.backends.mappings import Mappings
from idlc.commands.common import add_front_end_options, add_jobs_option, front_end_options
from idlc.compiler import Compiled
from idlc.depfile import depfile_text
from idlc.diagnostics import Diagnostics, rules
from idlc.locate import locate

EXAMPLES = """\
  idlc generate --out-dir build idl/clock.idl
  idlc generate -I idl --out-dir build --depfile build/clock.d idl/clock.idl"""


def add_options(parser: argparse.ArgumentParser) -> None:
    add_front_end_options(parser)
    add_jobs_option(parser)
    add = parser.add_argument
    add(
        "--out-dir",
        required=True,
        metavar="FOLDER",
        help="where to write; each file goes to its path below its import root, with an ending added",
    )
    add(
        "--backend",
        choices=BACKENDS,
        default="cpp",
        help="what to write: C++20, or the compiler's own view as JSON",
    )
    add(
        "--mapping",
        action="append",
        dest="mappings",
        default=[],
        metavar="FILE",
        help="JSON that names C++ types to use instead of generated ones; may be repeated",
    )
    add(
        "--depfile",
        metavar="FILE",
        help="write a rule for Make and Ninja that names outputs and all files read",
    )


_TITLES = {"cpp": "C++", "json": "JSON"}


def run(arguments: argparse.Namespace, diagnostics: Diagnostics) -> None:
    """Writes nothing if anything is wrong."""
    mappings = read_files(arguments.mappings, diagnostics)
    if diagnostics.has_errors:
        return
    work = partial(_generate_all, arguments.backend, mappings)
    outcome = parallel.run(arguments.files, front_end_options(arguments), arguments.jobs, work, diagnostics)
    if diagnostics.has_errors:
        return
    if mappings:
        names = {name: word for _, part in outcome.made for name, word in part.items()}
        check(mappings, arguments.mappings, names, diagnostics)
        if arguments.strict:
            diagnostics.make_warnings_errors(("W0901",))
        if diagnostics.has_errors:
            return
    files = [file for part, _ in outcome.made for file in part]
    output.run(files, arguments.out_dir, diagnostics)
    if arguments.depfile is not None and not diagnostics.has_errors:
        outputs = [os.path.join(arguments.out_dir, *file.path.split("/")) for file in files]
        output.write_text(arguments.depfile, depfile_text(outputs, (*outcome.paths_read, *arguments.mappings)), diagnostics)


def _generate_all(
    backend: str, mappings: Mappings, compiled: Compiled, diagnostics: Diagnostics
) -> tuple[list[OutputFile], Names]:
    files = [
        file
        for module, tree in compiled.modules
        for file in _generate(backend, mappings, module, tree, diagnostics)
    ]
    return files, names_of(module for module, _ in compiled.modules) if mappings else {}


def _generate(
    backend: str, mappings: Mappings, module: ir.Module, tree: ast.File, diagnostics: Diagnostics
) -> list[OutputFile]:
    try:
        return load_backend(backend)(module, layout.run(module), mappings)
    except UnsupportedError as reason:
        for item in reason.found:
            diagnostics.report(
                rules.not_supported(_TITLES[backend], item.what), locate(tree, item.where.path)
            )
        return []
