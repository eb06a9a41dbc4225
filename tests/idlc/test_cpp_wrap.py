# SPDX-License-Identifier: Apache-2.0
"""Long lines break where clang-format breaks them: what it is given, it gives back."""

import os
import shutil
import subprocess
import unittest

from idlc.backends.cpp import wrap

_STYLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".clang-format")


def numbered(count: int, stem: str) -> list[str]:
    return [f"{stem}_{number}" for number in range(count)]


class WrapTest(unittest.TestCase):
    def test_a_call_that_fits_stays_on_its_line(self) -> None:
        self.assertEqual("  f(a, b);", wrap.call("  f(", ["a", "b"], ");"))
        self.assertEqual("  f();", wrap.call("  f(", [], ");"))

    def test_the_further_lines_of_a_call_begin_behind_its_parenthesis(self) -> None:
        text = wrap.call("  function(", numbered(12, "argument"), ");")
        self.assertEqual(2, len(text.split("\n")))
        self.assertTrue(text.split("\n")[1].startswith(" " * 11 + "argument"))

    def test_arguments_that_do_not_fit_there_go_below(self) -> None:
        text = wrap.call("  " + "f" * 60 + "(", ["a" * 50, "b"], ");")
        self.assertEqual(["  " + "f" * 60 + "(", "      " + "a" * 50 + ", b);"], text.split("\n"))

    def test_a_function_of_one_statement_is_one_line_if_it_fits(self) -> None:
        self.assertEqual("int f() { return 1; }", wrap.definition("int f() {", ["  return 1;"]))
        self.assertEqual("int f() {\n  a();\n  b();\n}", wrap.definition("int f() {", ["  a();", "  b();"]))

    def test_no_line_is_longer_than_it_may_be(self) -> None:
        for count in range(1, 40):
            parts = numbered(count, "some_part")
            texts = [
                wrap.call("    return object.function(", parts, ");"),
                wrap.conjunction("  return ", parts, ";"),
                wrap.function(2, "Result<Message>", "encode_something", parts, ") const;"),
                wrap.nested_call("    return call(", ("encode", parts), ["&decode", "token"], ");"),
                wrap.variable_of_template(2, "std::variant", parts, "value_"),
                wrap.function_type(2, "Signature", parts),
            ]
            for text in texts:
                self.assertLessEqual(max(map(len, text.split("\n"))), wrap.WIDTH, text)

    def test_clang_format_agrees(self) -> None:
        program = shutil.which("clang-format-14") or shutil.which("clang-format")
        if program is None:
            self.skipTest("clang-format is not installed")
        for text in self._samples():
            done = subprocess.run([program, f"--style=file:{_STYLE}"], input=text, check=True, capture_output=True,
                                  text=True)  # fmt: skip
            self.assertEqual(text, done.stdout)

    def _samples(self) -> list[str]:
        members, statements = [], []
        for count in range(1, 14):
            types = [f"const std::vector<Thing{number}>& parameter_{number}" for number in range(count)]
            members += [
                wrap.function(2, "virtual void", f"Method{count}", types, ") = 0;"),
                wrap.function(2, "ferrule::Result<ferrule::wire::Message>", f"encode_{count}", types, ") const;"),
                wrap.variable_of_template(2, "std::variant", numbered(count, "Alternative"), "value_"),
                wrap.function_type(2, f"Signature{count}", [f"std::string result_{i}" for i in range(count)]),
                wrap.table(f"  static constexpr Version kVersions{count}[] = ", [f"{{{i}, {i * 8}}}" for i in range(count)]),
            ]  # fmt: skip
            terms = [f'reader.read({number}, out.field_{number}, "field_{number}")' for number in range(count)]
            statements += [
                wrap.conjunction("  return ", ["reader.ok()", *terms], ";"),
                wrap.call("  implementation.Method(", [f"std::move(argument_{i})" for i in range(count)], ");"),
                wrap.call("  writer.write(", ["0", f"value.{'x' * (count * 6)}"], ");"),
            ]
        first = "struct Sample {\n" + "\n".join(members) + "\n};\n"
        second = "".join(f"bool f{i}() {{\n  {{}}\n{text}\n}}\n" for i, text in enumerate(statements))
        return [first, second]


if __name__ == "__main__":
    unittest.main()
