# SPDX-License-Identifier: Apache-2.0
"""Generated headers of the corpus compile alone, under each compiler there is, without a warning.

A sample of them as a rule; FERRULE_CORPUS_EVERY=1 takes all, which needs some minutes. What each header includes of the
runtime is compiled once, in front: nothing in a generated header stands before it but headers of the standard library.
"""

import os
import shutil
import subprocess
import unittest

from corpus import samples
from idlc import ir, layout
from idlc.backends import UnsupportedError, load_backend
from support import FilesTest

_TREE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
_STRICT = ["-std=c++20", "-Wall", "-Wextra", "-Wconversion", "-Werror", f"-I{_TREE}/runtime"]
_EVERY = int(os.environ.get("FERRULE_CORPUS_EVERY", "120"))


class CorpusHeadersTest(FilesTest):
    def setUp(self) -> None:
        super().setUp()
        self.compilers = [path for path in map(shutil.which, ("g++", "clang++")) if path is not None]
        if not self.compilers:
            self.skipTest("there is no C++ compiler")

    def test_headers_compile_alone(self) -> None:
        num_compiled = 0
        for number, sample in enumerate(samples("good")):
            if number % _EVERY != _EVERY // 2:
                continue
            module, _ = self.compile(sample.files, sample.features, sample.is_strict)
            assert module is not None, sample.place
            try:
                headers = self.generate(module, f"out{number}")
            except UnsupportedError:
                continue
            for header in headers:
                num_compiled += 1
                with self.subTest(sample.place, header=header):
                    self.assert_compiles_alone(header, f"out{number}")
        self.assertGreater(num_compiled, 0)

    def test_a_header_of_structs_includes_no_asio(self) -> None:
        """Whoever stores structs and calls nobody does not pay for what calls need."""
        module = self.compile_good(
            "struct S { string a; array<int32>? b; map<string, U> c; handle<platform> d; }; union U { int32 a; S? b; };"
        )
        (header,) = self.generate(module, "structs")
        for compiler in self.compilers:
            included = self.run_compiler(compiler, ["-M"], header, "structs")
            self.assertIn("generated_struct.h", included)
            for heavy in ("boost/asio", "ferrule/bindings", "/iostream", "codec/", "decoder.h", "encoder.h"):
                with self.subTest(compiler, heavy=heavy):
                    self.assertNotIn(heavy, included)

    def generate(self, module: ir.Module, folder: str) -> list[str]:
        """All headers that come of a module and what it imports."""
        headers, pending, seen = [], [module], {module.path}
        while pending:
            one = pending.pop()
            files = load_backend("cpp")(one, layout.run(one))
            self.write({f"{folder}/{file.path}": file.text for file in files})
            headers.append(files[0].path)
            fresh = [item.module for item in one.imports if item.module.path not in seen]
            seen.update(item.path for item in fresh)
            pending += fresh
        return headers

    def assert_compiles_alone(self, header: str, folder: str) -> None:
        runtime = "ferrule/bindings/generated_interface.h"
        if runtime not in self.read(f"{folder}/{header}"):
            runtime = "ferrule/wire/generated_struct.h"
        for compiler in self.compilers:
            self.run_compiler(compiler, ["-fsyntax-only", *self.precompiled(compiler, runtime)], header, folder)

    def precompiled(self, compiler: str, runtime: str) -> list[str]:
        """Options that put a header of the runtime in front, which is compiled when it is first asked for."""
        name = os.path.basename(runtime)
        folder = self.path(f"precompiled_{os.path.basename(compiler)}")
        is_gcc = "clang" not in compiler
        output = os.path.join(folder, f"{name}.{'gch' if is_gcc else 'pch'}")
        if not os.path.exists(output):
            self.write({f"{os.path.basename(folder)}/{name}": f'#include "{runtime}"\n'})
            header = os.path.join(folder, name)
            subprocess.run([compiler, *_STRICT, "-x", "c++-header", header, "-o", output], check=True)
        return ["-Winvalid-pch", "-include", os.path.join(folder, name)] if is_gcc else ["-include-pch", output]

    def run_compiler(self, compiler: str, options: list[str], header: str, folder: str) -> str:
        self.write({f"{folder}/alone.cpp": f'#include "{header}"\n'})
        done = subprocess.run(
            [compiler, *_STRICT, *options, f"-I{self.path(folder)}", self.path(f"{folder}/alone.cpp")],
            capture_output=True, text=True,
        )  # fmt: skip
        self.assertEqual("", done.stderr, compiler)
        return done.stdout


if __name__ == "__main__":
    unittest.main()
