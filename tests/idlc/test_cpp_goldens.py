# SPDX-License-Identifier: Apache-2.0
"""The C++ text for the files of tests/idl, compared with goldens.

After a wanted change: FERRULE_UPDATE_GOLDENS=1 python3 -m unittest test_cpp_goldens, then read the difference.
"""

import os
import shutil
import subprocess
import sys
import unittest

from idlc import compiler, layout
from idlc.backends import load_backend
from idlc.diagnostics import Diagnostics
from idlc.roots import Roots

_HERE = os.path.dirname(os.path.abspath(__file__))
_TREE = os.path.dirname(os.path.dirname(_HERE))
_IDL = os.path.join(_HERE, "..", "idl")
_GOLDENS = os.path.join(_HERE, "goldens")
_FILES = ("calculator.idl", "hard_names.idl", "kitchen_sink.idl", "shapes.idl")


def generate(name: str) -> dict[str, str]:
    diagnostics = Diagnostics()
    options = compiler.Options(Roots((_IDL,)))
    compiled = compiler.run([os.path.join(_IDL, name)], options, diagnostics)
    assert not diagnostics.has_errors, [item.message.text for item in diagnostics.sorted]
    module = compiled.modules[0][0]
    return {file.path: file.text for file in load_backend("cpp")(module, layout.run(module))}


class GoldensTest(unittest.TestCase):
    maxDiff = None

    def test_the_output_is_that_of_the_goldens(self) -> None:
        for name in _FILES:
            for path, text in generate(name).items():
                golden = os.path.join(_GOLDENS, path)
                if os.environ.get("FERRULE_UPDATE_GOLDENS"):
                    with open(golden, "w", encoding="utf-8") as stream:
                        stream.write(text)
                with self.subTest(path), open(golden, encoding="utf-8") as stream:
                    self.assertEqual(stream.read(), text)

    def test_there_are_two_files_for_each_idl_file(self) -> None:
        for name in _FILES:
            self.assertEqual([f"{name}.h", f"{name}.cpp"], list(generate(name)))

    def test_the_output_does_not_depend_on_the_order_of_hashes(self) -> None:
        script = "import test_cpp_goldens as t; [print(text) for text in t.generate('kitchen_sink.idl').values()]"
        texts = set()
        for seed in ("0", "1", "2"):
            environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.path.join(_TREE, "idlc")}
            texts.add(subprocess.run([sys.executable, "-B", "-c", script], cwd=_HERE, env=environment,
                                     check=True, capture_output=True, text=True).stdout)  # fmt: skip
        self.assertEqual(1, len(texts))

    def test_clang_format_has_nothing_to_change(self) -> None:
        program = shutil.which("clang-format-14") or shutil.which("clang-format")
        if program is None:
            self.skipTest("clang-format is not installed")
        style = f"--style=file:{os.path.join(_TREE, '.clang-format')}"
        for name in _FILES:
            for path, text in generate(name).items():
                with self.subTest(path):
                    done = subprocess.run([program, style, f"--assume-filename={path}"], input=text,
                                          check=True, capture_output=True, text=True)  # fmt: skip
                    self.assertEqual(text, done.stdout)


if __name__ == "__main__":
    unittest.main()
