# SPDX-License-Identifier: Apache-2.0
"""What Ferrule is to reach, as ratios of times within one run, and whether it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .figures import Summary, ratio
from .lanes import ASYNC, BLOCKING, BUFFER, FLOOR, FORWARDED, FRAME_BYTES, KIB, MIB, RECYCLED, RING, SEALED, SYNC
from .tables import NONE, number, table

Results = Mapping[str, Mapping[str, Summary]]
"""Of each work, by its key, the lanes."""


@dataclass(frozen=True)
class Goal:
    text: str
    work: str
    lane: str
    beside: str
    limit: float
    """the most that `lane` may take of the time of `beside`"""
    beside_work: str = ""
    """where it is another one"""
    is_of_clients: bool = False
    """then it is about how much longer the slowest client takes than the fastest"""


@dataclass(frozen=True)
class Reached:
    goal: Goal
    ratio: float | None

    @property
    def verdict(self) -> str:
        if self.ratio is None:
            return "not measured"
        return "reached" if self.ratio <= self.goal.limit else "**missed**"


def _large(size: int, name: str) -> Goal:
    return Goal(f"{name} as `array<uint8>`: never slower than the raw socket", f"w1-{size}", ASYNC, BLOCKING, 1.0)


GOALS: tuple[Goal, ...] = (
    Goal("64 B, async: at most 1.2 x the epoll ping-pong", "w1-64", ASYNC, FLOOR, 1.2),
    Goal("64 B, sync: at most 1.15 x the blocking ping-pong", "w1-64", SYNC, BLOCKING, 1.15),
    _large(64 * KIB, "64 KiB"),
    _large(MIB, "1 MiB"),
    _large(16 * MIB, "16 MiB"),
    Goal("one-way messages: at least 4 x the raw socket", "w2-64", ASYNC, BLOCKING, 1 / 4),
    Goal("128 calls under way: at least 2 x the raw socket", "w3-64", ASYNC, BLOCKING, 1 / 2),
    Goal("16 MiB: then 0.6 x the raw socket", f"w1-{16 * MIB}", ASYNC, BLOCKING, 0.6),
    Goal("frames as `array<uint8>`: never slower than the raw socket", f"w4-{FRAME_BYTES}", ASYNC, BLOCKING, 1.0),
    Goal("frames in sealed buffers: at most 1.1 x a mapped memfd", f"w4-{FRAME_BYTES}", BUFFER, SEALED[0], 1.1),
    Goal("frames in sealed buffers: at most 1.1 x a written memfd", f"w4-{FRAME_BYTES}", BUFFER, SEALED[1], 1.1),
    Goal("sealed buffers through two more processes: at most 1.05 x as long", f"w4-{FRAME_BYTES}", FORWARDED, BUFFER, 1.05),
    Goal("frames in recycled buffers: at least 0.9 x raw recycled memfds", f"w4-{FRAME_BYTES}", RING, RECYCLED, 1 / 0.9),
    Goal("64 clients: at least 0.9 x the calls of one client", "w7-64", ASYNC, ASYNC, 1 / 0.9, beside_work="w3-64"),
    Goal("64 clients: the slowest at least 0.8 x as fast as the fastest", "w7-64", ASYNC, "", 1 / 0.8, is_of_clients=True),
)


def judge(results: Results) -> list[Reached]:
    reached = []
    for goal in GOALS:
        own = results.get(goal.work, {}).get(goal.lane)
        other = results.get(goal.beside_work or goal.work, {}).get(goal.beside)
        if goal.is_of_clients:
            reached.append(Reached(goal, 1 / own.fairness if own and own.fairness else None))
        else:
            reached.append(Reached(goal, ratio(own, other) if own and other else None))
    return reached


def goals_table(results: Results) -> str:
    rows = []
    for reached in judge(results):
        goal = reached.goal
        rows.append([goal.text, f"{goal.limit:.2f}", number(reached.ratio) if reached.ratio else NONE, reached.verdict])
    return table(["goal", "at most", "time / time", ""], rows)
