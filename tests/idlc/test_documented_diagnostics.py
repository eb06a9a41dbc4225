# SPDX-License-Identifier: Apache-2.0
"""Every diagnostic has a section in docs/diagnostics.md, and its examples do what they say."""

import os
import re
import unittest
from unittest import mock

from idlc.backends import Unsupported, UnsupportedError
from idlc.breaking import rules as breaking_rules
from idlc.diagnostics import rules
from idlc.formatter import UnsafeLayout
from idlc.limits import MAX_SYNTAX_ERRORS, MAX_TYPE_DEPTH
from idlc.lint import rules as lint_rules
from support import FilesTest, Run

DOCUMENT = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "diagnostics.md")

ALL_RULES = (*rules.ALL_RULES, *lint_rules.ALL_RULES, *breaking_rules.ALL_RULES)

WITHOUT_EXAMPLE = {"E0211", "E0214", "E0301", "E0302", "E0303", "E0307", "E0311", "E0312", "E0313", "E0901",
                   "E0902", "E0903", "W0901"}  # fmt: skip
"""What no short text can show; the tests below do it by hand."""


def read_sections() -> dict[str, tuple[str, str]]:
    """Title and text of each section, by number."""
    with open(DOCUMENT, encoding="utf-8") as stream:
        parts = re.split(r"^### ([A-Z]\d{4}): (.*)$", stream.read(), flags=re.MULTILINE)
    return {parts[i]: (parts[i + 1], parts[i + 2]) for i in range(1, len(parts), 3)}


