# SPDX-License-Identifier: Apache-2.0
"""`idlc format`: one form, stable, and never another meaning."""

import glob
import os
import random
import re
import sys
import unittest
from io import StringIO
from unittest import mock

from corpus import samples
from idlc import formatter
from idlc.backends.json.dump import dump_module
from idlc.diagnostics import Diagnostics
from idlc.source import SourceFile
from support import FilesTest

ROOT = os.path.join(os.path.dirname(__file__), "..", "..")
ROUNDS = int(os.environ.get("IDLC_FUZZ_ROUNDS", "300"))
SEED = int(os.environ.get("IDLC_FUZZ_SEED", "1"))


def format_text(text: str) -> str:
    found = formatter.run(SourceFile("a.idl", "a.idl", text), Diagnostics())
    assert found is not None, text
    return found


class FormTest(unittest.TestCase):
    def assert_form(self, text: str, wanted: str) -> None:
        self.assertEqual(wanted, format_text(text))
        self.assertEqual(wanted, format_text(wanted))

    def test_structs(self) -> None:
        self.assert_form(
            'struct S{int32 a=-  5;string   b@1="x" ;array< map<string,int32 ? > ,3>?c;};struct T{};',
            'struct S {\n  int32 a = -5;\n  string b@1 = "x";\n  array<map<string, int32?>, 3>? c;\n};\n\nstruct T {};\n',
        )

    def test_module_and_imports(self) -> None:
        self.assert_form(
            'module a . b ;import "x.idl";import"y.idl";',
            'module a.b;\n\nimport "x.idl";\nimport "y.idl";\n',
        )

    def test_attributes(self) -> None:
        self.assert_form(
            '[ Stable , RenamedFrom = "x" ] struct S { [ MinVersion = 1 ]\n int32 a; };[] feature f { const bool b=true; };',
            '[Stable, RenamedFrom="x"]\nstruct S {\n  [MinVersion=1] int32 a;\n};\n\n[]\nfeature f {\n  const bool b = true;\n};\n',
        )
        self.assert_form("[EnableIf = a | b] const int32 k=1;", "[EnableIf=a|b] const int32 k = 1;\n")

    def test_enums_end_with_a_comma(self) -> None:
        self.assert_form("enum E{kA,kB=-1};", "enum E {\n  kA,\n  kB = -1,\n};\n")
        self.assert_form("enum E {};", "enum E {};\n")

    def test_methods(self) -> None:
        self.assert_form(
            "interface I{[Sync]F@1(int32 a,string b)=>(bool c);G()=>result<int32,E>;};",
            "interface I {\n  [Sync] F@1(int32 a, string b) => (bool c);\n  G() => result<int32, E>;\n};\n",
        )

    def test_long_methods_have_one_parameter_a_line(self) -> None:
        long_name = "a" * 90
        self.assert_form(
            f"interface I {{ F(int32 {long_name}, map<string, int32> b) => (); }};",
            f"interface I {{\n  F(\n    int32 {long_name},\n    map<string, int32> b\n  ) => ();\n}};\n",
        )

    def test_blank_lines_stay_but_not_in_a_row_nor_at_ends(self) -> None:
        self.assert_form(
            "\n\nstruct S {\n\n  int32 a;\n\n\n  int32 b;\n\n};\n\n\n\nstruct T {};\n\n",
            "struct S {\n  int32 a;\n\n  int32 b;\n};\n\nstruct T {};\n",
        )

    def test_comments_stay_where_they_belong(self) -> None:
        self.assert_form(
            "// top\n\n// of S\nstruct S { // open\n// of a\nint32 a; // behind a\n   // last\n}; // end\n// after",
            "// top\n\n// of S\nstruct S {  // open\n  // of a\n  int32 a;  // behind a\n  // last\n};  // end\n\n// after\n",
        )

    def test_commas_go_in_front_of_comments_behind_values(self) -> None:
        self.assert_form("enum E { kA // a\n, kB // b\n};", "enum E {\n  kA,  // a\n  kB,  // b\n};\n")

    def test_comments_among_parameters(self) -> None:
        self.assert_form(
            "interface I { F(// open\n int32 a, // a\n // b\n string b); };",
            "interface I {\n  F(  // open\n    int32 a,  // a\n    // b\n    string b\n  );\n};\n",
        )

    def test_a_comment_between_two_items_stays_nobodys(self) -> None:
        self.assert_form(
            "struct S { int32 a; /* ? */ int32 b; };",
            "struct S {\n  int32 a;\n\n  /* ? */\n\n  int32 b;\n};\n",
        )

    def test_stars_of_block_comments_stand_in_a_column(self) -> None:
        self.assert_form(
            "struct S {\n/* one\n* two\n       * three */\nint32 a; };",
            "struct S {\n  /* one\n   * two\n   * three */\n  int32 a;\n};\n",
        )

    def test_line_ends_of_other_systems(self) -> None:
        self.assert_form("// a\r\nstruct S {\r\n};\r\n", "// a\nstruct S {};\n")

    def test_nothing_is_nothing(self) -> None:
        self.assert_form("", "")
        self.assert_form("\n\n", "")


