# SPDX-License-Identifier: Apache-2.0
"""Measures the front end, for people: `/usr/bin/python3 tests/idlc/speed.py`. No test, as time is no promise.

Writes 200 files of 200 lines, each of which imports one of the first five, and prints the CPU seconds that 50 files take
after start-up, with one process and with two, and the memory for 50 and for 200 files.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time

FILES, LINES = 200, 200
_COMPILER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "idlc")


def text_of(number: int) -> str:
    lines = [f"module speed.m{number};"] + ([f'import "f{number % 5}.idl";'] if number >= 5 else [])
    place = 0
    while len(lines) < LINES - 10:
        lines += [
            f"// The struct {place}.",
            f"struct S{place} {{",
            "  // A number.",
            "  int32 a = 1;",
            "  string? b;",
            f"  map<string, E{place}> c;",
            "};",
            f"enum E{place} {{ kOne, kTwo = 5 }};",
            f"interface I{place} {{",
            f"  Get(S{place} s, array<string> t) => (bool ok, S{place}? r);",
            f"  Watch(pending_remote<I{place}> w);",
            "};",
        ]
        place += 1
    return "\n".join(lines + ["// The end."] * (LINES - len(lines))) + "\n"


def measure(folder: str, names: list[str], *options: str) -> tuple[float, float, float]:
    """CPU seconds, seconds and MiB of a run of `idlc check`."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, "-m", "idlc", "check", *options, *names]
    process = subprocess.Popen(command, cwd=folder, env={**os.environ, "PYTHONPATH": _COMPILER})
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, status
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.monotonic() - start, usage.ru_maxrss / 1024


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        names = [f"f{number}.idl" for number in range(FILES)]
        for number, name in enumerate(names):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as stream:
                stream.write(text_of(number))
        with open(os.path.join(folder, "empty.idl"), "w", encoding="utf-8"):
            pass
        start_up, _, _ = measure(folder, ["empty.idl"])
        for options in ((), ("-j2",)):
            cpu, wall, memory = measure(folder, names, *options)
            each = (cpu - start_up) / FILES * 50
            print(
                f"{' '.join(options) or '-j1'}: {each:.2f} s CPU per 50 files, {wall:.2f} s in all, {memory:.0f} MiB"
            )
        _, _, memory = measure(folder, names[:50])
        print(f"50 files only: {memory:.0f} MiB; start-up {start_up:.2f} s")


if __name__ == "__main__":
    main()
