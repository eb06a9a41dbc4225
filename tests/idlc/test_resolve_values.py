# SPDX-License-Identifier: Apache-2.0
"""What constants, defaults and enum values stand for."""

import math
import unittest

from idlc import values
from support import FilesTest


class ResolveValuesTest(FilesTest):
    def default(self, field: str, around: str = "") -> values.Value:
        found = (
            self.compile_good(f"module m; {around} struct S_ {{ {field}; }};").structs[-1].fields[0].default
        )
        assert found is not None
        return found

    def test_literals(self) -> None:
        self.assertEqual(values.IntValue(-3), self.default("int8 x = -3"))
        self.assertEqual(values.FloatValue(0.5), self.default("float x = .5"))
        self.assertEqual(values.IntValue(1), self.default("double x = 1"))
        self.assertEqual(values.BoolValue(False), self.default("bool x = false"))
        self.assertEqual(values.StringValue('a"b'), self.default('string x = "a\\"b"'))
        self.assertEqual(values.DefaultValue(), self.default("A x = default", "struct A {};"))

    def test_built_in_floats(self) -> None:
        self.assertEqual(values.FloatValue(math.inf), self.default("double x = double.INFINITY"))
        self.assertEqual(values.FloatValue(-math.inf), self.default("float x = float.NEGATIVE_INFINITY"))
        found = self.default("double x = double.NAN")
        assert isinstance(found, values.FloatValue)
        self.assertTrue(math.isnan(found.value))

    def test_a_name_keeps_its_name_and_has_its_value(self) -> None:
        found = self.default("int32 x = kB", "const int8 kA = 7; const int16 kB = kA;")
        assert isinstance(found, values.ConstRef)
        self.assertEqual(("m.kB", values.IntValue(7)), (found.name.full, found.value))

    def test_enum_values_are_found_in_the_enum_of_the_place(self) -> None:
        around = "enum Colour { kRed, kGreen = 5 };"
        for written in ("kGreen", "Colour.kGreen", "m.Colour.kGreen"):
            found = self.default(f"Colour x = {written}", around)
            assert isinstance(found, values.EnumeratorRef)
            self.assertEqual(("m.Colour", "kGreen", 5), (found.enum.full, found.name, found.value))

    def test_also_in_an_imported_enum(self) -> None:
        module = self.compile_good(
            {"a.idl": "module a; enum E { kX, kY };", "main.idl": 'import "a.idl"; const a.E k = kY;'}
        )
        self.assertIsInstance(module.constants[0].value, values.EnumeratorRef)

    def test_defaults_may_name_what_comes_later(self) -> None:
        module = self.compile_good("struct S { int32 x = kLater; }; const int32 kLater = 3;")
        self.assertIsInstance(module.structs[0].fields[0].default, values.ConstRef)

    def test_constants_and_enum_values_may_not(self) -> None:
        self.assertEqual(["E0408"], self.codes("const int32 a = b; const int32 b = 1;"))
        self.assertEqual(["E0408"], self.codes("enum E { kA = kB, kB = 1 };"))
        self.assertEqual(["E0408"], self.codes("const int32 a = a;"))
        self.assertEqual(["E0408"], self.codes("enum E { kA = kA };"))

    def test_a_broken_value_draws_no_further_reports(self) -> None:
        text = "const int32 a = nothing; const int32 b = a; enum E { kA = b, kB, kC }; struct S { E e = kC; int8 x = b; };"
        self.assertEqual(["E0407"], self.codes(text))

    def test_numbers_of_enum_values(self) -> None:
        module = self.compile_good(
            "const int32 k = 40; enum A { kX = 7 };"
            "enum E { kA, kB, kC = -5, kD, kE = 0x10, kF = kA, kG, kH = k, kI, kJ = A.kX, kK };"
        )
        self.assertEqual(
            [0, 1, -5, -4, 16, 0, 1, 40, 41, 7, 8], [item.value for item in module.enums[1].values]
        )

    def test_the_innermost_value_wins(self) -> None:
        module = self.compile_good(
            "const int32 k = 1; struct S { const int32 k = 2; int32 x = k; }; struct T { int32 x = k; };"
        )
        found = [
            values.literal_of(item.fields[0].default) for item in module.structs if item.fields[0].default
        ]
        self.assertEqual([values.IntValue(2), values.IntValue(1)], found)

    def test_suggests_enum_values_of_the_place(self) -> None:
        _, diagnostics = self.compile("enum Colour { kRed, kGreen }; struct S { Colour c = kGren; };")
        self.assertEqual("did you mean 'kGreen'?", diagnostics.sorted[0].hint)


if __name__ == "__main__":
    unittest.main()
