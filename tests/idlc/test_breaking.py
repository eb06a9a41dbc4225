# SPDX-License-Identifier: Apache-2.0
"""`idlc breaking`: what breaks is found with both places, and what does not break is let pass.

The examples of docs/diagnostics.md, one for each rule, are run by test_documented_diagnostics.
"""

import json
import re
import unittest

from support import FilesTest

HARMLESS = {
    "nothing": ("struct S { int32 a; };", "struct S { int32 a; };"),
    "a comment, blanks, the order of definitions": (
        "struct A { int32 a; }; struct B {};",
        "// New.\nstruct B {};\nstruct A {\n  int32 a;\n};",
    ),
    "a new definition": ("struct S {};", "struct S {}; struct T {};"),
    "a field of a new version": (
        "struct S { string a; };",
        "struct S { string a; [MinVersion=1] string? b; };",
    ),
    "fields of two new versions": (
        "struct S { [MinVersion=2] int32 a; };",
        "struct S { [MinVersion=2] int32 a; [MinVersion=3] int32 b; [MinVersion=4] int32 c; };",
    ),
    "written ordinals that were so before": (
        "struct S { int32 a; int32 b; };",
        "struct S { int32 a@0; int32 b@1; };",
    ),
    "a default": ("struct S { int32 a; };", "struct S { int32 a = 3; };"),
    "a value of an extensible enum": (
        "[Extensible] enum E { [Default] kA };",
        "[Extensible] enum E { [Default] kA, kB };",
    ),
    "a value of a stable enum in a new version": (
        "[Stable, Extensible] enum E { kA };",
        "[Stable, Extensible] enum E { kA, [MinVersion=1] kB };",
    ),
    "a second name for a number": ("enum E { kA };", "enum E { kA, kB = kA };"),
    "a member of an extensible union": (
        "[Extensible] union U { [Default] bool a; };",
        "[Extensible] union U { [Default] bool a; string b; };",
    ),
    "an enum that becomes extensible": ("enum E { kA };", "[Extensible] enum E { kA };"),
    "a definition that becomes stable": ("struct S {};", "[Stable] struct S {};"),
    "a method that becomes synchronous": (
        "interface I { F() => (); };",
        "interface I { [Sync] F() => (); };",
    ),
    "a new constant": ("interface I { };", "interface I { const int32 k = 1; };"),
}

WIRE_SAFE = {
    "a struct with a new name, and its uses": (
        "struct P {}; struct S { array<P> p; map<string, P?> m; };",
        '[RenamedFrom="P"] struct Q {}; struct S { array<Q> p; map<string, Q?> m; };',
    ),
    "a nested enum of a struct with a new name": (
        "struct P { enum E { kA }; E e; };",
        '[RenamedFrom="P"] struct Q { enum E { kA }; E e; };',
    ),
    "an interface in another module": (
        "module a; interface I {}; struct S { pending_remote<I> i; };",
        'module b; [RenamedFrom="a.I"] interface I {}; [RenamedFrom="a.S"] struct S { pending_remote<I> i; };',
    ),
    "a method of a new version": ("interface I { F(); };", "interface I { F(); [MinVersion=1] G(); };"),
    "a parameter of a new version": (
        "interface I { F(int32 a) => (); };",
        "interface I { F(int32 a, [MinVersion=1] int32 b) => ([MinVersion=1] int32 c); };",
    ),
    "an unordered map": ("struct S { map<string, int32> m; };", "struct S { hash_map<string, int32> m; };"),
}

