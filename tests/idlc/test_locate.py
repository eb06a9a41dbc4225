# SPDX-License-Identifier: Apache-2.0
import unittest

from idlc.locate import locate
from support import parse

TEXT = """struct S { enum E { kA }; int8 field; };
union U { int8 member; };
interface I { const int8 kC = 1; M(int8 a) => (int8 b); };
feature F { const bool on = true; };
"""


class LocateTest(unittest.TestCase):
    def test_finds_members_and_parameters(self) -> None:
        file, _ = parse(TEXT)
        for path in ("S", "S.E", "S.E.kA", "S.field", "U.member", "I.kC", "I.M", "I.M.a", "I.M.b", "F.on"):
            self.assertEqual(path.split(".")[-1], locate(file, path.split(".")).text, path)

    def test_stops_at_the_last_name_that_is_written(self) -> None:
        file, _ = parse(TEXT)
        self.assertEqual("M", locate(file, ["I", "M", "success"]).text)


if __name__ == "__main__":
    unittest.main()
