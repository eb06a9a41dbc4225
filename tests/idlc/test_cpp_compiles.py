# SPDX-License-Identifier: Apache-2.0
"""Generated code that compilers judged differently, and headers of many definitions: compiled by GCC and Clang."""

import os
import re
import shutil
import subprocess
import unittest

from idlc import layout
from idlc.backends import load_backend
from support import FilesTest

_TREE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
_STRICT = ["-std=c++20", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wnon-virtual-dtor", "-Werror"]

CIRCLES = """
struct First { array<Second> l; map<int32, Second> m; array<Second?> n; array<Second, 2>? o; };
struct Second { First? first; int32 x; };
struct Alone { array<Alone?> n; map<int32, Alone?> m; array<Alone> l; array<array<Alone?, 2>> z; Alone? s; };
union Either { array<Either?> many; map<string, Held> held; Held? one; int32 number; };
struct Held { array<Either?> all; hash_map<int32, Either> some; map<int32, Held> own; };
struct Owner { array<Owned> l; map<int32, Owned?> m; handle<platform>? file; };
struct Owned { Owner? owner; array<Owner>? more; };
union Pair { array<Pair, 2> both; int32 one; array<Through, 3> more; };
struct Through { Pair pair; };
union Never {};
struct Hopeful { Never? never; array<Never> nevers; Never one; map<int32, Never?> some; };
feature kOne { const string name = "one"; const bool is_on = true; };
feature kTwo { const string name = "two"; const bool is_on = false; };
struct Ends { handle<shared_buffer> a; array<handle<data_pipe_consumer>?> b; handle<data_pipe_producer>? c; };
"""


def definitions(count: int) -> str:
    """As many definitions, of the kinds and sizes that real files have."""
    text = []
    for i in range(count // 5):
        text.append(f"""
            enum Kind{i} {{ kFirst, kSecond, kThird }};
            struct Item{i} {{ int32 id; string name; Kind{i} kind; double? weight; array<uint8> data; }};
            union Value{i} {{ int64 number; string text; Item{i} item; array<Item{i}> items; }};
            struct Group{i} {{ array<Item{i}> items; map<string, Value{i}> values; Item{i}? first; bool is_open; }};
            interface Service{i} {{
              Get(string name) => (Group{i}? group);
              Put(Group{i} group, Value{i} value) => (Kind{i} kind);
              Changed(Item{i} item);
            }};""")
    return "\n".join(text)


class CompilesTest(FilesTest):
    def generate(self, text: str) -> None:
        module = self.compile_good(text)
        self.write({file.path: file.text for file in load_backend("cpp")(module, layout.run(module))})

    def assert_compiles(self, name: str) -> None:
        found = [path for path in map(shutil.which, ("g++", "clang++")) if path is not None]
        if not found:
            self.skipTest("there is no C++ compiler")
        for compiler in found:
            with self.subTest(compiler):
                done = subprocess.run(
                    [compiler, *_STRICT, "-fsyntax-only", f"-I{self.folder}", f"-I{_TREE}/runtime", self.path(name)],
                    capture_output=True, text=True,
                )  # fmt: skip
                self.assertEqual("", done.stderr)

    def test_classes_that_hold_each_other_through_containers(self) -> None:
        self.generate(CIRCLES)
        self.assert_compiles("main.idl.cpp")

    def test_a_header_of_300_definitions_compiles_alone(self) -> None:
        """What is heavy (reading and writing, variants, texts, hashes) is in the source file."""
        self.generate(definitions(300))
        header = self.read("main.idl.h")
        for heavy in ("codec/all.h", "value_text.h", "value_type.h", "<ostream>", "<iostream>"):
            self.assertNotIn(heavy, header)
        self.write({"alone.cpp": '#include "main.idl.h"\n'})
        self.assert_compiles("alone.cpp")

    def test_a_definition_costs_a_compiler_few_functions(self) -> None:
        """What a compiler has to make of the source file, before it optimises: most of the time goes there.

        With std::variant's own copies and comparisons, and with hashes and texts of templates over the fields, it was 220
        functions for each definition.
        """
        self.generate(definitions(20))
        compiler = shutil.which("g++")
        if compiler is None:
            self.skipTest("GCC is what the numbers are of")
        done = subprocess.run(
            [compiler, "-std=c++20", "-O0", "-S", "-o", "-", f"-I{self.folder}", f"-I{_TREE}/runtime",
             self.path("main.idl.cpp")],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        num_functions = len(re.findall(r"^\s*\.type\s+\S+, @function$", done.stdout, re.MULTILINE))
        self.assertGreater(num_functions, 20)
        self.assertLess(num_functions / 20, 165)


if __name__ == "__main__":
    unittest.main()
