# SPDX-License-Identifier: Apache-2.0
import random
import unittest
from collections.abc import Sequence

from idlc.packing import Placed, Room, pack

BIT = Room(1, 1, is_bit=True)
BYTE, WORD, INT, LONG = Room(1, 1), Room(2, 2), Room(4, 4), Room(8, 8)
REMOTE, UNION = Room(8, 4), Room(16, 8)


def places(*rooms: Room) -> list[tuple[int, int]]:
    return [(place.offset, place.bit) for place in pack(rooms)]


def pack_by_the_letter(rooms: Sequence[Room]) -> list[tuple[int, int]]:
    """The published algorithm word for word: every pair of neighbours is tried, from the left."""

    def slot_after(before: Placed, room: Room) -> Placed:
        if before.room.is_bit and room.is_bit and before.bit < 7:
            return Placed(room, before.offset, before.bit + 1)
        end = before.offset + before.room.size
        return Placed(room, -(-end // room.alignment) * room.alignment, 0)

    placed: list[Placed] = []
    in_order: list[Placed] = []
    for room in rooms:
        found = Placed(room, 0, 0) if not placed else slot_after(placed[-1], room)
        for before, after in zip(placed, placed[1:]):
            candidate = slot_after(before, room)
            if candidate.offset + room.size <= after.offset:
                found = candidate
                break
        in_order.append(found)
        placed = sorted([*placed, found], key=lambda item: (item.offset, item.bit))
    return [(place.offset, place.bit) for place in in_order]


class PackingTest(unittest.TestCase):
    def test_nothing_takes_no_room(self) -> None:
        self.assertEqual([], places())

    def test_the_example_of_the_format(self) -> None:
        # uint8 a; uint64 b; uint16 c; bool d; uint16 e; uint32 f; bool g;
        found = places(BYTE, LONG, WORD, BIT, WORD, INT, BIT)
        self.assertEqual([(0, 0), (8, 0), (2, 0), (1, 0), (4, 0), (16, 0), (1, 1)], found)

    def test_bools_share_a_byte_up_to_eight(self) -> None:
        self.assertEqual([(0, bit) for bit in range(8)] + [(1, 0)], places(*[BIT] * 9))

    def test_a_bool_shares_only_with_the_bool_before_it(self) -> None:
        self.assertEqual([(0, 0), (1, 0), (0, 1), (2, 0)], places(BIT, BYTE, BIT, WORD))

    def test_remotes_are_aligned_to_four(self) -> None:
        self.assertEqual([(0, 0), (4, 0), (12, 0)], places(INT, REMOTE, INT))

    def test_unions_are_aligned_to_eight(self) -> None:
        self.assertEqual([(0, 0), (8, 0), (1, 0)], places(BYTE, UNION, BYTE))

    def test_a_later_handle_may_fall_into_an_earlier_hole(self) -> None:
        self.assertEqual([(0, 0), (4, 0), (8, 0), (16, 0)], places(BYTE, INT, LONG, INT))
        self.assertEqual([(0, 0), (8, 0), (4, 0)], places(BYTE, LONG, INT))

    def test_agrees_with_the_published_algorithm(self) -> None:
        seed = 20260
        generator = random.Random(seed)
        for _ in range(2000):
            rooms = [
                generator.choice((BIT, BYTE, WORD, INT, LONG, REMOTE, UNION))
                for _ in range(generator.randint(0, 30))
            ]
            self.assertEqual(pack_by_the_letter(rooms), places(*rooms), (seed, rooms))

    def test_a_new_field_at_the_end_moves_none(self) -> None:
        generator = random.Random(7)
        rooms = [generator.choice((BIT, BYTE, WORD, INT, LONG, REMOTE, UNION)) for _ in range(200)]
        whole = places(*rooms)
        for length in range(len(rooms)):
            self.assertEqual(whole[:length], places(*rooms[:length]))


if __name__ == "__main__":
    unittest.main()
