# SPDX-License-Identifier: Apache-2.0
"""find changes between two states of a file that break the wire or the source

OLD and NEW are two files, or two folders with the same files in them, as of the last release and as of now. What breaks
the wire has a number B1..., what breaks the source B2...; each finding names both places.
"""

from __future__ import annotations

import argparse
import os

from idlc import breaking, compiler
from idlc.breaking.report import Report
from idlc.breaking.side import Side, side_of
from idlc.commands.common import add_message_options
from idlc.diagnostics import Diagnostics, rules
from idlc.roots import Roots

EXAMPLES = """\
  idlc breaking released/clock.idl idl/clock.idl
  idlc breaking --only wire released/ idl/"""

_KINDS = {"wire": frozenset(("B1",)), "source": frozenset(("B2",)), "all": frozenset(("B1", "B2"))}


def add_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("old", metavar="OLD", help="a file or folder as it was")
    add("new", metavar="NEW", help="the same as it is now")
    for side in ("old", "new"):
        add(
            f"--{side}-root",
            action="append",
            default=[],
            metavar="FOLDER",
            help=f"an import root of {side.upper()}; may be repeated; default: the folder, or that of the file",
        )
    add("--only", choices=tuple(_KINDS), default="all", help="what to look for; default: all")
    add("--feature", "--enable-feature", action="append", dest="features", default=[], metavar="NAME",
        help="enable a feature for EnableIf and EnableIfNot; may be repeated")  # fmt: skip
    add_message_options(parser)


def run(arguments: argparse.Namespace, diagnostics: Diagnostics) -> None:
    features = frozenset(arguments.features)
    old = _load(arguments.old, arguments.old_root, features, diagnostics)
    new = _load(arguments.new, arguments.new_root, features, diagnostics)
    if not diagnostics.has_errors:
        breaking.run(old, new, Report(diagnostics, _KINDS[arguments.only]))


def _load(path: str, roots: list[str], features: frozenset[str], diagnostics: Diagnostics) -> Side:
    files = idl_files_below(path) if os.path.isdir(path) else [path]
    default = path if os.path.isdir(path) else os.path.dirname(path) or "."
    if not files:
        diagnostics.report(rules.file_not_found(os.path.join(path, "*.idl")), None)
    found = Diagnostics()
    options = compiler.Options(Roots(tuple(roots) or (default,)), features)
    compiled = compiler.run(files, options, found)
    for item in found.sorted:  # warnings are told by other commands
        if item.is_error:
            diagnostics.add(item)
    return side_of(compiled.modules, is_folder=os.path.isdir(path))


def idl_files_below(folder: str) -> list[str]:
    """All IDL files in a folder and the folders in it, in a fixed order."""
    return sorted(
        os.path.join(place, name)
        for place, _, names in os.walk(folder)
        for name in names
        if name.endswith((".idl", ".mojom"))
    )