class MeaningTest(FilesTest):
    def ir_of(self, files: dict[str, str], features: tuple[str, ...]) -> object:
        module, _ = self.compile(files, features)
        return dump_module(module) if module is not None else None

    def test_the_whole_corpus_is_laid_out_once_and_means_the_same(self) -> None:
        number = 0
        for sample in (*samples("good"), *samples("layout"), *samples("bad")):
            is_readable = not any(line[:3] in ("E01", "E02") for line in sample.expected)
            if not is_readable:
                continue
            with self.subTest(sample.place):
                new = {name: format_text(text) for name, text in sample.files.items()}
                self.assertEqual(new, {name: format_text(text) for name, text in new.items()})
                self.assertEqual(self.ir_of(sample.files, sample.features), self.ir_of(new, sample.features))
                number += 1
        self.assertGreater(number, 600)

    def test_the_files_of_this_project(self) -> None:
        paths = [path for room in ("idl", "examples", "tests")
                 for path in glob.glob(os.path.join(ROOT, room, "**", "*.idl"), recursive=True)]  # fmt: skip
        self.assertGreater(len(paths), 5)
        for path in paths:
            with open(path, encoding="utf-8") as stream:
                text = format_text(stream.read())
            self.assertEqual(text, format_text(text), path)

    def test_comments_anywhere(self) -> None:
        """Comments put between random words: the layout is stable, or refuses to change what they document."""
        generator = random.Random(SEED)
        texts = [sample.text for sample in samples("good") if "// file:" not in sample.text]
        refused = 0
        for round_number in range(ROUNDS):
            words = re.findall(
                r'\s+|"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/|[@.]?\w+|=>|.', generator.choice(texts), re.S
            )
            for _ in range(generator.randint(1, 4)):
                comment = generator.choice(
                    (
                        "/* x */",
                        "// x\n",
                        "\n// x\n",
                        "\n\n// x\n",
                        "/* x */\n",
                        "\n/* x */ ",
                        "/* x\n * y */",
                    )
                )
                words.insert(generator.randrange(len(words) + 1), f" {comment} ")
            text = "".join(words)
            with self.subTest(seed=SEED, round=round_number, text=text):
                refused += self.try_text(text)
        self.assertLess(refused, ROUNDS // 10 + 1)

    def try_text(self, text: str) -> bool:
        """True if the formatter refused."""
        diagnostics = Diagnostics()
        try:
            new = formatter.run(SourceFile("a.idl", "a.idl", text), diagnostics)
        except formatter.UnsafeLayout:
            return True
        if new is not None:
            self.assertEqual(new, format_text(new))
            self.assertEqual(self.ir_of({"a.idl": text}, ()), self.ir_of({"a.idl": new}, ()))
        return False

    def test_another_meaning_is_refused(self) -> None:
        with mock.patch("idlc.formatter.lines.Lines.text", "// x\nstruct S {};\n"):
            with self.assertRaises(formatter.UnsafeLayout):
                format_text("// y\nstruct S {};")


class FormatCommandTest(FilesTest):
    def test_rewrites_in_place_and_checks(self) -> None:
        self.write({"a.idl": "struct S{};", "b.idl": "struct S {};\n"})
        paths = (self.path("a.idl"), self.path("b.idl"))
        run = self.run_idlc("format", "--check", *paths)
        self.assertEqual((1, f"{paths[0]}\n", "struct S{};"), (run.status, run.out, self.read("a.idl")))
        self.assertEqual(0, self.run_idlc("format", *paths).status)
        self.assertEqual("struct S {};\n", self.read("a.idl"))
        self.assertEqual((0, ""), (self.run_idlc("format", "--check", *paths).status, ""))

    def test_a_link_stays_a_link(self) -> None:
        self.write({"a.idl": "struct S{};"})
        os.symlink(self.path("a.idl"), self.path("l.idl"))
        self.run_idlc("format", self.path("l.idl"))
        self.assertTrue(os.path.islink(self.path("l.idl")))
        self.assertEqual("struct S {};\n", self.read("a.idl"))

    def test_mistakes_are_told_and_the_file_is_left_alone(self) -> None:
        self.write({"a.idl": "struct S{ int32; };"})
        run = self.run_idlc("format", self.path("a.idl"), self.path("missing.idl"))
        self.assertEqual((1, "struct S{ int32; };"), (run.status, self.read("a.idl")))
        self.assertIn("error[E0201]", run.err)
        self.assertIn("error[E0301]", run.err)

    def test_from_input_to_output(self) -> None:
        with mock.patch.object(sys, "stdin", StringIO("struct S{};")):
            self.assertEqual("struct S {};\n", self.run_idlc("format", "-").out)


if __name__ == "__main__":
    unittest.main()
