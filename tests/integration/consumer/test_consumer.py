# SPDX-License-Identifier: Apache-2.0
"""A project outside the tree builds and runs against Ferrule, in the three ways users have."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from outside_project import CXX, SOURCE, WARNINGS, OutsideProjectTest

_GREETING = "hello, world 1\n"


class ConsumerTest(OutsideProjectTest):
    project_source = Path(__file__).resolve().parent / "project"

    def test_find_package(self) -> None:
        build_dir = self.build_with_package()
        self.assertEqual(self.run_command(build_dir / "consumer"), _GREETING)

    def test_common_types(self) -> None:
        build_dir = self.build_with_package(target="calendar")
        self.assertEqual(self.run_command(build_dir / "calendar"), "1 100000\n")

    def test_fuzzer_of_the_installed_package(self) -> None:
        build_dir = self.build_with_package(target="greeter_fuzzer")
        self.assertIn("0 seeds, 500 runs", self.run_command(build_dir / "greeter_fuzzer", "-runs=500"))

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
            CXX, "-std=c++20", *WARNINGS, *flags, "-I", generated, self.project / "main.cpp",
            generated / "greeter.idl.cpp", "-o", program, *libraries,
        )  # fmt: skip
        self.assertEqual(self.run_command(program), _GREETING)

    def test_subdirectory(self) -> None:
        build_dir = self.build_with_cmake(f"-DFERRULE_SOURCE_DIR={SOURCE}", target="consumer")
        self.assertEqual(self.run_command(build_dir / "consumer"), _GREETING)

    def test_installed_files_do_not_name_the_source_tree(self) -> None:
        prefix = self.install()
        for path in prefix.rglob("*"):
            if path.is_file() and path.suffix != ".a":  # archives hold debug information
                self.assertNotIn(str(SOURCE).encode(), path.read_bytes(), path)

    def test_private_rooms_are_not_installed(self) -> None:
        include = self.install() / "include" / "ferrule"
        self.assertTrue((include / "base" / "result.h").exists())
        for room in ("platform", "transport", "node"):
            self.assertFalse((include / room).exists(), room)
        self.assertFalse((include / "node.idl.h").exists())
        self.assertEqual([], [path for path in include.rglob("internal")])


if __name__ == "__main__":
    unittest.main()
