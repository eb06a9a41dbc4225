# SPDX-License-Identifier: Apache-2.0
"""The command line: `idlc COMMAND ...`."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import traceback
from collections.abc import Sequence

from idlc import __version__
from idlc.commands import breaking, check, doc, dump, format, generate, lint, lsp
from idlc.commands.arguments import ResponseFileError, expand
from idlc.diagnostics import Diagnostics
from idlc.diagnostics.render import ANSI, PLAIN, Colours, render
from idlc.diagnostics.render_json import render_json

COMMANDS = {
    "check": check,
    "generate": generate,
    "format": format,
    "lint": lint,
    "breaking": breaking,
    "doc": doc,
    "dump": dump,
    "lsp": lsp,
}

FINE, FOUND, WRONG_USE, BUG = range(4)
"""The exit status."""

_DESCRIPTION = """\
The Ferrule interface compiler. It reads .idl and .mojom files, which describe the structs and interfaces that two
programs share, tells what is wrong with them, and turns them into C++.

A first file, clock.idl:

  module sample;

  interface Clock {
    Now() => (int64 microseconds);
  };

Try `idlc check clock.idl`, then `idlc generate --out-dir build clock.idl`.
"""

_EPILOG = """\
`idlc COMMAND --help` explains a command. `@FILE` stands for the arguments written in FILE.

exit status:
  0  all is well
  1  something is wrong with the files, or a command that looks for something found it
  2  the command line is wrong
  3  a bug in idlc itself

The language: docs/idl.md. Every message by its number: docs/diagnostics.md. The commands: docs/idlc.md.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    gc.set_threshold(100_000)  # nearly all that a run makes lives to its end
    parser = _parser()
    try:
        options = parser.parse_args(expand(sys.argv[1:] if arguments is None else arguments))
        return _run(options)
    except ResponseFileError as reason:
        parser.error(str(reason))
    except BrokenPipeError:  # whoever reads our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return FOUND
    except KeyboardInterrupt:
        return 130
    except Exception as bug:  # pylint: disable=broad-except
        _report_bug(bug)
        return BUG


def _run(options: argparse.Namespace) -> int:
    diagnostics = Diagnostics()
    is_fine = COMMANDS[options.command].run(options, diagnostics)
    sys.stdout.flush()
    _print(diagnostics, options.diagnostics, _colours(options.colour))
    return FOUND if diagnostics.has_errors or is_fine is False else FINE


def _report_bug(bug: Exception) -> None:
    details = "set IDLC_TRACEBACK=1 to see where it happened"
    if os.environ.get("IDLC_TRACEBACK"):
        details = traceback.format_exc()
    sys.stderr.write(
        f"idlc: internal error: {type(bug).__name__}: {bug}\n"
        f"This is a bug in idlc, not in your files; please report it with them.\n{details}\n"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="idlc",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"idlc {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", title="commands")
    for name, command in COMMANDS.items():
        text = command.__doc__ or ""
        sub = commands.add_parser(
            name,
            help=text.split("\n")[0],
            description=text,
            epilog=f"examples:\n{command.EXAMPLES}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_options(sub)
    return parser


def _colours(choice: str) -> Colours:
    if choice == "auto":
        is_terminal = sys.stderr is not None and sys.stderr.isatty()
        choice = "always" if is_terminal and not os.environ.get("NO_COLOR") else "never"
    return ANSI if choice == "always" else PLAIN


def _print(diagnostics: Diagnostics, style: str, colours: Colours) -> None:
    """Text for people on the error stream; one JSON object a line for editors on the same."""
    if sys.stderr is None:  # closed by whoever started the process
        return
    encoding = sys.stderr.encoding or "utf-8"
    for item in diagnostics.sorted:
        line = render_json(item) if style == "json" else render(item, colours)
        sys.stderr.write(line.encode(encoding, "replace").decode(encoding))
