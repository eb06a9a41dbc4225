# SPDX-License-Identifier: Apache-2.0
"""What all commands share: help, exit status, response files, several processes, colours; and `idlc dump`."""

import json
import os
import subprocess
import sys
import unittest
from unittest import mock

from idlc import cli
from support import FilesTest

GOOD = "module m;\nstruct S {\n  bool a;\n  int64 b;\n  int32? c;\n  [MinVersion=2] string? d;\n};\n"


class HelpTest(FilesTest):
    def test_the_first_page_names_every_command_and_every_exit_status(self) -> None:
        page = self.run_idlc("--help").out
        for name in cli.COMMANDS:
            self.assertRegex(page, rf"\n    {name} +[a-z]")
        for status in (cli.FINE, cli.FOUND, cli.WRONG_USE, cli.BUG):
            self.assertRegex(page, rf"\n  {status}  [a-z]")

    def test_the_example_of_the_first_page_compiles(self) -> None:
        page = self.run_idlc("--help").out
        lines = page.split("clock.idl:\n\n")[1].split("\nTry ")[0]
        self.compile_good(lines)

    def test_every_command_explains_itself_with_examples(self) -> None:
        for name in cli.COMMANDS:
            page = self.run_idlc(name, "--help").out
            self.assertIn("examples:\n  idlc", page, name)


class StatusTest(FilesTest):
    def test_a_bug_is_status_3_and_no_traceback(self) -> None:
        with mock.patch("idlc.loader.run", side_effect=RecursionError("too deep")):
            self.write({"a.idl": GOOD})
            run = self.run_idlc("check", "-I", self.folder, self.path("a.idl"))
            self.assertEqual(3, run.status)
            self.assertIn("internal error: RecursionError: too deep", run.err)
            self.assertNotIn("Traceback", run.err)
            with mock.patch.dict(os.environ, IDLC_TRACEBACK="1"):
                self.assertIn("Traceback", self.run_idlc("check", "-I", self.folder, self.path("a.idl")).err)

    def test_colours_can_be_forced_and_forbidden(self) -> None:
        self.write({"a.idl": "struct {"})
        for choice, is_coloured in (("always", True), ("never", False), ("auto", False)):
            run = self.run_idlc("check", f"--color={choice}", "-I", self.folder, self.path("a.idl"))
            self.assertEqual(is_coloured, "\x1b[" in run.err, choice)

    def test_no_color_wins_over_a_terminal(self) -> None:
        with mock.patch("sys.stderr.isatty", return_value=True, create=True):
            with mock.patch.dict(os.environ, NO_COLOR="1"):
                self.assertEqual(cli.PLAIN, cli._colours("auto"))
            with mock.patch.dict(os.environ, NO_COLOR=""):
                self.assertEqual(cli.ANSI, cli._colours("auto"))


class ResponseFileTest(FilesTest):
    def test_arguments_come_from_files_that_may_name_others(self) -> None:
        self.write({
            "a b.idl": "struct S { Nope n; };",
            "outer": f"check # the command\n@{self.path('inner')}\n",
            "inner": f"-I {self.folder}\n'{self.path('a b.idl')}'",
        })  # fmt: skip
        run = self.run_idlc(f"@{self.path('outer')}")
        self.assertEqual(1, run.status)
        self.assertIn("error[E0405]", run.err)

    def test_one_that_cannot_be_used_is_status_2(self) -> None:
        self.write({"self": f"@{self.path('self')}", "quote": "'", "bytes": b"\xff"})
        for name, words in (
            ("missing", "cannot read"),
            ("self", "nested"),
            ("quote", "quot"),
            ("bytes", "utf-8"),
        ):
            run = self.run_idlc("check", f"@{self.path(name)}")
            self.assertEqual((2, True), (run.status, words in run.err.lower()), run.err)


