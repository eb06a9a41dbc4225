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
        self.assertEqual([], self.lint(text + "enum Codec { kH264, kVP9_Main, JPEG };\nfeature kAny { const bool default_state = true; };"))

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

    def test_circles_are_found_through_other_interfaces(self) -> None:
        text = """// lint-off: L0201
        interface Sync { [Sync] F() => (); };
        interface Gives { Ask() => (pending_remote<Sync> sync); };
        interface Wants { Take(pending_receiver<Sync> sync); Other(pending_remote<Sync> given); };
        interface Far { Ask() => (pending_remote<Gives> gives); Again() => (pending_remote<Far> far); };
        interface A { [Sync] G() => (); H(pending_remote<Gives> gives); };
        interface B { [Sync] G() => (); H(pending_remote<Wants> wants); };
        interface C { [Sync] G() => (); H(pending_remote<Far> far); };
        interface D { [Sync] G() => (); H() => (pending_receiver<Sync> sync); };
        interface E { [Sync] G() => (); H(pending_receiver<Gives> gives); I() => (pending_remote<Sync> sync); };
        interface F { [Sync] G() => (); H(pending_remote<Only> only); };
        interface Only { Given(pending_remote<Sync> sync); };
        """
        self.assertEqual([f"L0301 {line}:41" for line in (6, 7, 8, 9)], self.lint(text))
        run = self.run_idlc("lint", "-I", self.folder, self.path("a.idl"))
        self.assertIn("'C' has synchronous methods and is given, through 'Far -> Gives', a remote of 'Sync'", run.err)

    def test_a_long_chain_of_interfaces_takes_no_long_time(self) -> None:
        """Work in proportion to the file: the way through others is looked for up to a bound."""
        text = ["// lint-off: L0201 L0301"]
        text += [f"interface I{i} {{ [Sync] F(pending_remote<I{i + 1}> a) => (pending_remote<I{i + 1}> b); }};" for i in range(3000)]
        text.append("interface I3000 { [Sync] F() => (); };")
        self.assertEqual([], self.lint("\n".join(text)))

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
