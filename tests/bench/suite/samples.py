# SPDX-License-Identifier: Apache-2.0
"""One run of one program: its command line, and the line of JSON that it prints."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .lanes import Lane, Work

SECONDS_PER_RUN = 120


@dataclass(frozen=True)
class Sample:
    messages: int
    time: float
    """seconds of a call or message"""
    p99: float | None
    cpu: float
    """seconds of both processes, for all messages"""
    faults: float
    fairness: float | None
    settings: str
    counters: dict[str, float]


class LaneFailed(Exception):
    """The reason, for the table."""


OWN_COUNTS = ("client_sends", "client_receives", "client_allocations", "server_allocations")
"""what a program may count of itself"""


def parse(line: str) -> Sample:
    """Raises LaneFailed for what is not the result of a run."""
    try:
        result = json.loads(line)
        messages = int(result["count"]) * int(result["clients"])
        return Sample(
            messages=messages,
            time=float(result["p50"] if "p50" in result else result["seconds"] / messages),
            p99=float(result["p99"]) if "p99" in result else None,
            cpu=float(result["client_cpu_seconds"]) + float(result["server_cpu_seconds"]),
            faults=float(result["faults"]),
            fairness=float(result["fairness"]) if "fairness" in result else None,
            settings=str(result["settings"]),
            counters={name: float(result[name]) for name in OWN_COUNTS if name in result},
        )
    except (ValueError, KeyError, TypeError) as error:
        raise LaneFailed(f"printed what is no result: {line[:80]!r}") from error


def count_of(lane: Lane, work: Work, scale: int) -> int:
    """At least three, so that there is a middle one."""
    return max(3, work.count // scale // lane.slowness.get(work.workload, 1))


def command_of(folder: Path, lane: Lane, work: Work, count: int) -> list[str]:
    return [
        str(folder / f"peer_{lane.program}"),
        *("--workload", work.kind),
        *("--variant", lane.variant),
        *("--size", str(work.size)),
        *("--count", str(count)),
        *("--clients", str(work.clients)),
    ]


def run(command: list[str]) -> Sample:
    """Raises LaneFailed."""
    if not Path(command[0]).exists():
        raise LaneFailed("not installed")
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_PER_RUN, check=False)
    except subprocess.TimeoutExpired as error:
        raise LaneFailed(f"took more than {SECONDS_PER_RUN} s") from error
    if done.returncode == 3:
        raise LaneFailed("has no such calls")
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or [f"status {done.returncode}"]
        raise LaneFailed(f"failed: {last[0][:80]}")
    return parse((done.stdout.strip().splitlines() or [""])[-1])
