# SPDX-License-Identifier: Apache-2.0
"""The parser on correct files."""

import unittest

from idlc import ast
from support import parse


class ParserTest(unittest.TestCase):
    def parse(self, text: str) -> ast.File:
        file, diagnostics = parse(text)
        self.assertEqual([], [item.message.text for item in diagnostics.sorted])
        return file

    def test_reads_module_and_imports(self) -> None:
        file = self.parse('module a.b;\nimport "x/y.idl";\n[EnableIf=z] import "z.idl";')
        assert file.module is not None
        self.assertEqual("a.b", file.module.name.text)
        self.assertEqual(["x/y.idl", "z.idl"], [item.path.value for item in file.imports])

    def test_an_empty_file_is_a_file(self) -> None:
        self.assertEqual((), self.parse(" // nothing\n").definitions)

    def test_reads_a_struct_with_all_it_may_hold(self) -> None:
        (struct,) = self.parse(
            "struct S { const int32 kA = -1; enum E { kB }; int32 x@3 = kA; S? next; };"
        ).definitions
        assert isinstance(struct, ast.Struct) and struct.body is not None
        const, enum, field, following = struct.body
        self.assertIsInstance(const, ast.Const)
        self.assertIsInstance(enum, ast.Enum)
        assert isinstance(field, ast.Field) and field.ordinal is not None
        self.assertEqual(("x", 3), (field.name.text, field.ordinal.value))
        self.assertIsInstance(field.default, ast.Ident)
        assert isinstance(following, ast.Field)
        self.assertTrue(following.type.nullable)

    def test_short_forms_have_no_body(self) -> None:
        struct, enum = self.parse("[Native] struct S; [Native] enum E;").definitions
        assert isinstance(struct, ast.Struct) and isinstance(enum, ast.Enum)
        self.assertIsNone(struct.body)
        self.assertIsNone(enum.values)

    def test_reads_every_kind_of_type(self) -> None:
        text = "struct S { %s; };" % "; ".join(
            f"{type_} f{place}"
            for place, type_ in enumerate(
                ["int32?", "a.B", "handle", "handle<platform>?", "pending_remote<a.I>", "pending_associated_receiver<I>?",
                 "array<array<bool?>, 4>?", "map<string, array<int8>>", "hash_map<a.K, map<int8, B?>>?", "hash_map", "feature"]
            )
        )  # fmt: skip
        (struct,) = self.parse(text).definitions
        assert isinstance(struct, ast.Struct) and struct.body is not None
        types = [item.type for item in struct.body if isinstance(item, ast.Field)]
        self.assertEqual(11, len(types))
        array = types[6]
        assert isinstance(array, ast.ArrayType) and isinstance(array.element, ast.ArrayType)
        self.assertEqual((4, True, None), (array.size, array.nullable, array.element.size))
        ordered, unordered = types[7], types[8]
        assert isinstance(ordered, ast.MapType) and isinstance(unordered, ast.MapType)
        self.assertEqual((True, False), (ordered.ordered, unordered.ordered))

    def test_reads_methods(self) -> None:
        (interface,) = self.parse(
            "interface I { A(); B@7([MinVersion=1] int8 x@0, I y) => (); [Sync] C() => (bool ok); D() => result<T, E?>; };"
        ).definitions
        assert isinstance(interface, ast.Interface)
        first, second, third, fourth = (item for item in interface.body if isinstance(item, ast.Method))
        self.assertIsNone(first.response)
        assert second.ordinal is not None and isinstance(second.response, ast.Parameters)
        self.assertEqual(
            (7, 2, 0), (second.ordinal.value, len(second.parameters), len(second.response.fields))
        )
        assert isinstance(third.response, ast.Parameters)
        self.assertEqual(["ok"], [item.name.text for item in third.response.fields])
        assert isinstance(fourth.response, ast.Result)
        self.assertTrue(fourth.response.failure.nullable)

    def test_enum_values_may_end_with_a_comma(self) -> None:
        (enum,) = self.parse("enum E { kA = 1, [Default] kB = kA, kC = a.B.kD, };").definitions
        assert isinstance(enum, ast.Enum) and enum.values is not None
        self.assertEqual(["kA", "kB", "kC"], [item.name.text for item in enum.values])

    def test_reads_the_values_of_attributes(self) -> None:
        (struct,) = self.parse(
            '[A, B=1, C="x", D=true, E=a.b, F=x|y|z, G=x&y, H=-0.5] struct S {};'
        ).definitions
        kinds = [type(item.value) for item in struct.attributes]
        expected = [type(None), ast.IntLiteral, ast.StringLiteral, ast.BoolLiteral, ast.Ident, ast.Choice, ast.Choice,
                    ast.FloatLiteral]  # fmt: skip
        self.assertEqual(expected, kinds)

    def test_feature_is_a_word_and_a_name(self) -> None:
        text = "feature kFast { const bool on = true; }; struct feature { int32 feature; feature? next; };"
        first, second = self.parse(text).definitions
        self.assertIsInstance(first, ast.Feature)
        self.assertEqual("feature", second.name.text)

    def test_result_and_type_names_are_ordinary_names(self) -> None:
        self.parse(
            "struct result { int32 int32; string string; int8 associated; }; interface I { M(result result) => (int8 result); };"
        )

    def test_reads_strings_with_escapes(self) -> None:
        (const,) = self.parse(r'const string s = "a\n\t\"\\\x41\101\u00e9\U0001F600\xc3\xa9";').definitions
        assert isinstance(const, ast.Const) and isinstance(const.value, ast.StringLiteral)
        self.assertEqual('a\n\t"\\AA\xe9\U0001f600\xe9', const.value.value)

    def test_reads_numbers(self) -> None:
        constants = self.parse(
            "const int32 a = -0x10; const double b = - 1.5e3; const int8 c = + 7;"
        ).definitions
        values = [
            item.value.value
            for item in constants
            if isinstance(item, ast.Const) and hasattr(item.value, "value")
        ]
        self.assertEqual([-16, -1500.0, 7], values)

    def test_spans_begin_with_the_attributes_and_end_with_the_semicolon(self) -> None:
        (struct,) = self.parse("  [Stable] struct S { int32 x; } ; ").definitions
        self.assertEqual("[Stable] struct S { int32 x; } ;", struct.span.text)


if __name__ == "__main__":
    unittest.main()
