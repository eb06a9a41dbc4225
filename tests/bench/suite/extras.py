# SPDX-License-Identifier: Apache-2.0
"""Measurements that are no races: many pipes (w5), a pipe whose end moves (w6), the compiler and what comes of it (w8)."""

from __future__ import annotations

import os
import re
import resource
import runpy
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from .tables import number, table

ROOT = Path(__file__).resolve().parents[3]
NUM_FILES = 200


class Unmeasured(Exception):
    """The reason, for the page."""


def output_of(command: Sequence[str | Path], **more: str) -> str:
    try:
        done = subprocess.run(
            list(command), capture_output=True, text=True, timeout=300, check=False, env={**os.environ, **more}
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unmeasured(f"{command[0]}: {error}") from error
    if done.returncode != 0:
        raise Unmeasured(f"{command[0]}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")
    return done.stdout


def many_pipes(build: Path, scale: int) -> str:
    """W5."""
    program = build / "tests" / "many_pipes"
    return pipes_table(output_of([program, "--pipes", "10000", "--cycles", str(max(5000, 50000 // scale))]))


def pipes_table(text: str) -> str:
    rows = re.findall(r"^ +(\d+) +([\d.]+) +(\d+)$", text, re.MULTILINE)
    if not rows:
        raise Unmeasured("many_pipes printed no table")
    rest = [line for line in text.splitlines() if ":" in line]
    return (
        "Two runtimes in one process, a socket between them; what a pipe, or a connection, takes is shared out between its two "
        "sides. Resident memory of the process: that of the kernel for the sockets is not in it.\n\n"
        + table(["pipes held", "µs to make one", "bytes of a pipe and side"], rows)
        + "\n"
        + "".join(f"- {line.strip()}\n" for line in rest)
    )


def moving_pipe(build: Path, scale: int) -> str:
    """W6."""
    peers = build / "tests" / "bench" / "peers"
    text = output_of([peers / "moving_pipe", build / "tests" / "travel_program", str(max(1000, 100000 // scale))])
    rows = [line.split("\t") for line in text.splitlines()]
    return (
        "Texts of 64 bytes, sent by A, answered by whoever has the other end, up to 256 under way.\n\n"
        + table(["", "M texts/s there and back"], [[row[0], number(float(row[1]) / 1e6)] for row in rows])
    )  # fmt: skip


def compiler(build: Path, scale: int) -> str:
    """W8."""
    del scale
    speed = runpy.run_path(str(ROOT / "tests" / "idlc" / "speed.py"))
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in range(NUM_FILES):
            (folder / f"f{file}.idl").write_text(speed["text_of"](file), encoding="utf-8")
        files = [f"f{file}.idl" for file in range(NUM_FILES)]
        for jobs in ("-j1", "-j2"):
            seconds, cpu = timed([*idlc(), "generate", jobs, "--out-dir", str(folder / "out"), *files], folder)
            rows.append([f"`idlc generate {jobs}`, {NUM_FILES} files of 200 lines", f"{seconds:.2f} s", f"{cpu:.2f} s", ""])
        source, made = folder / "out" / "f1.idl.cpp", folder / "f1.o"
        seconds, cpu = timed([*cxx(build), "-I", str(folder / "out"), "-c", str(source), "-o", str(made)], folder)
        num_lines = len(source.read_text(encoding="utf-8").splitlines())
        text = f"compiling what came of one of them, 15 interfaces and 15 structs, {num_lines:,} lines, -O2"
        rows.append([text, f"{seconds:.2f} s", f"{cpu:.2f} s", size_of(made)])
    for program in ("hello_client", "hello_service"):
        path = build / "examples" / "01_hello" / program
        if path.exists():
            rows.append([f"`{program}`, with the library in it", "", "", size_of(path)])
    return table(["", "time", "CPU", "code and data"], rows)


def idlc() -> list[str]:
    return [sys.executable, "-B", "-m", "idlc"]


def cxx(build: Path) -> list[str]:
    boost_and_ours = ["-I", str(ROOT / "runtime")]
    generated = [option for folder in (build / "idl").glob("*.gen") for option in ("-I", str(folder))]
    return [shutil.which("g++") or "g++", "-std=c++20", "-O2", *boost_and_ours, *generated]


def timed(command: Sequence[str], folder: Path) -> tuple[float, float]:
    """Seconds, and CPU seconds."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT / "idlc")}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise Unmeasured(f"{command[0]}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic() - begin, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def size_of(path: Path) -> str:
    """What `size` says: code, and data with what is zero at first."""
    fields = output_of(["size", path]).splitlines()[1].split()
    return f"{int(fields[0]) / 1024:,.0f} KiB, {(int(fields[1]) + int(fields[2])) / 1024:,.0f} KiB"


EXTRAS: dict[str, tuple[str, Callable[[Path, int], str]]] = {
    "w5": ("W5: pipes, connections and runtimes that do nothing", many_pipes),
    "w6": ("W6: an end of a pipe moves from A to B to C to D while texts flow", moving_pipe),
    "w8": ("W8: the compiler, and what comes of it", compiler),
}


def measure_extra(workload: str, build: Path, scale: int) -> tuple[str, str]:
    """Title and Markdown; where it cannot be measured, the reason."""
    title, measure = EXTRAS[workload]
    try:
        return title, measure(build, scale)
    except Unmeasured as reason:
        return title, f"Not measured: {reason}\n"
