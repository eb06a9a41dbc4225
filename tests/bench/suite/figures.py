# SPDX-License-Identifier: Apache-2.0
"""What is worked out from the samples of many rounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from .samples import Sample


@dataclass(frozen=True)
class Summary:
    """Of one lane at one work. Times are of one call or message, in seconds."""

    time: float
    """the median of all rounds; of a round with single calls, its median call"""
    least: float
    spread: float
    """between the slowest and the fastest round, as a part of the median"""
    p99: float | None
    cpu: float
    """of both processes together"""
    faults: float
    fairness: float | None
    rounds: int


def summarize(samples: Sequence[Sample]) -> Summary:
    times = [sample.time for sample in samples]
    p99 = [sample.p99 for sample in samples if sample.p99 is not None]
    fairness = [sample.fairness for sample in samples if sample.fairness is not None]
    return Summary(
        time=median(times),
        least=min(times),
        spread=(max(times) - min(times)) / median(times),
        p99=median(p99) if p99 else None,
        cpu=median(sample.cpu / sample.messages for sample in samples),
        faults=median(sample.faults / sample.messages for sample in samples),
        fairness=median(fairness) if fairness else None,
        rounds=len(samples),
    )


def ratio(one: Summary, other: Summary) -> float:
    """How many times as long `one` takes."""
    return one.time / other.time