def examples(section: str, kind: str) -> list[dict[str, str]]:
    blocks = re.findall(rf"^```idl {kind}\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL)
    return [split_files(block) for block in blocks]


def split_files(block: str) -> dict[str, str]:
    parts = re.split(r"^// file: (.*)\n", block, flags=re.MULTILINE)
    return {parts[i]: parts[i + 1] for i in range(1, len(parts), 2)} or {"main.idl": block}


class DocumentedDiagnosticsTest(FilesTest):
    def test_every_rule_has_a_section_with_its_title(self) -> None:
        documented = {code: title for code, (title, _) in read_sections().items()}
        self.assertEqual({rule.code: rule.title for rule in ALL_RULES}, documented)

    def test_sections_stand_in_the_order_of_the_rules(self) -> None:
        self.assertEqual([rule.code for rule in ALL_RULES], list(read_sections()))

    def test_numbers_are_used_once(self) -> None:
        codes = [rule.code for rule in ALL_RULES]
        self.assertEqual(len(set(codes)), len(codes))

    def test_every_section_has_a_bad_and_a_good_example(self) -> None:
        for code, (_, section) in read_sections().items():
            with self.subTest(code):
                wanted = 0 if code in WITHOUT_EXAMPLE or code[0] == "B" else 1
                self.assertEqual(
                    (wanted, wanted), (len(examples(section, "bad")), len(examples(section, "good")))
                )

    def test_bad_examples_give_exactly_their_number(self) -> None:
        for code, (_, section) in read_sections().items():
            for files in examples(section, "bad"):
                with self.subTest(code):
                    self.assertEqual([code], self.findings(code, files))

    def test_good_examples_give_nothing(self) -> None:
        for code, (_, section) in read_sections().items():
            for files in examples(section, "good"):
                with self.subTest(code):
                    self.compile_good(files)
                    self.assertEqual([], self.findings(code, files))

    def findings(self, code: str, files: dict[str, str]) -> list[str]:
        """What the command that knows the number finds; the examples of other rules do without comments."""
        if code[0] != "L":
            return self.codes(files)
        self.write(files)
        run = self.run_idlc("lint", "-I", self.folder, self.path(list(files)[-1]))
        found = set(re.findall(r"\[([A-Z]\d+)\]", run.err))
        self.assertEqual(bool(found), run.status == 1)
        return sorted(found - ({"L0201"} if code != "L0201" else set()))

    def test_changes_give_exactly_their_number_and_better_ones_nothing(self) -> None:
        for code, (_, section) in read_sections().items():
            if code[0] == "B":
                with self.subTest(code):
                    (old,), (new,) = examples(section, "old"), examples(section, "new")
                    self.assertEqual([code], self.changes(code, old, new))
                    for better in examples(section, "better"):
                        self.assertEqual([], self.changes(code, old, better))

    def changes(self, code: str, old: dict[str, str], new: dict[str, str]) -> list[str]:
        """What is found of the kind of this number."""
        self.write({f"{side}/{name}": text for side, files in (("old", old), ("new", new)) for name, text in files.items()})
        kind = "wire" if code[1] == "1" else "source"
        run = self.run_idlc("breaking", "--only", kind, self.path("old"), self.path("new"))
        self.assertNotIn("error[E", run.err)
        return sorted(set(re.findall(r"error\[(B\d+)\]", run.err)))

    def test_every_number_shown_on_the_page_exists(self) -> None:
        with open(DOCUMENT, encoding="utf-8") as stream:
            mentioned = set(re.findall(r"\b[A-Z]\d{4}\b", stream.read()))
        self.assertLessEqual(mentioned, {rule.code for rule in ALL_RULES})


class RulesWithoutExampleTest(FilesTest):
    """The rules that need more than a short text."""

    def assert_finds(self, code: str, *arguments: str) -> None:
        run = self.run_idlc("generate", "--backend=json", "--out-dir", self.path("out"), *arguments)
        self.assertEqual(1, run.status)
        self.assertIn(f"error[{code}]", run.err)
        self.assertEqual(1, run.err.count("error["), run.err)

    def test_e0211_type_nested_too_deeply(self) -> None:
        def nested(levels: int) -> str:
            return f"struct Deep {{ {'array<' * levels}int32{'>' * levels} items; }};"

        self.assertEqual(["E0211"], self.codes(nested(MAX_TYPE_DEPTH + 1)))
        self.compile_good(nested(MAX_TYPE_DEPTH))

    def test_e0214_too_many_syntax_errors(self) -> None:
        def broken(lines: int) -> str:
            return "".join(f"struct S{number} {{ int32 = 1; }};\n" for number in range(lines))

        self.assertEqual({"E0201", "E0214"}, set(self.codes(broken(MAX_SYNTAX_ERRORS + 9))))
        self.assertEqual({"E0201"}, set(self.codes(broken(MAX_SYNTAX_ERRORS - 1))))

    def test_e0301_file_not_found(self) -> None:
        self.assert_finds("E0301", "-I", self.folder, self.path("missing.idl"))

    def test_e0302_unreadable_file(self) -> None:
        os.mkdir(self.path("folder.idl"))
        self.assert_finds("E0302", "-I", self.folder, self.path("folder.idl"))

    def test_e0303_file_that_is_not_utf_8(self) -> None:
        self.write({"main.idl": b"// caf\xe9\n"})
        self.assert_finds("E0303", "-I", self.folder, self.path("main.idl"))

    def test_e0307_file_too_large(self) -> None:
        self.write({"main.idl": "struct S { int32 a; };"})
        with mock.patch("idlc.loader.MAX_FILE_BYTES", 10):
            self.assert_finds("E0307", "-I", self.folder, self.path("main.idl"))

    def test_e0311_file_outside_of_the_import_roots(self) -> None:
        self.write({"main.idl": "", "idl/other.idl": ""})
        self.assert_finds("E0311", "-I", self.path("idl"), self.path("main.idl"))

    def test_e0312_file_that_cannot_be_written(self) -> None:
        self.write({"main.idl": "struct S { int32 a; };", "out": "a file where the folder should be"})
        self.assert_finds("E0312", "-I", self.folder, self.path("main.idl"))

    def test_e0313_file_that_cannot_be_laid_out(self) -> None:
        self.write({"main.idl": "struct S {};"})
        with mock.patch("idlc.formatter.run", side_effect=UnsafeLayout()):
            run = self.run_idlc("format", self.path("main.idl"))
        self.assertEqual((1, 1), (run.status, run.err.count("error[E0313]")))

    def test_e0901_not_supported_by_the_backend(self) -> None:
        text = "struct S {\n  int32 a;\n  int32 b;\n};"
        module = self.compile_good(text)
        found = UnsupportedError((Unsupported(module.structs[0].name.child("b"), "fields named b"),))
        with mock.patch("idlc.commands.generate.load_backend", return_value=mock.Mock(side_effect=found)):
            self.assert_finds("E0901", "-I", self.folder, self.path("main.idl"))
            run = self.run_idlc(
                "generate", "--out-dir", self.path("out"), "-I", self.folder, self.path("main.idl")
            )
        self.assertIn("main.idl:3:9:", run.err)

    def mapped(self, name: str, *options: str) -> Run:
        self.write({"gfx.idl": "module gfx; struct Rect { enum Kind { kA }; }; interface Canvas {};",
                    "main.idl": 'module app; import "gfx.idl"; struct S { gfx.Rect r; };',
                    "types.json": '{\n  "%s": { "cpp": "my::Rect" }\n}' % name})  # fmt: skip
        return self.run_idlc("generate", "--out-dir", self.path("out"), "--mapping", self.path("types.json"),
                             "-I", self.folder, *options, self.path("main.idl"))  # fmt: skip

    def test_e0902_mapping_of_what_cannot_be_mapped(self) -> None:
        run = self.mapped("gfx.Canvas")
        self.assertEqual(1, run.status)
        self.assertIn("types.json:2:3: error[E0902]: 'gfx.Canvas' is an interface", run.err)
        self.assertFalse(os.path.exists(self.path("out")))

    def test_e0903_mapping_file_that_is_wrong(self) -> None:
        _, section = read_sections()["E0903"]
        bad, good = re.findall(r"^```json\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL)
        self.write({"bad.json": bad, "good.json": good, "gfx.idl": "module gfx; struct Rect {};"})
        self.assert_finds("E0903", "--mapping", self.path("bad.json"), "-I", self.folder, self.path("gfx.idl"))
        run = self.run_idlc("generate", "--out-dir", self.path("out"), "--mapping", self.path("good.json"),
                            "-I", self.folder, self.path("gfx.idl"))  # fmt: skip
        self.assertEqual((0, ""), (run.status, run.err))

    def test_w0901_mapping_of_a_type_that_is_not_there(self) -> None:
        for name, hint in (("gfx.Rct", "gfx.Rect"), ("gfx.Wheel", ""), ("gxf.Rect", "gfx.Rect"), ("app.Rect", ""),
                           ("gfx.Rect.Kin", "gfx.Rect.Kind")):  # fmt: skip
            run = self.mapped(name)
            self.assertEqual(0, run.status, run.err)
            self.assertIn(f"types.json:2:3: warning[W0901]: no file that was read defines '{name}'", run.err)
            self.assertEqual(hint, "".join(re.findall("did you mean '(.*)'", run.err)))
        self.assertEqual(1, self.mapped("gfx.Rct", "--strict").status)
        for name in ("gfx.Rect", "gfx.Rect.Kind", "string", "other.Type"):
            self.assertEqual((0, ""), (self.mapped(name).status, self.mapped(name).err), name)


if __name__ == "__main__":
    unittest.main()
