# SPDX-License-Identifier: Apache-2.0
"""System calls of a message, of both processes together: what twice the messages take more than once.

perf counts without slowing a program down, so that it batches as ever; where it may not, strace counts, and says so.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .lanes import Lane, Work
from .samples import SECONDS_PER_RUN, LaneFailed, command_of

NAMED = (
    *("sendmsg", "recvmsg", "epoll_wait", "epoll_ctl", "poll", "ppoll", "read", "readv", "write", "writev"),
    *("sendto", "recvfrom", "futex"),
)
ALL = "all"
_EVENTS = ("raw_syscalls:sys_enter", *(f"syscalls:sys_enter_{name}" for name in NAMED))


def parse_perf(text: str) -> dict[str, int]:
    """The output of `perf stat -x,`: value, unit, event, …"""
    counts = {}
    for line in text.splitlines():
        fields = line.split(",")
        if len(fields) > 2 and fields[0].isdigit():
            name = fields[2].removeprefix("syscalls:sys_enter_")
            counts[ALL if name == "raw_syscalls:sys_enter" else name] = int(fields[0])
    return counts


def parse_strace(text: str) -> dict[str, int]:
    """The table of `strace -c`: % time, seconds, usecs/call, calls, [errors,] syscall."""
    counts = {}
    for line in text.splitlines():
        found = re.fullmatch(r"\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)(?:\s+\d+)?\s+(\w+)", line)
        if found:
            counts[ALL if found[2] == "total" else found[2]] = int(found[1])
    return counts


class SyscallCounter:
    def __init__(self) -> None:
        self.tool = "perf" if _perf_works() else "strace" if shutil.which("strace") else ""

    def per_message(self, folder: Path, lane: Lane, work: Work, count: int) -> dict[str, float]:
        """Empty where nothing can count."""
        if not self.tool:
            return {}
        once = self._count(command_of(folder, lane, work, count))
        twice = self._count(command_of(folder, lane, work, 2 * count))
        # A tenth more is for the warm-up that a program does on its own.
        more = 1.1 * count * work.clients
        return {name: max(0, twice[name] - once.get(name, 0)) / more for name in twice}

    def _count(self, command: Sequence[str]) -> dict[str, int]:
        with tempfile.NamedTemporaryFile("r", suffix=".counts") as file:
            tool = {
                "perf": ["perf", "stat", "-x,", "-o", file.name, "-e", ",".join(_EVENTS), "--"],
                "strace": ["strace", "-f", "-c", "-o", file.name, "--"],
            }[self.tool]
            try:
                done = subprocess.run(
                    [*tool, *command], capture_output=True, text=True, timeout=SECONDS_PER_RUN, check=False
                )
            except subprocess.TimeoutExpired as error:
                raise LaneFailed(f"took too long under {self.tool}") from error
            if done.returncode != 0:
                raise LaneFailed(f"failed under {self.tool}")
            text = file.read()
        return parse_perf(text) if self.tool == "perf" else parse_strace(text)


def _perf_works() -> bool:
    if not shutil.which("perf"):
        return False
    done = subprocess.run(
        ["perf", "stat", "-x,", "-e", _EVENTS[0], "true"], capture_output=True, text=True, check=False
    )
    return done.returncode == 0 and parse_perf(done.stderr).get(ALL, 0) > 0
