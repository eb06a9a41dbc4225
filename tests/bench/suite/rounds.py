# SPDX-License-Identifier: Apache-2.0
"""Runs lanes in turns (A B C A B C …), so that all of them see the same machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .lanes import Lane, Work
from .samples import LaneFailed, Sample


@dataclass(frozen=True)
class WorkResult:
    work: Work
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    """of each lane that did it, one a round"""
    missing: dict[str, str] = field(default_factory=dict)
    """of each other lane, why not"""


def run_in_turns(
    work: Work, lanes: Sequence[Lane], num_rounds: int, run: Callable[[Lane, Work], Sample]
) -> WorkResult:
    """One round to warm up, which is not counted; who fails in any is out."""
    result = WorkResult(work)
    for lane in lanes:
        if lane.does(work.workload):
            result.samples[lane.name] = []
    for round_number in range(-1, num_rounds):
        for lane in lanes:
            if lane.name not in result.samples:
                continue
            try:
                sample = run(lane, work)
            except LaneFailed as failure:
                result.missing[lane.name] = str(failure)
                del result.samples[lane.name]
                continue
            if round_number >= 0:
                result.samples[lane.name].append(sample)
    return result
