# SPDX-License-Identifier: Apache-2.0
import os
import unittest

from idlc import loader
from idlc.diagnostics import Diagnostics
from idlc.roots import Roots
from support import FilesTest, codes_of


class LoaderTest(FilesTest):
    def load(self, *names: str, roots: tuple[str, ...] = ("",)) -> tuple[loader.Loaded, Diagnostics]:
        diagnostics = Diagnostics()
        folders = tuple(self.path(root) if root else self.folder for root in roots)
        paths = [self.path(name) for name in names]
        return loader.run(paths, Roots(folders), frozenset(), diagnostics), diagnostics

    def test_imports_come_before_those_who_import_them(self) -> None:
        self.write({"a.idl": 'import "b.idl"; import "c.idl";', "b.idl": 'import "c.idl";', "c.idl": ""})
        loaded, diagnostics = self.load("a.idl")
        self.assertEqual([], codes_of(diagnostics))
        self.assertEqual(["c.idl", "b.idl", "a.idl"], [file.import_path for file in loaded.files])
        self.assertEqual(["a.idl"], [file.import_path for file in loaded.requested])

    def test_reads_each_file_once(self) -> None:
        self.write({"a.idl": 'import "c.idl"; import "c.idl"; import "./c.idl";', "c.idl": ""})
        loaded, diagnostics = self.load("a.idl", "c.idl", "a.idl")
        self.assertEqual([], codes_of(diagnostics))
        self.assertEqual([self.path("a.idl"), self.path("c.idl")], list(loaded.paths_read))
        self.assertEqual(["a.idl", "c.idl"], [file.import_path for file in loaded.requested])

    def test_looks_in_the_longest_root_first(self) -> None:
        self.write({"a.idl": 'import "b.idl";', "b.idl": "module outer;", "inner/b.idl": "module inner;"})
        loaded, _ = self.load("a.idl", roots=("", "inner"))
        self.assertEqual("inner", loaded.files[0].namespace)

    def test_import_paths_are_never_relative_to_the_importing_file(self) -> None:
        self.write({"sub/a.idl": 'import "b.idl";', "sub/b.idl": ""})
        self.assertEqual(["E0304"], codes_of(self.load("sub/a.idl")[1]))

    def test_a_missing_file_is_reported_at_every_import_of_it(self) -> None:
        self.write({"a.idl": 'import "x.idl"; import "b.idl";', "b.idl": 'import "x.idl";'})
        diagnostics = self.load("a.idl")[1]
        self.assertEqual(["E0304", "E0304"], codes_of(diagnostics))
        self.assertIn(self.path("x.idl"), diagnostics.sorted[0].hint)

    def test_a_circle_of_imports_is_reported_once(self) -> None:
        self.write({"a.idl": 'import "b.idl";', "b.idl": 'import "c.idl";', "c.idl": 'import "a.idl";'})
        diagnostics = self.load("a.idl", "b.idl", "c.idl")[1]
        self.assertEqual(["E0305"], codes_of(diagnostics))
        self.assertEqual(1, len(diagnostics.sorted[0].notes))

    def test_a_file_may_not_import_itself(self) -> None:
        self.write({"a.idl": 'import "a.idl";'})
        self.assertEqual(["E0305"], codes_of(self.load("a.idl")[1]))

    def test_refuses_paths_that_leave_the_root(self) -> None:
        for path in ("../a.idl", "/etc/passwd", "a/../../b.idl", "", "a\\\\b.idl", "a\\x00b.idl"):
            self.write({"a.idl": f'import "{path}";'})
            self.assertEqual(["E0306"], codes_of(self.load("a.idl")[1]), path)

    def test_names_that_a_missing_import_may_define_are_not_reported(self) -> None:
        self.assertEqual(
            ["E0304"], self.codes('import "missing.idl"; struct S { Elsewhere e; int32 a = kThere; };')
        )

    def test_names_that_a_syntax_error_may_have_hidden_are_not_reported(self) -> None:
        self.assertEqual(["E0201"], self.codes("struct { int8 a; };\nstruct T { S s; };"))

    def test_a_byte_order_mark_is_no_character(self) -> None:
        self.write({"a.idl": b"\xef\xbb\xbfmodule a;"})
        self.assertEqual([], codes_of(self.load("a.idl")[1]))

    def test_lines_may_end_as_in_windows(self) -> None:
        self.assertEqual([], self.codes("module a;\r\n// hello\r\nstruct S {\r\n  int8 x;\r\n};\r\n"))

    def test_long_chains_of_imports_do_not_exhaust_the_stack(self) -> None:
        count = 1500
        self.write(
            {f"f{i}.idl": f'import "f{i + 1}.idl"; struct S{i} {{ S{i + 1} next; }};' for i in range(count)}
        )
        self.write({f"f{count}.idl": f"struct S{count} {{}};"})
        run = self.run_idlc(
            "generate",
            "--backend=json",
            "--out-dir",
            self.path("out"),
            "-I",
            self.folder,
            self.path("f0.idl"),
        )
        self.assertEqual((0, ""), (run.status, run.err))

    def test_an_unreadable_import_is_reported_at_the_import(self) -> None:
        self.write({"a.idl": '\nimport "b.idl";', "b.idl": b"\xff"})
        (found,) = self.load("a.idl")[1].sorted
        assert found.span is not None
        self.assertEqual(("E0303", 2), (found.message.code, found.span.position.line))

    @unittest.skipIf(os.geteuid() == 0, "root reads everything")
    def test_permissions_are_respected(self) -> None:
        self.write({"a.idl": ""})
        os.chmod(self.path("a.idl"), 0)
        self.assertEqual(["E0302"], codes_of(self.load("a.idl")[1]))


if __name__ == "__main__":
    unittest.main()