BREAKING = {
    "a type that is no longer nullable": ("struct S { string? a; };", "struct S { string a; };", ["B1102"]),
    "a type that became nullable": ("struct S { int32 a; };", "struct S { int32? a; };", ["B1102"]),
    "a struct that became nullable": ("struct P {}; struct S { P p; };", "struct P {}; struct S { P? p; };", ["B1102"]),
    "a fixed array of another size": ("struct S { array<int8, 2> a; };", "struct S { array<int8, 3> a; };", ["B1102"]),
    "a type inside a map": ("struct S { map<string, int32> m; };", "struct S { map<string, int64> m; };", ["B1102"]),
    "another struct of the same shape": (
        "struct P {}; struct Q {}; struct S { P p; };",
        "struct P {}; struct Q {}; struct S { Q p; };",
        ["B1102"],
    ),
    "another kind of endpoint": (
        "interface I {}; struct S { pending_remote<I> i; };",
        "interface I {}; struct S { pending_receiver<I> i; };",
        ["B1102"],
    ),
    "a field in the middle": (
        "struct S { int32 a; int32 b; };",
        "struct S { int32 a; int32 c; int32 b; };",
        ["B1104", "B2102", "B1105"],
    ),
    "a field in the middle of the file, but with the last ordinal": (
        "struct S { int32 a@0; int32 b@1; };",
        "struct S { int32 a@0; [MinVersion=1] int32 c@2; int32 b@1; };",
        ["B2102"],
    ),
    "a field taken out of the middle": (
        "struct S { int32 a; int32 b; int32 c; };",
        "struct S { int32 a; int32 c; };",
        ["B1101", "B1105"],
    ),
    "a field of an old version": (
        "struct S { [MinVersion=3] int32 a; };",
        "struct S { [MinVersion=3] int32 a; [MinVersion=3] int32 b; };",
        ["B1104"],
    ),
    "a parameter that is gone": ("interface I { F(int32 a); };", "interface I { F(); };", ["B1101"]),
    "a response of another type": (
        "interface I { F() => (int32 a); };",
        "interface I { F() => (string a); };",
        ["B1102"],
    ),
    "a result of another type": (
        "interface I { F() => result<int32, string>; };",
        "interface I { F() => result<int64, string>; };",
        ["B1102"],
    ),
    "a result in place of a response": (
        "interface I { F() => (int32 result); };",
        "interface I { F() => result<int32, string>; };",
        ["B1102"],
    ),
    "a tag of a union": (
        "union U { int32 a; string b; };",
        "union U { string b; int32 a; };",
        ["B1105", "B1105"],
    ),
    "a member of a stable extensible union without a version": (
        "[Stable, Extensible] union U { [Default] bool a; };",
        "[Stable, Extensible] union U { [Default] bool a; int32 b; };",
        ["B1104"],
    ),
    "a nested enum that is gone": ("struct S { enum E { kA }; };", "struct S {};", ["B2001"]),
    "a struct that is gone with all that is in it": (
        "struct S { enum E { kA }; const int32 k = 1; };",
        "struct T {};",
        ["B2001"],
    ),
    "a value of a stable enum without a version": (
        "[Stable, Extensible] enum E { kA };",
        "[Stable, Extensible] enum E { kA, kB };",
        ["B1303"],
    ),
    "a union that is no longer extensible": (
        "[Extensible] union U { [Default] bool a; };",
        "union U { bool a; };",
        ["B1304"],
    ),
    "a struct that became an enum": ("struct S {};", "enum S {};", ["B1003"]),
    "two methods that changed places": (
        "interface I { F(int32 a); G(string b) => (); };",
        "interface I { G(string b) => (); F(int32 a); };",
        ["B1402", "B1402"],
    ),
}  # fmt: skip


