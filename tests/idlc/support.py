# SPDX-License-Identifier: Apache-2.0
"""What the tests of the compiler share: files in a temporary folder, and runs of the front end over them."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import unittest
from dataclasses import dataclass
from typing import Mapping, Sequence

from idlc import ast, cli, compiler, ir, lexer, parser
from idlc.diagnostics import Diagnostics
from idlc.roots import Roots
from idlc.source import SourceFile


@dataclass(frozen=True)
class Run:
    """The outcome of one run of the command line."""

    status: int
    out: str
    err: str


class FilesTest(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name: str) -> str:
        return os.path.join(self.folder, *name.split("/"))

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, text in files.items():
            os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
            data = text.encode() if isinstance(text, str) else text
            with open(self.path(name), "wb") as stream:
                stream.write(data)

    def read(self, name: str) -> str:
        with open(self.path(name), encoding="utf-8") as stream:
            return stream.read()

    def compile(
        self, text: str | Mapping[str, str], features: Sequence[str] = (), is_strict: bool = False
    ) -> tuple[ir.Module | None, Diagnostics]:
        """Compiles one text, or several files of which the last is asked for."""
        files = {"main.idl": text} if isinstance(text, str) else text
        self.write(files)
        diagnostics = Diagnostics()
        options = compiler.Options(Roots((self.folder,)), frozenset(features), is_strict)
        compiled = compiler.run([self.path(list(files)[-1])], options, diagnostics)
        return (compiled.modules[0][0] if compiled.modules else None), diagnostics

    def compile_good(self, text: str | Mapping[str, str], features: Sequence[str] = ()) -> ir.Module:
        """The module of a text without mistakes."""
        module, diagnostics = self.compile(text, features)
        self.assertEqual([], [item.message for item in diagnostics.sorted])
        assert module is not None
        return module

    def codes(self, text: str | Mapping[str, str], features: Sequence[str] = ()) -> list[str]:
        """The numbers of all that is found, in the order of the text."""
        return codes_of(self.compile(text, features)[1])

    def run_idlc(self, *arguments: str) -> Run:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                status = cli.main(arguments)
            except SystemExit as leaving:
                status = leaving.code if isinstance(leaving.code, int) else 1
        return Run(status, out.getvalue(), err.getvalue())


def codes_of(diagnostics: Diagnostics) -> list[str]:
    return [item.message.code for item in diagnostics.sorted]


def places_of(diagnostics: Diagnostics) -> list[tuple[str, int, int, str]]:
    """Number, line, column and marked text of everything found."""
    return [
        (item.message.code, *item.span.position, item.span.text)
        if item.span
        else (item.message.code, 0, 0, "")
        for item in diagnostics.sorted
    ]


def parse(text: str) -> tuple[ast.File, Diagnostics]:
    diagnostics = Diagnostics()
    source = SourceFile("main.idl", "main.idl", text)
    return parser.run(lexer.run(source, diagnostics), diagnostics), diagnostics
