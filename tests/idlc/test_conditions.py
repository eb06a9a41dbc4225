# SPDX-License-Identifier: Apache-2.0
import unittest

from idlc import ir
from support import FilesTest


class ConditionsTest(FilesTest):
    def names(self, text: str, *features: str) -> list[str]:
        return [item.name.short for item in self.compile_good(text, features).definitions]

    def test_keeps_what_is_enabled(self) -> None:
        text = "[EnableIf=a] struct A {}; [EnableIfNot=a] struct B {}; struct C {};"
        self.assertEqual(["A", "C"], self.names(text, "a"))
        self.assertEqual(["B", "C"], self.names(text, "b"))

    def test_a_use_of_what_is_left_out_is_told_why(self) -> None:
        self.write({"a.idl": "module a;\n[EnableIf=x] struct A {};",
                    "main.idl": 'import "a.idl";\nstruct S { a.A one; B two; C three; };\n[EnableIfNot=y]\nstruct B {};'})  # fmt: skip
        run = self.run_idlc("check", "-I", self.folder, "--feature=y", self.path("main.idl"))
        self.assertEqual(3, run.err.count("error[E0405]"))
        self.assertEqual(2, run.err.count("note: a condition leaves this definition out"))
        for place in ("a.idl:2:21: note", "main.idl:4:8: note"):
            self.assertIn(place, run.err)

    def test_joins_features(self) -> None:
        text = (
            "[EnableIf=a|b] struct Any {}; [EnableIf=a&b] struct All {}; [EnableIfNot=a|b] struct None_ {};"
        )
        self.assertEqual(["Any"], self.names(text, "a"))
        self.assertEqual(["Any", "All"], self.names(text, "a", "b"))
        self.assertEqual(["None_"], self.names(text))

    def test_two_definitions_of_one_name_may_stand_under_opposite_conditions(self) -> None:
        text = "[EnableIf=a] struct S { int8 x; }; [EnableIfNot=a] struct S { int8 y; };"
        self.assertEqual(["y"], [field.name for field in self.compile_good(text).structs[0].fields])

    def test_drops_members_before_they_are_counted(self) -> None:
        module = self.compile_good(
            "struct S { int8 a; [EnableIf=x] int8 b; int8 c; };\n"
            "enum E { kA, [EnableIf=x] kB, kC };\n"
            "union U { int8 a; [EnableIf=x] int8 b; int8 c; };\n"
            "interface I { A(); [EnableIf=x] B(); C(int8 a, [EnableIf=x] int8 b) => ([EnableIf=x] int8 c); };"
        )
        self.assertEqual([0, 1], [field.ordinal for field in module.structs[0].fields])
        self.assertEqual([0, 1], [value.value for value in module.enums[0].values])
        self.assertEqual([0, 1], [member.ordinal for member in module.unions[0].members])
        first, second = module.interfaces[0].methods
        self.assertEqual((0, 1), (first.ordinal, second.ordinal))
        assert isinstance(second.response, ir.Struct)
        self.assertEqual((1, 0), (len(second.params.fields), len(second.response.fields)))

    def test_a_dropped_import_is_not_opened(self) -> None:
        self.compile_good('[EnableIf=x] import "missing.idl";')
        self.assertEqual(["E0304"], self.codes('[EnableIf=x] import "missing.idl";', ["x"]))

    def test_dropped_items_may_hold_mistakes_of_meaning(self) -> None:
        self.compile_good("[EnableIf=x] struct S { Nothing n; };")


if __name__ == "__main__":
    unittest.main()
