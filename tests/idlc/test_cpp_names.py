# SPDX-License-Identifier: Apache-2.0
"""Names, literals and comments in C++."""

import unittest

from idlc.backends.cpp import literals, names
from idlc.backends.cpp.comments import comment
from idlc.types import DefName


def name(*path: str) -> DefName:
    return DefName("a.idl", "a", path)


class NamesTest(unittest.TestCase):
    def test_names_keep_their_spelling(self) -> None:
        for word in ("value", "Add", "kRed", "some_thing", "trailing_"):
            self.assertEqual(word, names.escape(word))

    def test_what_cpp_needs_for_itself_gets_an_underscore(self) -> None:
        for word in ("class", "and", "co_await", "int32_t", "std", "errno", "NULL"):
            self.assertEqual(word + "_", names.escape(word))

    def test_two_names_never_become_one(self) -> None:
        self.assertEqual(["class_", "class__", "class___"], [names.escape("class" + "_" * i) for i in range(3)])

    def test_only_ferrules_own_modules_begin_with_its_namespace(self) -> None:
        self.assertEqual("ferrule::node::control", names.namespace("ferrule.node.control"))
        self.assertEqual("a::ferrule_::std_", names.namespace("a.ferrule.std"))
        self.assertEqual("idl", names.namespace(""))

    def test_a_namespace_is_not_taken_for_a_function_of_the_c_library(self) -> None:
        self.assertEqual("pipe_::time", names.namespace("pipe.time"))

    def test_nested_definitions_stand_beside_their_owner(self) -> None:
        self.assertEqual("Shape_Kind", names.definition(name("Shape", "Kind")))
        self.assertEqual("Kind", names.alias(name("Shape", "Kind")))

    def test_a_method_is_not_taken_for_a_constructor(self) -> None:
        self.assertEqual("Run_", names.method("Run", name("Run")))
        self.assertEqual("RunProxy_", names.method("RunProxy", name("Run")))
        self.assertEqual("encode_X_", names.method("encode_X", name("Run")))


class LiteralsTest(unittest.TestCase):
    def test_numbers_that_have_no_plain_literal(self) -> None:
        self.assertEqual("-9223372036854775807 - 1", literals.integer(-(1 << 63)))
        self.assertEqual("18446744073709551615u", literals.integer((1 << 64) - 1))
        self.assertEqual("9223372036854775807", literals.integer((1 << 63) - 1))

    def test_floats(self) -> None:
        self.assertEqual("0.1f", literals.floating(0.1, 32))
        self.assertEqual("3.0", literals.floating(3, 64))
        self.assertEqual("-std::numeric_limits<float>::infinity()", literals.floating(float("-inf"), 32))
        self.assertEqual("std::numeric_limits<double>::quiet_NaN()", literals.floating(float("nan"), 64))

    def test_strings_cannot_end_early(self) -> None:
        self.assertEqual(r'"a\"b\\c\n"', literals.string('a"b\\c\n'))
        self.assertEqual(r'"\0001"', literals.string("\x001"))
        self.assertEqual('"grün"', literals.string("grün"))
        self.assertEqual(r'"\342\200\256"', literals.string("\u202e"), "it would turn the text around")

    def test_long_strings_go_on_several_lines(self) -> None:
        text = " ".join(["word"] * 60)
        lines = literals.string(text).split("\n")
        self.assertGreater(len(lines), 2)
        self.assertEqual(text, "".join(line[1:-1] for line in lines))
        self.assertTrue(all(len(line) < 100 for line in lines))


class CommentsTest(unittest.TestCase):
    def test_lines_that_fit_stay_as_they_are(self) -> None:
        self.assertEqual(["  /// one", "  ///", "  ///   two"], comment("one\n\n  two", 2))
        self.assertEqual([], comment("", 0))

    def test_a_paragraph_that_is_too_wide_is_filled_anew(self) -> None:
        lines = comment("short\n" + "word " * 30 + "\n\nnext", 2)
        self.assertTrue(lines[0].startswith("  /// short word word"))
        self.assertTrue(all(len(line) <= 100 for line in lines))
        self.assertEqual(["  ///", "  /// next"], lines[-2:])

    def test_a_backslash_does_not_swallow_the_next_line(self) -> None:
        self.assertEqual(["/// path"], comment("path \\", 0))
        self.assertEqual(["/// a", "/// b"], comment("a\\\nb\\ ", 0))

    def test_nothing_gets_out_of_the_comment(self) -> None:
        self.assertEqual(["/// a int x;"], comment("a\u2028int x;", 0))
        self.assertEqual(["/// a int x;"], comment("a\rint x;", 0))


if __name__ == "__main__":
    unittest.main()
