# SPDX-License-Identifier: Apache-2.0
"""The command line as a whole, also in a process of its own."""

import json
import os
import resource
import subprocess
import sys
import unittest

from support import FilesTest

PACKAGE_ROOT = os.path.join(os.path.dirname(__file__), "..", "..", "idlc")
GOOD = "module m;\nstruct S {\n  int32 a = 1;\n};\n"


class CliTest(FilesTest):
    def generate(self, *arguments: str) -> tuple[int, str]:
        run = self.run_idlc(
            "generate", "--backend=json", "--out-dir", self.path("out"), "-I", self.folder, *arguments
        )
        return run.status, run.err

    def test_writes_below_the_output_folder_by_import_path(self) -> None:
        self.write({"sub/a.idl": GOOD})
        self.assertEqual((0, ""), self.generate(self.path("sub/a.idl")))
        self.assertEqual("m", json.loads(self.read("out/sub/a.idl.json"))["module"]["namespace"])

    def test_the_cpp_backend_writes_a_header_and_a_source_in_that_order(self) -> None:
        self.write({"a.idl": GOOD})
        run = self.run_idlc(
            "generate",
            "--out-dir",
            self.path("out"),
            "-I",
            self.folder,
            "--depfile",
            self.path("a.d"),
            self.path("a.idl"),
        )
        self.assertEqual((0, ""), (run.status, run.err))
        self.assertEqual(
            f"{self.path('out/a.idl.h')} {self.path('out/a.idl.cpp')}: {self.path('a.idl')}\n",
            self.read("a.d"),
        )
        self.assertIn("struct S", self.read("out/a.idl.h"))

    def test_the_depfile_names_all_files_read(self) -> None:
        self.write({"a.idl": 'import "b.idl";', "b.idl": 'import "c.idl";', "c.idl": ""})
        self.assertEqual((0, ""), self.generate("--depfile", self.path("x/a.d"), self.path("a.idl")))
        inputs = " ".join(self.path(name) for name in ("a.idl", "b.idl", "c.idl"))
        self.assertEqual(f"{self.path('out/a.idl.json')}: {inputs}\n", self.read("x/a.d"))

    def test_with_a_mistake_nothing_is_written(self) -> None:
        self.write({"a.idl": GOOD, "b.idl": "struct T { Nope n; };"})
        status, err = self.generate("--depfile", self.path("a.d"), self.path("a.idl"), self.path("b.idl"))
        self.assertEqual(1, status)
        self.assertIn("b.idl:1:12: error[E0405]: unknown type 'Nope'", err)
        self.assertEqual({"a.idl", "b.idl"}, set(os.listdir(self.folder)))

    def test_warnings_do_not_stop_it(self) -> None:
        self.write({"a.idl": "[Foo] struct S {};"})
        status, err = self.generate(self.path("a.idl"))
        self.assertEqual(0, status)
        self.assertIn("warning[W0801]", err)
        self.assertTrue(os.path.exists(self.path("out/a.idl.json")))
        self.assertEqual(1, self.generate("--strict", self.path("a.idl"))[0])

    def test_both_spellings_enable_features(self) -> None:
        self.write({"a.idl": "[EnableIf=x&y] struct S {};"})
        self.assertEqual(0, self.generate("--feature=x", "--enable-feature", "y", self.path("a.idl"))[0])
        self.assertIn('"S"', self.read("out/a.idl.json"))

    def test_diagnostics_as_json(self) -> None:
        self.write({"a.idl": "struct S { Nope n; int8 x = 300; };"})
        _, err = self.generate("--diagnostics=json", self.path("a.idl"))
        self.assertEqual(["E0405", "E0702"], [json.loads(line)["code"] for line in err.splitlines()])

    def test_check_writes_nothing(self) -> None:
        self.write({"a.idl": GOOD, "b.idl": "struct {"})
        self.assertEqual(0, self.run_idlc("check", "-I", self.folder, self.path("a.idl")).status)
        self.assertEqual(1, self.run_idlc("check", "-I", self.folder, self.path("b.idl")).status)
        self.assertEqual({"a.idl", "b.idl"}, set(os.listdir(self.folder)))

    def test_wrong_use_is_status_2(self) -> None:
        for arguments in ((), ("nothing",), ("generate",), ("generate", "--out-dir", "x"), ("check",),
                          ("generate", "--out-dir", "x", "--backend=pascal", "a.idl")):  # fmt: skip
            self.assertEqual(2, self.run_idlc(*arguments).status, arguments)

    def test_version_and_help(self) -> None:
        self.assertTrue(self.run_idlc("--version").out.startswith("idlc "))
        self.assertIn("--depfile", self.run_idlc("generate", "--help").out)


class ProcessTest(FilesTest):
    def run_process(
        self, *arguments: str, limit_file_size: bool = False, **environment: str
    ) -> "subprocess.CompletedProcess[bytes]":
        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

        return subprocess.run(
            [sys.executable, "-B", "-m", "idlc", *arguments],
            cwd=self.folder,
            env={"PYTHONPATH": PACKAGE_ROOT, "PATH": os.environ["PATH"], **environment},
            capture_output=True,
            check=False,
            preexec_fn=limit if limit_file_size else None,
        )

    def test_without_roots_the_current_folder_is_the_root(self) -> None:
        self.write({"sub/a.idl": GOOD})
        run = self.run_process("generate", "--backend=json", "--out-dir=out", "sub/a.idl")
        self.assertEqual((0, b""), (run.returncode, run.stderr))
        self.assertTrue(os.path.exists(self.path("out/sub/a.idl.json")))

    def test_a_disk_that_takes_nothing_is_an_error_and_leaves_nothing(self) -> None:
        self.write({"a.idl": GOOD})
        run = self.run_process("generate", "--backend=json", "--out-dir=out", "a.idl", limit_file_size=True)
        self.assertEqual(1, run.returncode)
        self.assertIn(b"error[E0312]: cannot write 'out/a.idl.json'", run.stderr)
        self.assertNotIn(b"Traceback", run.stderr)
        self.assertEqual([], os.listdir(self.path("out")))

    def test_messages_survive_a_terminal_without_unicode(self) -> None:
        self.write({"a.idl": "// é\nstruct S { string x = 1; /* é */ };"})
        run = self.run_process("check", "a.idl", LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
        self.assertEqual(1, run.returncode)
        self.assertIn(b"error[E0701]", run.stderr)
        self.assertNotIn(b"Traceback", run.stderr)

    def test_output_does_not_depend_on_the_seed_of_hashes(self) -> None:
        self.write({"b.idl": "module b; struct A {}; struct B {}; struct C {};",
                    "a.idl": 'import "b.idl"; struct S { b.C c; map<string, b.A> a; array<b.B> b; S? s; };'})  # fmt: skip
        texts = set()
        for seed in ("1", "2", "3"):
            self.run_process("generate", "--backend=json", "--out-dir=out", "a.idl", PYTHONHASHSEED=seed)
            texts.add(self.read("out/a.idl.json"))
        self.assertEqual(1, len(texts))


if __name__ == "__main__":
    unittest.main()
