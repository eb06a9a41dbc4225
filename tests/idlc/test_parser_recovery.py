# SPDX-License-Identifier: Apache-2.0
"""The parser on files with mistakes: one report for each, and the rest is still read."""

import unittest

from idlc import ast
from support import parse, places_of


class ParserRecoveryTest(unittest.TestCase):
    def assert_finds(self, text: str, *expected: tuple[str, int, int, str]) -> ast.File:
        file, diagnostics = parse(text)
        self.assertEqual(list(expected), places_of(diagnostics))
        return file

    def hint_of(self, text: str) -> str:
        return parse(text)[1].sorted[0].hint

    def test_goes_on_after_a_broken_field(self) -> None:
        file = self.assert_finds("struct S {\n  int32;\n  int8 b;\n  bool 7;\n  int8 c;\n};",
                                 ("E0201", 2, 8, ";"), ("E0201", 4, 8, "7"))  # fmt: skip
        (struct,) = file.definitions
        assert isinstance(struct, ast.Struct) and struct.body is not None
        self.assertEqual(["b", "c"], [item.name.text for item in struct.body])

    def test_goes_on_after_a_broken_definition(self) -> None:
        file = self.assert_finds("struct { int32 a; };\nunion U { int8 b; };", ("E0201", 1, 8, "{"))
        self.assertEqual(["U"], [item.name.text for item in file.definitions])

    def test_a_missing_semicolon_is_told_where_it_belongs(self) -> None:
        file = self.assert_finds("struct S {\n  int32 a\n  int8 b;\n}\nenum E { kA }\n",
                                 ("E0202", 2, 9, "a"), ("E0202", 4, 1, "}"), ("E0202", 5, 13, "}"))  # fmt: skip
        self.assertEqual(2, len(file.definitions))

    def test_a_missing_brace_does_not_swallow_the_next_definition(self) -> None:
        file = self.assert_finds("interface I {\n  A();\n\nstruct S {\n  int8 b;\n};", ("E0204", 1, 11, "I"))
        self.assertEqual(["I", "S"], [item.name.text for item in file.definitions])

    def test_a_missing_comma_between_enum_values(self) -> None:
        file = self.assert_finds("enum E {\n  kA\n  kB,\n};", ("E0201", 3, 3, "kB"))
        (enum,) = file.definitions
        assert isinstance(enum, ast.Enum) and enum.values is not None
        self.assertEqual(["kA", "kB"], [item.name.text for item in enum.values])

    def test_a_needless_semicolon_or_brace_is_named(self) -> None:
        self.assert_finds("struct S {};;\n}", ("E0201", 1, 13, ";"), ("E0201", 2, 1, "}"))

    def test_mistyped_definition_words_get_a_suggestion(self) -> None:
        self.assertEqual("did you mean 'struct'?", self.hint_of("strcut S {};"))
        self.assertEqual("did you mean 'interface'?", self.hint_of("Interface I {};"))

    def test_old_spellings_name_the_modern_one(self) -> None:
        for old, modern in (
            ("I&", "pending_receiver<I>"),
            ("associated I", "pending_associated_remote<I>"),
            ("associated I&", "pending_associated_receiver<I>"),
        ):
            self.assertEqual(f"write '{modern}'", self.hint_of(f"interface I {{ M({old} x); }};"))

    def test_words_of_other_languages_get_a_suggestion(self) -> None:
        self.assertEqual("did you mean 'array'?", self.hint_of("struct S { vector<int32> x; };"))
        self.assertEqual("did you mean 'pending_remote'?", self.hint_of("struct S { pending_remot<I> x; };"))
        self.assertEqual("did you mean 'platform'?", self.hint_of("struct S { handle<plattform> x; };"))

    def test_sizes_of_arrays_are_plain_decimal_numbers(self) -> None:
        for size in ("0", "-1", "0x10", "4294967296", "kSize", "1.5", '"4"'):
            _, diagnostics = parse(f"struct S {{ array<int8, {size}> x; }};")
            self.assertEqual(["E0210"], [item.message.code for item in diagnostics.sorted], size)

    def test_a_file_of_one_symbol_repeated_ends_soon(self) -> None:
        for text in ("{", "}", "[", "]", "(", "<", ";", "struct S {", "array<", "[A] ", "@1 ", "=> "):
            _, diagnostics = parse(text * 5000)
            self.assertLess(len(diagnostics.sorted), 60, text)
            self.assertTrue(diagnostics.has_errors, text)


if __name__ == "__main__":
    unittest.main()
