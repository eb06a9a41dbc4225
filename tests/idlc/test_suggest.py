# SPDX-License-Identifier: Apache-2.0
import unittest

from idlc.diagnostics.suggest import did_you_mean, edit_distance, nearest_word


class SuggestTest(unittest.TestCase):
    def test_counts_added_dropped_changed_and_swapped_letters(self) -> None:
        for one, other, expected in (("point", "point", 0), ("piont", "point", 1), ("poin", "point", 1), ("points", "point", 1),
                                     ("pxint", "point", 1), ("POINT", "point", 1), ("abc", "xyz", 3)):  # fmt: skip
            self.assertEqual(expected, edit_distance(one, other), (one, other))

    def test_names_the_nearest(self) -> None:
        self.assertEqual("Polygon", nearest_word("Polgyon", ["Point", "Polygon", "Polygons"]))

    def test_of_two_equally_near_the_first_in_the_alphabet_wins(self) -> None:
        self.assertEqual("aat", nearest_word("at", ["cat", "bat", "aat"]))

    def test_is_silent_when_nothing_is_near(self) -> None:
        self.assertEqual("", did_you_mean("x", ["point", "line"]))
        self.assertEqual("", did_you_mean("a" * 5000, ["a" * 4999]))


if __name__ == "__main__":
    unittest.main()
