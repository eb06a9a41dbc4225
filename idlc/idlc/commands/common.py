# SPDX-License-Identifier: Apache-2.0
"""The options that commands share."""

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
    add_message_options(parser)


def add_message_options(parser: argparse.ArgumentParser) -> None:
    """How to print what is wrong; every command has these."""
    add = parser.add_argument
    add(
        "--diagnostics",
        choices=("text", "json"),
        default="text",
        help="how to print what is wrong: for people, or one JSON object a line",
    )
    add(
        "--colour",
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="colours in messages; auto: on a terminal, unless the environment variable NO_COLOR is set",
    )


def add_jobs_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-j",
        "--jobs",
        type=_count,
        default=1,
        metavar="N",
        help="work in N processes; 0: one for each processor; pays off from dozens of files on",
    )


def _count(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 4:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of processes")
    return int(text)


def front_end_options(arguments: argparse.Namespace) -> Options:
    roots = Roots(tuple(arguments.roots) or (".",))
    return Options(roots, frozenset(arguments.features), arguments.strict)
