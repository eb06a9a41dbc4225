# SPDX-License-Identifier: Apache-2.0
"""lay out files in one form; comments stay where they belong

Rewrites the files in place. Only blanks, line ends and the commas behind last enum values change, never the meaning.
`-` reads from the input and writes to the output, for editors.
"""

from __future__ import annotations

import argparse
import os
import sys

from functools import partial

from idlc import formatter, output, parallel
from idlc.commands.common import add_jobs_option, add_message_options
from idlc.diagnostics import Diagnostics, Message, rules
from idlc.diagnostics.diagnostic import Diagnostic
from idlc.loader import read_text
from idlc.source import SourceFile

EXAMPLES = """\
  idlc format idl/clock.idl
  idlc format --check idl/*.idl
  idlc format - < clock.idl"""


def add_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("files", nargs="+", metavar="FILE", help="an .idl or .mojom file, or - for the input")
    add(
        "--check",
        action="store_true",
        help="change nothing; name the files that would change; exit status 1 if any",
    )
    add_jobs_option(parser)
    add_message_options(parser)


def run(arguments: argparse.Namespace, diagnostics: Diagnostics) -> bool:
    paths = list(dict.fromkeys(arguments.files))
    num_jobs = 1 if "-" in paths else arguments.jobs
    shares = parallel.in_shares(paths, num_jobs, partial(_files, arguments.check))
    for _, text, found in shares:
        sys.stdout.write(text)
        for item in found:
            diagnostics.add(item)
    return all(is_fine for is_fine, _, _ in shares)


def _files(is_check: bool, paths: list[str]) -> tuple[bool, str, tuple[Diagnostic, ...]]:
    """Whether all is fine, the text for the output, and what was found."""
    diagnostics = Diagnostics()
    out: list[str] = []
    is_fine = [_file(path, is_check, out, diagnostics) for path in paths]
    return all(is_fine), "".join(out), diagnostics.sorted


def _file(path: str, is_check: bool, out: list[str], diagnostics: Diagnostics) -> bool:
    """False if the file could not be laid out, or would change though it was only to be checked."""
    text = sys.stdin.read() if path == "-" else read_text(path)
    if isinstance(text, Message):
        diagnostics.report(text, None)
        return False
    found = Diagnostics()
    new_text = _formatted(path, text, found)
    for item in found.sorted:
        diagnostics.add(item)
    if new_text is None:
        return False
    if is_check:
        if new_text != text:
            out.append(f"{path}\n")
        return new_text == text
    if path == "-":
        out.append(new_text)
    elif new_text != text:
        output.write_text(os.path.realpath(path), new_text, diagnostics)
    return True


def _formatted(path: str, text: str, diagnostics: Diagnostics) -> str | None:
    name = "input" if path == "-" else path
    try:
        return formatter.run(SourceFile(name, name, text), diagnostics)
    except formatter.UnsafeLayout:
        diagnostics.report(rules.unsafe_layout(name), None)
        return None
