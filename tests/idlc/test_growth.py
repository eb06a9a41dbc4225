# SPDX-License-Identifier: Apache-2.0
"""A file of 5,000 definitions is no problem, and the work and the memory for twice the file are twice as much.

Work is counted in calls of functions, which are the same on every machine. What hides inside of one call is found by
comparing the CPU time for a file with that for one of a quarter: the one is never held against a clock.
"""

import cProfile
import pstats
import time
import tracemalloc
import unittest
from collections.abc import Callable

from support import FilesTest

SIZES = (50, 250, 500)
MOST = 1.1
"""How much more than proportional growth may be; sorting takes n log n."""


def file_of(definitions: int) -> str:
    number = definitions // 5
    return "module big;\n" + "".join(
        f"""\
// The struct {place}.
struct S{place} {{ int32 a = k{place}; string? b; array<S{place * 7 % number}> c; E{place} e = kB; bool? d; }};
enum E{place} {{ kA, kB = {place} }};
interface I{place} {{ Get(S{place} s) => (bool ok); Watch(pending_remote<I{place}> w, big.U{place}? u); }};
union U{place} {{ int32 a; S{place} s; }};
const int32 k{place} = {place};
"""
        for place in range(number)
    )


def calls_in(work: Callable[[], None]) -> int:
    profile = cProfile.Profile()
    profile.runcall(work)
    return int(getattr(pstats.Stats(profile), "total_calls"))


def peak_of(work: Callable[[], None]) -> int:
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


class GrowthTest(FilesTest):
    def test_five_thousand_definitions(self) -> None:
        module = self.compile_good(file_of(5000))
        self.assertEqual(5000, len(module.definitions))

    def test_work_and_memory_grow_with_the_file(self) -> None:
        self.write({f"{size}.idl": file_of(size) for size in SIZES})
        for command, *options in (
            ["check", "-I", self.folder],
            ["lint", "-I", self.folder],
            ["dump", "--json", "-I", self.folder],
            ["generate", "--backend=json", "--out-dir", self.path("out"), "-I", self.folder],
            ["doc", "--out-dir", self.path("out"), "-I", self.folder],
            ["format", "--check"],
            ["breaking"],
        ):

            def run(size: int) -> None:
                paths = [self.path(f"{size}.idl")] * (2 if command == "breaking" else 1)
                self.assertIn(self.run_idlc(command, *options, *paths).status, (0, 1))

            run(SIZES[0])  # loads what is loaded once
            for measure in (calls_in, peak_of):
                with self.subTest(command, measure=measure.__name__):
                    least, small, large = (measure(lambda: run(size)) for size in SIZES)
                    wanted = (SIZES[2] - SIZES[0]) / (SIZES[1] - SIZES[0])
                    self.assertLess((large - least) / (small - least), MOST * wanted)

    def test_nothing_hides_in_loops(self) -> None:
        self.write({f"{size}.idl": file_of(size) for size in (1000, 4000)})
        for command in (["check", "-I", self.folder], ["breaking"]):

            def seconds(size: int) -> float:
                paths = [self.path(f"{size}.idl")] * (2 if command == ["breaking"] else 1)
                begin = time.process_time()
                self.assertEqual(0, self.run_idlc(*command, *paths).status)
                return time.process_time() - begin

            small, large = (min(seconds(size) for _ in range(3)) for size in (1000, 4000))
            self.assertLess(large / small, 4 * 1.75, command)


if __name__ == "__main__":
    unittest.main()
