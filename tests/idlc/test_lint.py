# SPDX-License-Identifier: Apache-2.0
"""`idlc lint`. The examples of docs/diagnostics.md, one for each rule, are run by test_documented_diagnostics."""

import re
import unittest

from support import FilesTest


class LintTest(FilesTest):
    def lint(self, text: str) -> list[str]:
        self.write({"a.idl": text})
        run = self.run_idlc("lint", "-I", self.folder, self.path("a.idl"))
        found = re.findall(r"a\.idl:(\d+:\d+): warning\[(L\d+)\]", run.err)
        self.assertEqual(1 if found else 0, run.status)
        return [f"{code} {place}" for place, code in found]

    def test_names(self) -> None:
        self.assertEqual(
            ["L0101 2:8", "L0103 2:17", "L0102 3:21"],
            self.lint(
                "// A.\nstruct a { int8 bC; };\nstruct B { enum C { d }; };  // lint-off-line: L0201\n"
            ),
        )

    def test_customary_names_are_fine(self) -> None:
        text = "// lint-off: L0201\nstruct GpuInfo2 { const int32 kMax = 1; const int32 OLD_MAX = 1; int32 x_1; };\n"
        self.assertEqual([], self.lint(text + "enum Codec { kH264, kVP9_Main, JPEG };\nfeature kAny {};"))

    def test_comments_above_or_behind_count(self) -> None:
        text = "// I.\ninterface I {\n  // F.\n  F();\n  G();  // G.\n  H();\n};\nstruct S {};  // S."
        self.assertEqual(["L0201 6:3"], self.lint(text))

    def test_circles_are_found_through_structs(self) -> None:
        text = """// lint-off: L0201
        interface A { [Sync] F() => (); };
        struct S { array<U> u; };
        union U { pending_associated_remote<A> a; };
        interface B { [Sync] G() => (); H(S s); };
        interface C { H(S s); };
        interface D { [Sync] G() => (); H(pending_receiver<A> a); };
        """
        self.assertEqual(["L0301 5:41"], self.lint(text))

    def test_an_import_used_by_an_attribute_only_is_used(self) -> None:
        self.write({"c.idl": "module c; enum Context { kHigh };"})
        self.assertEqual(
            [], self.lint('import "c.idl";\n// I.\n[RequireContext=c.Context.kHigh] interface I {};')
        )

    def test_rules_are_silenced_for_a_file_or_a_line(self) -> None:
        self.assertEqual(["L0201 1:8", "L0201 2:8"], self.lint("struct A {};\nstruct B {};"))
        self.assertEqual([], self.lint("struct A {};\nstruct B {};\n// lint-off: L0201, L0101"))
        self.assertEqual(["L0201 2:8"], self.lint("struct A {};  // lint-off-line: L0201\nstruct B {};"))
        self.assertEqual(["L0102 3:12"], self.lint("// lint-off-line: L0102\nconst int8 a = 1;\nconst int8 b = 1;"))

    def test_mistakes_come_first(self) -> None:
        self.write({"a.idl": "struct a { Nope n; };"})
        run = self.run_idlc("lint", "-I", self.folder, self.path("a.idl"))
        self.assertEqual((1, ["E0405"]), (run.status, re.findall(r"\[([A-Z]\d+)\]", run.err)))


if __name__ == "__main__":
    unittest.main()
