# SPDX-License-Identifier: Apache-2.0
"""The options all commands share that read IDL files."""

from __future__ import annotations

import argparse

from idlc.compiler import Options
from idlc.roots import Roots


def add_front_end_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("files", nargs="+", metavar="FILE", help="an .idl or .mojom file below one of the import roots")
    add(
        "-I",
        "--import-root",
        action="append",
        dest="roots",
        default=[],
        metavar="FOLDER",
        help="a folder that import paths are relative to; may be repeated; default: the current folder",
    )
    add(
        "--feature",
        "--enable-feature",
        action="append",
        dest="features",
        default=[],
        metavar="NAME",
        help="enable a feature for EnableIf and EnableIfNot; may be repeated",
    )
    add("--strict", action="store_true", help="unknown and misplaced attributes are errors")
    add(
        "--diagnostics",
        choices=("text", "json"),
        default="text",
        help="how to print what is wrong: for people, or one JSON object a line",
    )


def front_end_options(arguments: argparse.Namespace) -> Options:
    roots = Roots(tuple(arguments.roots) or (".",))
    return Options(roots, frozenset(arguments.features), arguments.strict)