class JobsTest(FilesTest):
    def setUp(self) -> None:
        super().setUp()
        self.write({"common.idl": "module c; struct C { int32 x; };"})
        self.names = [f"f{number}.idl" for number in range(20)]
        self.write({name: 'import "common.idl"; struct S { c.C c; };' for name in self.names})

    def run_on_all(self, command: str, *arguments: str) -> "tuple[int, str]":
        paths = [self.path(name) for name in self.names]
        run = self.run_idlc(command, "-I", self.folder, *arguments, *paths)
        return run.status, run.err

    def test_the_outcome_does_not_depend_on_their_number(self) -> None:
        self.write({"common.idl": "module c; [Foo] struct C { int32 x = true; };", "f7.idl": "struct {"})
        alone = self.run_on_all("check")
        self.assertEqual(1, alone[0])
        self.assertEqual(1, alone[1].count("E0701"))
        self.assertEqual(alone, self.run_on_all("check", "-j2"))
        self.assertEqual(alone, self.run_on_all("check", "-j0"))

    def test_a_file_read_under_two_spellings_is_told_once(self) -> None:
        self.write({"common.idl": "module c; struct C { int32 x = true; };"})
        self.names.insert(0, "./common.idl")
        self.assertEqual(1, self.run_on_all("check", "-j2")[1].count("E0701"))

    def test_generated_files_are_the_same(self) -> None:
        for jobs in ("1", "2"):
            depfile = self.path(f"{jobs}.d")
            status, err = self.run_on_all(
                "generate", f"-j{jobs}", "--backend=json", "--out-dir", self.path(jobs), "--depfile", depfile
            )
            self.assertEqual((0, ""), (status, err))
        for name in self.names:
            self.assertEqual(self.read(f"1/{name}.json"), self.read(f"2/{name}.json"))
        self.assertEqual(self.read("1.d"), self.read("2.d").replace(self.path("2/"), self.path("1/")))

    def test_every_command_that_takes_several_files_gives_the_same_with_two(self) -> None:
        self.write({"f3.idl": 'import "common.idl"; extensible struct s {  c.C c; };', "f5.idl": "struct bad_name {};"})
        self.names.remove("f3.idl")
        paths = [self.path(name) for name in self.names]
        for command in (["lint"], ["dump"], ["dump", "--json"], ["format", "--check"], ["doc"]):
            runs = []
            for jobs in ("1", "2"):
                options = [] if command[0] == "format" else ["-I", self.folder]
                options += ["--out-dir", self.path(jobs)] if command == ["doc"] else []
                runs.append(self.run_idlc(*command, f"-j{jobs}", *options, *paths))
            self.assertEqual(runs[0], runs[1], command)
            self.assertEqual(command[0] in ("lint", "format"), runs[0].status == 1, command)
        for name in (*self.names, "index"):
            self.assertEqual(self.read(f"1/{name}.html"), self.read(f"2/{name}.html"))

    def test_no_command_but_the_ones_that_need_them_loads_templates(self) -> None:
        text = "import sys; import idlc.cli; sys.exit('jinja2' in sys.modules or 'idlc.lsp.server' in sys.modules)"
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        subprocess.run([sys.executable, "-c", text], check=True, env=environment)

    def test_their_number_is_a_number(self) -> None:
        self.assertEqual(2, self.run_on_all("check", "-j", "-1")[0])
        self.assertEqual(2, self.run_on_all("check", "-j", "many")[0])


class DumpTest(FilesTest):
    def dump(self, *arguments: str) -> str:
        self.write({"a.idl": GOOD})
        run = self.run_idlc("dump", *arguments, "-I", self.folder, self.path("a.idl"))
        self.assertEqual((0, ""), (run.status, run.err))
        return run.out

    def test_the_tables_are_in_the_order_of_the_bytes(self) -> None:
        self.assertEqual(
            "a.idl: module m\n"
            "\n"
            "struct S: 24 bytes in version 0, 32 bytes in version 2\n"
            "       0.0 1 bit  bool a@0\n"
            "       0.1 1 bit  has c\n"
            "       4       4  int32? c@2\n"
            "       8       8  int64 b@1\n"
            "      16       8  string? d@3  (version 2)\n",
            self.dump(),
        )

    def test_json_has_the_module_and_its_layout(self) -> None:
        found = json.loads(self.dump("--json"))
        self.assertEqual(1, found["schema"])
        (module,) = found["modules"]
        self.assertEqual("a.idl", module["module"]["path"])
        struct = module["layout"]["structs"]["m.S"]
        self.assertEqual(
            [{"version": 0, "num_bytes": 24}, {"version": 2, "num_bytes": 32}], struct["versions"]
        )
        self.assertEqual(
            {"name": "c", "ordinal": 2, "min_version": 0, "kind": "int", "offset": 4, "bit": 0, "size": 4,
             "has_flag": {"offset": 0, "bit": 1}},
            struct["fields"][2],
        )  # fmt: skip

    def test_with_a_mistake_nothing_is_printed(self) -> None:
        self.write({"b.idl": "struct {"})
        run = self.run_idlc("dump", "-I", self.folder, self.path("b.idl"))
        self.assertEqual((1, ""), (run.status, run.out))


if __name__ == "__main__":
    unittest.main()
