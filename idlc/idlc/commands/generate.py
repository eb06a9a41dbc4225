# SPDX-License-Identifier: Apache-2.0
"""turn IDL files into code"""

from __future__ import annotations

import argparse
import os

from idlc import ast, compiler, ir, layout, output
from idlc.backends import BACKENDS, OutputFile, UnsupportedError, load_backend
from idlc.commands.common import add_front_end_options, front_end_options
from idlc.depfile import depfile_text
from idlc.diagnostics import Diagnostics, rules
from idlc.locate import locate


def add_options(parser: argparse.ArgumentParser) -> None:
    add_front_end_options(parser)
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
        "--depfile",
        metavar="FILE",
        help="write a rule for Make and Ninja that names outputs and all files read",
    )


_TITLES = {"cpp": "C++", "json": "JSON"}


def run(arguments: argparse.Namespace, diagnostics: Diagnostics) -> None:
    """Writes nothing if anything is wrong."""
    compiled = compiler.run(arguments.files, front_end_options(arguments), diagnostics)
    if diagnostics.has_errors:
        return
    files: list[OutputFile] = []
    for module, tree in compiled.modules:
        files.extend(_generate(arguments.backend, module, tree, diagnostics))
    if diagnostics.has_errors:
        return
    output.run(files, arguments.out_dir, diagnostics)
    if arguments.depfile is not None and not diagnostics.has_errors:
        outputs = [os.path.join(arguments.out_dir, *file.path.split("/")) for file in files]
        output.write_text(arguments.depfile, depfile_text(outputs, compiled.paths_read), diagnostics)


def _generate(backend: str, module: ir.Module, tree: ast.File, diagnostics: Diagnostics) -> list[OutputFile]:
    try:
        return load_backend(backend)(module, layout.run(module))
    except UnsupportedError as reason:
        for item in reason.found:
            diagnostics.report(
                rules.not_supported(_TITLES[backend], item.what), locate(tree, item.where.path)
            )
        return []
