# SPDX-License-Identifier: Apache-2.0
"""A project outside the tree builds and runs against Ferrule, in the three ways users have.

Environment: FERRULE_BUILD_DIR, a finished build to install from; FERRULE_CXX, the compiler.
"""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

_SOURCE = Path(__file__).resolve().parents[3]
_PROJECT = Path(__file__).resolve().parent / "project"
_CXX = os.environ.get("FERRULE_CXX", "c++")
_WARNINGS = ["-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wnon-virtual-dtor", "-Werror"]


class ConsumerTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.work = Path(folder.name).resolve()
        self.project = self.work / "project"
        shutil.copytree(_PROJECT, self.project)
        # Nothing that could lead back to the source tree.
        self.environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.work), "LC_ALL": "C.UTF-8"}

    def run_command(self, *command: str | Path) -> str:
        run = subprocess.run(
            command,
            cwd=self.work,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.assertEqual(run.returncode, 0, f"{' '.join(map(str, command))}\n{run.stdout}")
        return run.stdout

    def install(self) -> Path:
        """Installs, then moves what was installed: no file may know where it was put first."""
        first = self.work / "first"
        build_dir = os.environ["FERRULE_BUILD_DIR"]
        self.run_command("cmake", "--install", build_dir, "--prefix", first)
        prefix = self.work / "prefix"
        first.rename(prefix)
        return prefix

    def build_with_cmake(self, *options: str) -> None:
        build_dir = self.work / "build"
        compiler = f"-DCMAKE_CXX_COMPILER={_CXX}"
        self.run_command(
            "cmake", "-G", "Ninja", "-S", self.project, "-B", build_dir, compiler, *options
        )
        self.run_command("cmake", "--build", build_dir, "--target", "consumer")
        self.assertEqual(self.run_command(build_dir / "consumer"), "hello 1\n")

    def test_find_package(self) -> None:
        prefix = self.install()
        flags = " ".join(_WARNINGS)
        self.build_with_cmake(f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_CXX_FLAGS={flags}")

    def test_pkg_config(self) -> None:
        prefix = self.install()
        self.environment["PKG_CONFIG_PATH"] = str(prefix / "lib" / "pkgconfig")
        self.assertEqual(self.run_command("pkg-config", "--modversion", "ferrule"), "0.1.0\n")

        idlc = self.run_command("pkg-config", "--variable=idlc", "ferrule").strip()
        idl_dir = self.run_command("pkg-config", "--variable=idldir", "ferrule").strip()
        generated = self.work / "generated"
        self.run_command(
            idlc, "generate", "--out-dir", generated, "-I", self.project, "-I", idl_dir,
            self.project / "greeter.idl",
        )  # fmt: skip

        flags = self.run_command("pkg-config", "--cflags", "ferrule").split()
        libraries = self.run_command("pkg-config", "--libs", "ferrule").split()
        program = self.work / "consumer"
        self.run_command(
            _CXX, "-std=c++20", *_WARNINGS, *flags, "-I", generated, self.project / "main.cpp",
            generated / "greeter.idl.cpp", "-o", program, *libraries,
        )  # fmt: skip
        self.assertEqual(self.run_command(program), "hello 1\n")

    def test_subdirectory(self) -> None:
        self.build_with_cmake(f"-DFERRULE_SOURCE_DIR={_SOURCE}")

    def test_installed_files_do_not_name_the_source_tree(self) -> None:
        prefix = self.install()
        for path in prefix.rglob("*"):
            if path.is_file() and path.suffix != ".a":  # archives hold debug information
                self.assertNotIn(str(_SOURCE).encode(), path.read_bytes(), path)

    def test_private_rooms_are_not_installed(self) -> None:
        include = self.install() / "include" / "ferrule"
        self.assertTrue((include / "base" / "result.h").exists())
        for room in ("platform", "transport", "node"):
            self.assertFalse((include / room).exists(), room)
        self.assertFalse((include / "node.idl.h").exists())


if __name__ == "__main__":
    unittest.main()
