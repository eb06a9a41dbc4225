# SPDX-License-Identifier: Apache-2.0
"""`./dev wire_check` as somebody with cases from elsewhere uses it."""

from __future__ import annotations

import os
import subprocess
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
CASES = HERE / "wire_check_cases"


def wire_check(*arguments: str) -> subprocess.CompletedProcess[str]:
    build = ["--build-dir", os.environ["FERRULE_BUILD_DIR"], "--cxx", os.environ["FERRULE_CXX"]]
    command = [sys.executable, "-B", str(HERE / "wire_check.py"), *build, *arguments]
    return subprocess.run(command, text=True, capture_output=True, check=False)


def judge(*arguments: str, interface: str = "Pipes") -> subprocess.CompletedProcess[str]:
    return wire_check("--idl", str(CASES / "outside.mojom"), "--interface", interface, *arguments, str(CASES))


class WireCheckTest(unittest.TestCase):
    def test_requests_of_an_interface_with_handles_of_every_kind(self) -> None:
        done = judge("--prefix", "rqst_")
        self.assertEqual(done.stdout, "4 passed, 0 failed\n", done.stderr)
        self.assertEqual(done.returncode, 0)

    def test_responses(self) -> None:
        done = judge("--prefix", "resp_", "--response", interface="outside.Pipes")
        self.assertEqual((done.stdout, done.returncode), ("2 passed, 0 failed\n", 0), done.stderr)

    def test_a_difference_is_told(self) -> None:
        done = judge("--prefix", "wrong_")
        self.assertEqual(done.returncode, 1)
        first, last = done.stdout.splitlines()
        self.assertTrue(
            first.startswith(
                "wrong_expectation: expected VALIDATION_ERROR_ILLEGAL_POINTER "
                "got VALIDATION_ERROR_UNEXPECTED_NULL_POINTER"
            ),
            first,
        )
        self.assertEqual(last, "0 passed, 1 failed")

    def test_strict_looks_at_values_too(self) -> None:
        done = judge("--prefix", "rqst_look", "--strict")
        self.assertIn("got VALIDATION_ERROR_DESERIALIZATION_FAILED", done.stdout)

    def test_wrong_use(self) -> None:
        self.assertEqual(judge(interface="Pumps").returncode, 2)
        self.assertEqual(judge("--prefix", "no_such_case").returncode, 1)


if __name__ == "__main__":
    unittest.main()
