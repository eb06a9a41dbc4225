# SPDX-License-Identifier: Apache-2.0
"""serve an editor: diagnostics while typing, definitions, hover, rename, layout

A language server on standard input and output; editors start it. The options say what counts until the editor says more:
it may send importRoots, features, strict and lint as initializationOptions. Without roots its workspace folders are the
roots. idlc/editors has settings for VS Code, Vim and Neovim.
"""

from __future__ import annotations

import argparse
import os

from idlc.commands.common import add_message_options
from idlc.diagnostics import Diagnostics

EXAMPLES = """\
  idlc lsp
  idlc lsp -I idl --feature is_linux"""


def add_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("-I", "--import-root", action="append", dest="roots", default=[], metavar="FOLDER",
        help="a folder that import paths are relative to; may be repeated; default: the workspace folders")  # fmt: skip
    add("--feature", "--enable-feature", action="append", dest="features", default=[], metavar="NAME",
        help="enable a feature for EnableIf and EnableIfNot; may be repeated")  # fmt: skip
    add("--strict", action="store_true", help="unknown and misplaced attributes are errors")
    add("--lint", action="store_true", help="also show what `idlc lint` finds")
    add("--stdio", action="store_true", help="accepted, as some editors pass it; there is no other way")
    add_message_options(parser)


def run(arguments: argparse.Namespace, diagnostics: Diagnostics) -> bool:
    # Here, so that no other command pays for it.
    from idlc.lsp import serve  # pylint: disable=import-outside-toplevel
    from idlc.lsp.settings import Settings  # pylint: disable=import-outside-toplevel

    roots = tuple(os.path.abspath(folder) for folder in arguments.roots)
    settings = Settings(roots, frozenset(arguments.features), arguments.strict, arguments.lint)
    return serve(settings, 0, 1) == 0