class BreakingTest(FilesTest):
    def compare(self, old: str, new: str, *arguments: str) -> "tuple[int, list[str]]":
        self.write({"old/a.idl": old, "new/a.idl": new})
        run = self.run_idlc("breaking", *arguments, self.path("old/a.idl"), self.path("new/a.idl"))
        self.assertNotIn("error[E", run.err)
        return run.status, re.findall(r"error\[(B\d+)\]", run.err)

    def test_harmless_changes(self) -> None:
        for what, (old, new) in HARMLESS.items():
            with self.subTest(what):
                self.assertEqual((0, []), self.compare(old, new))

    def test_changes_that_are_safe_on_the_wire(self) -> None:
        for what, (old, new) in WIRE_SAFE.items():
            with self.subTest(what):
                self.assertEqual((0, []), self.compare(old, new, "--only=wire"))
                self.assertEqual(1, self.compare(old, new, "--only=source")[0])

    def test_changes_that_break(self) -> None:
        for what, (old, new, codes) in BREAKING.items():
            with self.subTest(what):
                status, found = self.compare(old, new)
                self.assertEqual((1, sorted(codes)), (status, sorted(found)))

    def test_both_places_are_named(self) -> None:
        self.write({
            "old/a.idl": "interface I { F(int32 a) => (int32 a); };",
            "new/a.idl": "\ninterface I {\n  F(int32 a) =>\n    (string a);\n};",
        })  # fmt: skip
        run = self.run_idlc("breaking", "--diagnostics=json", self.path("old/a.idl"), self.path("new/a.idl"))
        found = json.loads(run.err)
        place, before = found["place"], found["notes"][0]["place"]
        self.assertEqual((self.path("new/a.idl"), 4, 13), (place["file"], place["line"], place["column"]))
        self.assertEqual((self.path("old/a.idl"), 1, 36), (before["file"], before["line"], before["column"]))

    def test_parameters_keep_their_order(self) -> None:
        self.write({"old.idl": "interface I { F(int32 a@0, int32 b@1) => (int32 c@0, int32 d@1); };",
                    "new.idl": "interface I { F(int32 b@1, int32 a@0) => (int32 d@1, int32 c@0); };"})  # fmt: skip
        run = self.run_idlc("breaking", self.path("old.idl"), self.path("new.idl"))
        self.assertEqual(["B2102", "B2102"], re.findall(r"error\[(\w+)\]", run.err))

    def test_files_with_other_names_are_not_moved(self) -> None:
        self.write({"old.idl": "struct S {};", "new.idl": "struct S {};"})
        self.assertEqual(0, self.run_idlc("breaking", self.path("old.idl"), self.path("new.idl")).status)

    def test_folders_are_compared_file_by_file(self) -> None:
        self.write({
            "old/x/a.idl": "module m; struct A { int32 a; };",
            "old/b.idl": 'import "x/a.idl"; struct B { m.A a; };',
            "new/moved/a.mojom": "module m; struct A { int64 a; };",
            "new/b.idl": 'import "moved/a.mojom"; struct B { m.A a; };',
            "new/notes.txt": "no IDL",
        })  # fmt: skip
        run = self.run_idlc("breaking", self.path("old"), self.path("new"))
        self.assertEqual(["B2003", "B1102"], re.findall(r"error\[(\w+)\]", run.err))
        self.assertIn("a.mojom:1:28:", run.err)

    def test_mistakes_in_either_file_are_told_and_nothing_is_compared(self) -> None:
        self.write({"old/a.idl": "struct S {};", "new/a.idl": "struct T { Nope n; };"})
        run = self.run_idlc("breaking", self.path("old/a.idl"), self.path("new/a.idl"))
        self.assertEqual((1, ["E0405"]), (run.status, re.findall(r"error\[(\w+)\]", run.err)))

    def test_a_folder_without_files_is_an_error(self) -> None:
        self.write({"old/a.idl": "struct S {};", "new/readme": ""})
        run = self.run_idlc("breaking", self.path("old"), self.path("new"))
        self.assertEqual((1, ["E0301"]), (run.status, re.findall(r"error\[(\w+)\]", run.err)))

    def test_features_and_roots_apply_to_both_sides(self) -> None:
        text = 'import "p.idl"; struct S { [EnableIf=x] P a; [EnableIfNot=x] int32 b; };'
        self.write(
            {"root/p.idl": "struct P {};", "old/a.idl": text, "new/a.idl": text.replace("int32", "int64")}
        )
        sides = [option for side in ("old", "new") for name in (side, "root")
                 for option in (f"--{side}-root", self.path(name))]  # fmt: skip
        paths = (self.path("old/a.idl"), self.path("new/a.idl"))
        self.assertEqual(0, self.run_idlc("breaking", *sides, "--feature=x", *paths).status)
        self.assertIn("B1102", self.run_idlc("breaking", *sides, *paths).err)


if __name__ == "__main__":
    unittest.main()
