# SPDX-License-Identifier: Apache-2.0
"""A project of somebody who uses Ferrule, in a folder from which nothing leads back to this tree.

Environment: FERRULE_BUILD_DIR, a finished build to install from; FERRULE_CXX, the compiler.
"""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
CXX = os.environ.get("FERRULE_CXX", "c++")
WARNINGS = ["-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wnon-virtual-dtor", "-Werror"]


class OutsideProjectTest(unittest.TestCase):
    """Copies the folder `project_source` and gives ways to build and run what is in it."""

    project_source: Path

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.work = Path(folder.name).resolve()
        self.project = self.work / "project"
        shutil.copytree(self.project_source, self.project)
        self.environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.work), "LC_ALL": "C.UTF-8"}

    def run_command(self, *command: str | Path) -> str:
        """Runs it in the work folder; what it said. It must succeed."""
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

    def build_with_cmake(self, *options: str, target: str = "all") -> Path:
        """Configures and builds; the build folder."""
        build_dir = self.work / "build"
        compiler = f"-DCMAKE_CXX_COMPILER={CXX}"
        self.run_command(
            "cmake", "-G", "Ninja", "-S", self.project, "-B", build_dir, compiler, *options
        )
        self.run_command("cmake", "--build", build_dir, "--target", target)
        return build_dir

    def build_with_package(self, target: str = "all") -> Path:
        """The same against an installed Ferrule, with warnings as errors."""
        flags = " ".join(WARNINGS)
        return self.build_with_cmake(
            f"-DCMAKE_PREFIX_PATH={self.install()}", f"-DCMAKE_CXX_FLAGS={flags}", target=target
        )
