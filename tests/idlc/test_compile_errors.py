# SPDX-License-Identifier: Apache-2.0
"""What a compiler says when somebody uses generated code wrongly: the method's name, and not more than a screen."""

import os
import shutil
import subprocess
import unittest
from pathlib import Path

from idlc import layout
from idlc.backends import load_backend
from support import FilesTest

_ROOT = Path(__file__).resolve().parents[2]
_RUNTIME = _ROOT / "runtime"
_IDLS = _ROOT / "idl"
_SHARED_RING = "ferrule/shared_ring.idl"
_LINES_OF_A_SCREEN = 40

_IDL = """
module calc;
struct Sum { int32 a; string why; };
interface Calculator {
  Add(int32 a, int32 b) => (int32 sum, string text);
  Tell(Sum sum);
  [Sync] Ask(string question) => (bool ok);
  Divide(int32 a, int32 b) => result<int32, string>;
};
"""
_PRELUDE = """
#include "ferrule/ferrule.h"
#include "ferrule/bindings/receiver.h"
#include "ferrule/bindings/remote.h"
#include "ferrule/bindings/use_sync.h"
#include <boost/asio/use_awaitable.hpp>
#include "calc.idl.h"
using namespace calc;
"""

# What is wrong: the code, and what must be in the message.
_CALLS = {
    "a text for a number": ('remote->Add("one", 2, [](auto...) {});', "Add"),
    "an argument too few": ("remote->Add(1, [](auto...) {});", "Add"),
    "no such method": ("remote->Multiply(1, 2);", "Multiply"),
    "a number for a struct": ("remote->Tell(5);", "Tell"),
    "a handler for a call without an answer": ("remote->Tell(Sum{}, [](auto...) {});", "Tell"),
    "no token": ("remote->Add(1, 2);", "Add"),
    "a token that is none": ("remote->Add(1, 2, 5);", "Add"),
    "a handler without the error": ("remote->Add(1, 2, [](int, std::string) {});", "Add"),
    "a handler for another answer": ("remote->Add(1, 2, [](ferrule::error_code, std::string) {});", "Add"),
    "a handler for the value of a result": ("remote->Divide(1, 2, [](ferrule::error_code, int) {});", "Divide"),
    "waiting for what is not [Sync]": ("auto sum = remote->Add(1, 2, ferrule::use_sync);", "not [Sync] in the IDL"),
    "copying a remote": ("auto copy = remote;", "Remote"),
}
_SERVICES = {
    "a method that is missing": (
        "struct Service : Calculator {};  Service service;", "Divide"),
    "a parameter of another type": (
        "struct Service : Calculator { void Tell(int32_t) override {} };", "Tell"),
    "a parameter too few": (
        "struct Service : Calculator { void Add(int32_t, ferrule::Reply<int32_t, std::string>) override {} };", "Add"),
    "an answer too short": (
        "void answer(ferrule::Reply<int32_t, std::string> reply) { reply(1); }", "Reply"),
    "an answer of another type": (
        "void answer(ferrule::Reply<bool> reply) { reply(std::string()); }", "Reply"),
}  # fmt: skip


class CompileErrorsTest(FilesTest):
    def setUp(self) -> None:
        super().setUp()
        # The second one is what `ferrule/ferrule.h` has of generated code.
        for path, text in {"calc.idl": _IDL, _SHARED_RING: (_IDLS / _SHARED_RING).read_text(encoding="utf-8")}.items():
            module = self.compile_good({path: text})
            self.write({file.path: file.text for file in load_backend("cpp")(module, layout.run(module))})
        self.write({"prelude.h": _PRELUDE})

    def run_compiler(self, compiler: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [compiler, "-std=c++20", f"-I{self.folder}", f"-I{_RUNTIME}", *arguments], capture_output=True, text=True,
        )  # fmt: skip

    def check(self, compiler: str) -> None:
        suffix = "gch" if "clang" not in compiler else "pch"
        header = self.path("prelude.h")
        done = self.run_compiler(compiler, "-x", "c++-header", header, "-o", f"{header}.{suffix}")
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        codes = {what: ("void use(ferrule::Remote<Calculator>& remote) { %s }" % code, text)
                 for what, (code, text) in _CALLS.items()} | _SERVICES  # fmt: skip
        for what, (code, text) in codes.items():
            with self.subTest(what, compiler=compiler):
                self.write({"bad.cpp": code + "\n"})
                done = self.run_compiler(compiler, "-include", header, "-fsyntax-only", self.path("bad.cpp"))
                self.assertNotEqual(0, done.returncode)
                self.assertIn(text, done.stderr)
                self.assertIn("bad.cpp:1:", done.stderr)
                self.assertLessEqual(len(done.stderr.splitlines()), _LINES_OF_A_SCREEN, done.stderr)

    def test_the_usual_compiler(self) -> None:
        compiler = os.environ.get("FERRULE_CXX") or shutil.which("c++")
        if compiler is None:
            self.skipTest("there is no C++ compiler")
        self.check(compiler)

    def test_clang(self) -> None:
        compiler = shutil.which("clang++")
        if compiler is None:
            self.skipTest("there is no clang++")
        self.check(compiler)


if __name__ == "__main__":
    unittest.main()
