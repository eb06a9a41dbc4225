# SPDX-License-Identifier: Apache-2.0
"""Markdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from .figures import Summary, ratio, summarize
from .lanes import FLOOR, Work
from .rounds import WorkResult

NONE = "–"

_SHOW: dict[str, tuple[str, Callable[[Summary, Work], float]]] = {
    "us": ("µs", lambda summary, work: summary.time * 1e6),
    "ms": ("ms", lambda summary, work: summary.time * 1e3),
    "M/s": ("M/s", lambda summary, work: 1e-6 / summary.time),
    "GB/s": ("GB/s", lambda summary, work: work.size / summary.time / 1e9),
}


def number(value: float | None) -> str:
    """Three digits, however large."""
    if value is None:
        return NONE
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2g}" if abs(value) < 0.1 else f"{value:.3g}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "| --- " * len(head) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def summaries_of(result: WorkResult) -> dict[str, Summary]:
    return {name: summarize(samples) for name, samples in result.samples.items() if samples}


def work_table(result: WorkResult, hero: str, calls: dict[str, float]) -> str:
    """`hero` is the lane that every other one is compared with; `calls`, system calls of a message."""
    work, summaries = result.work, summaries_of(result)
    unit, show = _SHOW[work.unit]
    floor, best = summaries.get(FLOOR), summaries.get(hero)
    is_of_calls = any(summary.p99 is not None for summary in summaries.values())
    head = ["", unit, "best", "spread", "time / floor", f"time / {hero}"]
    head += ["p99 µs"] if is_of_calls else []
    head += ["CPU µs", "faults", "syscalls"]
    head += ["slowest / fastest client"] if work.clients > 1 else []
    rows = []
    for name, summary in summaries.items():
        fastest = replace(summary, time=summary.least)
        row = [name, number(show(summary, work)), number(show(fastest, work)), f"{summary.spread:.0%}"]
        row += [number(ratio(summary, other)) if other else NONE for other in (floor, best)]
        row += [number(summary.p99 * 1e6 if summary.p99 is not None else None)] if is_of_calls else []
        row += [number(summary.cpu * 1e6), number(round(summary.faults, 2)), number(calls.get(name))]
        row += [number(summary.fairness)] if work.clients > 1 else []
        rows.append(row)
    rows += [[name, reason] + [NONE] * (len(head) - 2) for name, reason in result.missing.items()]
    return f"### {work.workload.upper()}: {work.title}\n\n{table(head, rows)}"
