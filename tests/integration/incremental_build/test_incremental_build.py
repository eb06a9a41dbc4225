# SPDX-License-Identifier: Apache-2.0
"""After a change of one .idl file, the build runs what it must and nothing else.

The project beside this file is built once, in a copy; then one thing changes at a time, and what
ninja says it did is compared with what it had to do. Environment: FERRULE_CXX.
"""

import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

_SOURCE = Path(__file__).resolve().parents[3]
_PROJECT = Path(__file__).resolve().parent / "project"
_STEP = re.compile(r"^(Generating|Building CXX object) (.*)$", re.MULTILINE)


class IncrementalBuildTest(unittest.TestCase):
    def setUp(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        work = Path(self._folder.name).resolve()
        self.project = work / "project"
        self.compiler = work / "idlc"
        self.build_dir = work / "build"
        # Copies: the test changes the IDL files and the compiler's sources.
        shutil.copytree(_PROJECT, self.project)
        ignored = shutil.ignore_patterns("__pycache__", ".mypy_cache")
        shutil.copytree(_SOURCE / "idlc", self.compiler, ignore=ignored)
        shutil.copytree(_SOURCE / "idl", work / "idl")
        self.configure()
        self.build()

    def configure(self) -> None:
        command = ["cmake", "-G", "Ninja", "-S", self.project, "-B", self.build_dir]
        command += [f"-DFERRULE_COPY={self.compiler}"]
        command += [f"-DFERRULE_INCLUDE_ROOT={_SOURCE / 'runtime'}"]
        command += [f"-DCMAKE_CXX_COMPILER={os.environ.get('FERRULE_CXX', 'c++')}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def build(self) -> tuple[set[str], set[str]]:
        """Builds; returns the modules that were generated and the sources that were compiled."""
        environment = {**os.environ, "NINJA_STATUS": ""}
        run = subprocess.run(
            ["ninja", "-C", self.build_dir],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        generated: set[str] = set()
        compiled: set[str] = set()
        for kind, what in _STEP.findall(run.stdout):
            if kind == "Generating":
                generated.add(what.split(".")[0])
            else:
                compiled.add(Path(what).name.removesuffix(".o"))
        return generated, compiled

    def change(self, path: Path, old: str = "", new: str = "") -> None:
        """Replaces `old` by `new`, or only touches the file, with a time later than all before."""
        text = path.read_text(encoding="utf-8")
        self.assertIn(old, text)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        now = time.time_ns()
        os.utime(path, ns=(now, now))

    def test_only_what_must_be_rebuilt_is(self) -> None:
        nothing: set[str] = set()
        point, shape = self.project / "point.idl", self.project / "shape.idl"

        with self.subTest("nothing changed"):
            self.assertEqual(self.build(), (nothing, nothing))

        with self.subTest("touched: its importers are read again, nothing is compiled"):
            self.change(point)
            self.assertEqual(self.build(), ({"point", "shape"}, nothing))
            self.assertEqual(self.build(), (nothing, nothing))

        with self.subTest("laid out differently: the same"):
            self.change(point, "int32 x;\n", "int32   x;\n\n\n")
            self.assertEqual(self.build(), ({"point", "shape"}, nothing))

        with self.subTest("a new field: what includes the module is compiled, the rest is not"):
            self.change(point, "int32 y;", "int32 y;\n  int32 z;")
            generated, compiled = self.build()
            self.assertEqual(generated, {"point", "shape"})
            self.assertEqual(compiled, {"point.idl.cpp", "shape.idl.cpp", "uses_shape.cpp"})

        with self.subTest("a new field in a module that nobody imports"):
            self.change(shape, "string name;", "string name;\n  bool is_closed;")
            generated, compiled = self.build()
            self.assertEqual(generated, {"shape"})
            self.assertEqual(compiled, {"shape.idl.cpp", "uses_shape.cpp"})

        with self.subTest("a type mapping is there now: what uses the type is compiled"):
            entry = '"cpp": "own::Paint", "headers": ["own_paint.h"], "traits": ["own_paint_traits.h"]'
            mapping = self.project / "paint.mapping.json"
            self.change(mapping, "{}", '{ "incremental.Paint": { %s } }' % entry)
            generated, compiled = self.build()
            self.assertEqual(generated, {"paint"})
            self.assertEqual(compiled, {"paint.idl.cpp", "uses_paint.cpp"})
            self.assertIn("::own::Paint paint", next(self.build_dir.rglob("paint.idl.h")).read_text("utf-8"))

        with self.subTest("the mapping is written in another way: nothing is compiled"):
            self.change(mapping, "{ ", "{\n  ")
            self.assertEqual(self.build(), ({"paint"}, nothing))

        with self.subTest("the compiler changed, what it prints did not"):
            self.change(self.compiler / "idlc" / "__init__.py")
            self.assertEqual(self.build(), ({"point", "colour", "shape", "paint"}, nothing))
            self.assertEqual(self.build(), (nothing, nothing))

        with self.subTest("a lost header is made again"):
            next(self.build_dir.rglob("colour.idl.h")).unlink()
            generated, compiled = self.build()
            self.assertEqual(generated, {"colour"})
            self.assertEqual(compiled, {"colour.idl.cpp", "uses_colour.cpp"})


if __name__ == "__main__":
    unittest.main()
