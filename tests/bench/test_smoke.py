# SPDX-License-Identifier: Apache-2.0
"""The benchmark runs, with the bare kernel and Ferrule alone, and its output can be read. No time is looked at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAMS = Path(os.environ["FERRULE_BUILD_DIR"]) / "tests" / "bench" / "peers"


class SmokeTest(unittest.TestCase):
    def test_a_tiny_run_of_everything(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            command = [
                *(sys.executable, "-B", "-m", "suite", "--programs", str(PROGRAMS), "--out", folder),
                *("--peers", "raw-blocking,raw-epoll,ferrule,ferrule-sync,ferrule-buffer"),
                *("--workloads", "w1,w2,w3,w4,w7", "--no-tools"),
                *("--rounds", "2", "--scale", "5000"),
            ]
            done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            report = json.loads((Path(folder) / "bench.json").read_text(encoding="utf-8"))
            text = (Path(folder) / "bench.md").read_text(encoding="utf-8")
        for result in report["results"]:
            with self.subTest(work=result["work"]["title"]):
                self.assertEqual(result["missing"], {})
                self.assertIn("ferrule", result["samples"])
                for samples in result["samples"].values():
                    self.assertEqual(len(samples), 2)
                    self.assertTrue(all(sample["time"] > 0 for sample in samples))
                self.assertIn(result["work"]["title"], text)

    def test_what_tools_see_of_a_stream(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            command = [
                *(sys.executable, "-B", "-m", "suite", "--programs", str(PROGRAMS), "--out", folder),
                *("--peers", "raw-blocking,ferrule", "--workloads", "w2", "--rounds", "1", "--scale", "100"),
            ]
            done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            report = json.loads((Path(folder) / "bench.json").read_text(encoding="utf-8"))
        counts = report["syscalls"]["w2-64"]
        if report["syscall_tool"] == "":
            self.skipTest("neither perf nor strace can count here")
        self.assertAlmostEqual(counts["raw-blocking"]["all"], 2, delta=0.2)
        # What does not depend on the machine: under load, messages share system calls.
        self.assertLess(counts["ferrule"]["all"], 1)

    def test_who_is_not_installed_is_named(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            command = [
                *(sys.executable, "-B", "-m", "suite", "--programs", folder, "--out", folder),
                *("--peers", "ferrule", "--workloads", "w2", "--rounds", "1"),
            ]
            done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("| ferrule | not installed |", done.stdout)


class ProgramTest(unittest.TestCase):
    def test_a_command_line_that_makes_no_sense_is_refused(self) -> None:
        for arguments in ("", "--workload call --count x", "--workload fly", "--workload"):
            command = [str(PROGRAMS / "peer_ferrule"), *arguments.split()]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 2, f"{arguments}: {done.stderr}")


if __name__ == "__main__":
    unittest.main()
