# SPDX-License-Identifier: Apache-2.0
"""The command line: `idlc COMMAND ...`. Exit status 0: fine, 1: errors in the files, 2: wrong use of the command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from idlc import __version__
from idlc.commands import check, generate
from idlc.diagnostics import Diagnostics
from idlc.diagnostics.render import ANSI, PLAIN, render
from idlc.diagnostics.render_json import render_json

COMMANDS = {"generate": generate, "check": check}


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    diagnostics = Diagnostics()
    COMMANDS[options.command].run(options, diagnostics)
    _print(diagnostics, options.diagnostics)
    return 1 if diagnostics.has_errors else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="idlc", description="The Ferrule interface compiler.")
    parser.add_argument("--version", action="version", version=f"idlc {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        text = (command.__doc__ or "").split("\n")[0]
        sub = commands.add_parser(name, help=text, description=text)
        command.add_options(sub)
    return parser


def _print(diagnostics: Diagnostics, style: str) -> None:
    """Text for people on the error stream; one JSON object a line for editors on the same."""
    if sys.stderr is None:  # closed by whoever started the process
        return
    encoding = sys.stderr.encoding or "utf-8"
    colours = ANSI if sys.stderr.isatty() and not os.environ.get("NO_COLOR") else PLAIN
    for item in diagnostics.sorted:
        line = render_json(item) if style == "json" else render(item, colours)
        sys.stderr.write(line.encode(encoding, "replace").decode(encoding))
