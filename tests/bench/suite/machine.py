# SPDX-License-Identifier: Apache-2.0
"""On what it was measured, and what else that had to do."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path


def package_versions(packages: Sequence[str]) -> dict[str, str]:
    """Empty where this is no Debian."""
    try:
        done = subprocess.run(
            ["dpkg-query", "-W", "-f=${Package} ${db:Status-Status} ${Version}\n", *packages],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    except OSError:
        return {}
    fields = [line.split() for line in done.stdout.splitlines()]
    return {line[0]: line[2] for line in fields if len(line) == 3 and line[1] == "installed"}


def describe() -> dict[str, str]:
    cpu = "unknown"
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            cpu = line.partition(":")[2].strip()
            break
    return {
        "cpu": cpu,
        "cores": str(len(os.sched_getaffinity(0))),
        "kernel": platform.release().split("-")[0],
        "compiler": first_line(["g++", "--version"]),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / (1 << 30):.0f} GiB",
    }


def first_line(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "unknown"
    return (done.stdout.splitlines() or ["unknown"])[0]


class OtherWork:
    """How much of the machine was taken by processes that are not ours. `share()` is from 0 to 1."""

    def __init__(self) -> None:
        self._busy, self._total = _ticks()
        self._own = _own_seconds()

    def share(self) -> float:
        busy, total = _ticks()
        if total == self._total:
            return 0.0
        own = (_own_seconds() - self._own) * os.sysconf("SC_CLK_TCK")
        return max(0.0, (busy - self._busy - own) / (total - self._total))


def _ticks() -> tuple[int, int]:
    fields = [int(word) for word in Path("/proc/stat").read_text(encoding="utf-8").splitlines()[0].split()[1:9]]
    idle = fields[3] + fields[4]
    return sum(fields) - idle, sum(fields)


def _own_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
