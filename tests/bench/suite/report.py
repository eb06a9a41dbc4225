# SPDX-License-Identifier: Apache-2.0
"""All that came of a run, as Markdown and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from .goals import goals_table
from .lanes import LANES, Lane
from .machine import package_versions
from .rounds import WorkResult
from .samples import OWN_COUNTS
from .syscalls import ALL, NAMED
from .tables import number, summaries_of, table, work_table


@dataclass(frozen=True)
class Report:
    date: str
    machine: dict[str, str]
    num_rounds: int
    scale: int
    other_work: float
    """the share of the machine that others used meanwhile"""
    hero: str
    results: list[WorkResult]
    syscalls: dict[str, dict[str, dict[str, float]]]
    """of each work and lane, of a message"""
    syscall_tool: str
    sections: dict[str, str] = field(default_factory=dict)
    """tables of measurements that are no races: title and Markdown"""


def to_json(report: Report) -> str:
    return json.dumps(asdict(report), indent=1) + "\n"


def to_markdown(report: Report) -> str:
    summaries = {result.work.key: summaries_of(result) for result in report.results}
    parts = [
        introduction(report),
        "### Goals\n\n" + goals_table(summaries) if report.results else "",
        *(
            work_table(result, report.hero, {name: calls.get(ALL, 0.0) for name, calls in of_work(report, result).items()})
            for result in report.results
        ),
        counts_section(report),
        own_counts_section(report),
        *(f"### {title}\n\n{text}" for title, text in report.sections.items()),
        settings_section(report),
    ]
    return "\n".join(part for part in parts if part)


def introduction(report: Report) -> str:
    machine = report.machine
    others = f"Others used {report.other_work:.0%} of it meanwhile"
    if report.other_work > 0.1:
        others += ": single medians are disturbed, best times less"
    smaller = f" Counts were {report.scale} times smaller than in a whole run." if report.scale != 1 else ""
    return (
        f"{report.date}; {machine['cpu']}, {machine['cores']} cores, {machine['memory']}, Linux {machine['kernel']}, "
        f"{machine['compiler']}. {report.num_rounds} rounds in turns after one to warm up; medians of rounds. "
        f"{others}.{smaller}\n"
    )


def of_work(report: Report, result: WorkResult) -> dict[str, dict[str, float]]:
    return report.syscalls.get(result.work.key, {})


def counts_section(report: Report) -> str:
    """System calls by name; what Ferrule counts itself."""
    parts = []
    for result in report.results:
        lanes = of_work(report, result)
        names = [name for name in NAMED if any(counts.get(name, 0) >= 0.005 for counts in lanes.values())]
        if not lanes or not names:
            continue
        rows = [
            [name, number(round(counts.get(ALL, 0), 3)), *(number(round(counts.get(each, 0), 3)) for each in names)]
            for name, counts in lanes.items()
        ]
        parts.append(f"{result.work.title}:\n\n" + table(["", ALL, *names], rows))
    if not parts:
        return ""
    how = f"Both processes together, of one message, counted with {report.syscall_tool}.\n\n"
    return "### System calls\n\n" + how + "\n".join(parts)


def settings_section(report: Report) -> str:
    settings: dict[str, str] = {}
    for result in report.results:
        for name, samples in result.samples.items():
            if samples:
                settings.setdefault(name, samples[0].settings)
    lanes = {lane.name: lane for lane in LANES}
    rows = [[name, text, versions_of(lanes[name])] for name, text in settings.items() if name in lanes]
    return "### Settings\n\n" + table(["", "settings", "versions"], rows) if rows else ""


def versions_of(lane: Lane) -> str:
    versions = package_versions(lane.packages) if lane.packages else {}
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def own_counts_section(report: Report) -> str:
    """What Ferrule's programs count themselves, of one message."""
    rows = []
    for result in report.results:
        samples = result.samples.get(report.hero)
        if samples and samples[-1].counters:
            last = samples[-1]
            shown = [last.counters.get(name) for name in OWN_COUNTS]
            rows.append([f"{result.work.workload.upper()}: {result.work.title}"])
            rows[-1] += [number(None if value is None else round(value / last.messages, 3)) for value in shown]
    if not rows:
        return ""
    return f"### What {report.hero} counts of itself\n\nOf one message.\n\n" + table(
        ["", *(name.replace("_", ", ") for name in OWN_COUNTS)], rows
    )
