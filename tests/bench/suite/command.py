# SPDX-License-Identifier: Apache-2.0
"""`./dev bench`, after the programs were built."""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Sequence
from pathlib import Path

from . import machine
from .lanes import ASYNC, LANES, WORKS, Lane, Work
from .extras import EXTRAS, measure_extra
from .page import with_tables
from .plots import draw
from .profile import OWNERS, profile
from .report import Report, to_json, to_markdown
from .rounds import WorkResult, run_in_turns
from .samples import LaneFailed, Sample, command_of, count_of, run
from .syscalls import SyscallCounter
from .tables import summaries_of, table

_PAGE = Path(__file__).resolve().parents[3] / "docs" / "benchmarks.md"
QUICK_SCALE, QUICK_ROUNDS, ROUNDS = 20, 3, 7
_NOT_QUICK = ("w1-0", "w1-1024")
_COUNTED = ("w1-64", "w2-64", "w3-64")
"""the works whose system calls are counted"""


def main(arguments: Sequence[str]) -> int:
    options = parse(arguments)
    if options.list_packages:
        print("\n".join(" ".join(packages) for packages in dict.fromkeys(lane.packages for lane in options.peers) if packages))
        return 0
    report = measure(options)
    options.out.mkdir(parents=True, exist_ok=True)
    for result in report.results:
        draw(result.work, summaries_of(result), options.out)
    (options.out / "bench.json").write_text(to_json(report), encoding="utf-8")
    text = to_markdown(report)
    (options.out / "bench.md").write_text(text, encoding="utf-8")
    print(text)
    print(f"These tables and all samples are in {options.out}.")
    if options.page:
        page = with_tables(_PAGE.read_text(encoding="utf-8"), text)
        _PAGE.write_text(page, encoding="utf-8")
    return 0


class Options(argparse.Namespace):
    peers: list[Lane]
    workloads: list[str]
    rounds: int
    scale: int
    out: Path
    programs: Path
    page: bool
    quick: bool
    list_packages: bool
    no_tools: bool


def parse(arguments: Sequence[str]) -> Options:
    parser = argparse.ArgumentParser(prog="./dev bench", description="Ferrule beside others, in turns.")
    names = [lane.name for lane in LANES]
    workloads = sorted({work.workload for work in WORKS} | set(EXTRAS))
    parser.add_argument("--peers", default=",".join(names), help=f"of {', '.join(names)}")
    parser.add_argument("--workloads", default=",".join(workloads), help=f"of {', '.join(workloads)}")
    parser.add_argument("--rounds", type=int, default=0, help=f"{ROUNDS} if not said")
    parser.add_argument("--out", type=Path, default=Path("build/bench"), help="the folder for tables and samples")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROUNDS} rounds, a {QUICK_SCALE}th of each work")
    parser.add_argument("--scale", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--page", action="store_true", help="write the tables into docs/benchmarks.md, too")
    parser.add_argument("--no-tools", action="store_true", help="count no system calls and take no samples")
    parser.add_argument("--programs", type=Path, default=Path("build/release/tests/bench/peers"), help=argparse.SUPPRESS)
    parser.add_argument("--list-packages", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments, Options())
    options.peers = [lane for lane in LANES if lane.name in chosen(parser, str(options.peers), names)]
    options.workloads = chosen(parser, str(options.workloads), workloads)
    options.rounds = options.rounds or (QUICK_ROUNDS if options.quick else ROUNDS)
    options.scale = options.scale or (QUICK_SCALE if options.quick else 1)
    if options.rounds < 1 or options.scale < 1:
        parser.error("--rounds is at least 1")
    return options


def chosen(parser: argparse.ArgumentParser, text: str, known: Sequence[str]) -> list[str]:
    names = [name for name in text.split(",") if name]
    for name in names:
        if name not in known:
            parser.error(f"there is no {name}; there are {', '.join(known)}")
    return names


def measure(options: Options) -> Report:
    others = machine.OtherWork()

    def run_lane(lane: Lane, work: Work) -> Sample:
        return run(command_of(options.programs, lane, work, count_of(lane, work, options.scale)))

    works = [
        work for work in WORKS if work.workload in options.workloads and not (options.quick and work.key in _NOT_QUICK)
    ]
    results = []
    for work in works:
        progress(f"{work.workload}: {work.title}")
        results.append(run_in_turns(work, options.peers, options.rounds, run_lane))
    other_work = others.share()
    counter = SyscallCounter()
    return Report(
        date=datetime.date.today().isoformat(),
        machine=machine.describe(),
        num_rounds=options.rounds,
        scale=options.scale,
        other_work=other_work,
        hero=ASYNC,
        results=results,
        syscalls={} if options.no_tools else count_syscalls(options, counter, results),
        syscall_tool=counter.tool,
        sections=measure_extras(options),
    )


def measure_extras(options: Options) -> dict[str, str]:
    sections = {}
    for workload in EXTRAS:
        if workload in options.workloads:
            progress(workload)
            # The folder of the peers is three below that of the build.
            title, text = measure_extra(workload, options.programs.resolve().parents[2], options.scale)
            sections[title] = text
    profiles = "" if options.no_tools else profile_lanes(options)
    if profiles:
        sections["Whose code the time goes to"] = profiles
    return sections


def profile_lanes(options: Options) -> str:
    """Of Ferrule's lanes, where perf may look."""
    rows = []
    for work in WORKS:
        if work.key not in _COUNTED or work.workload not in options.workloads:
            continue
        for lane in options.peers:
            if lane.program == "ferrule" and lane.does(work.workload):
                command = command_of(options.programs, lane, work, count_of(lane, work, max(1, options.scale // 10)))
                shares = profile(command)
                if shares:
                    rows.append([f"{work.workload.upper()}: {work.title}", lane.name, *(f"{shares[name]:.0%}" for name in OWNERS)])
    if not rows:
        return ""
    return "By perf's samples of both processes.\n\n" + table(["", "", *OWNERS], rows)


def count_syscalls(
    options: Options, counter: SyscallCounter, results: Sequence[WorkResult]
) -> dict[str, dict[str, dict[str, float]]]:
    counts: dict[str, dict[str, dict[str, float]]] = {}
    lanes = {lane.name: lane for lane in options.peers}
    for result in results:
        if result.work.key not in _COUNTED:
            continue
        progress(f"{result.work.workload}: counting system calls")
        of_lanes = counts.setdefault(result.work.key, {})
        for name in result.samples:
            try:
                count = max(100, count_of(lanes[name], result.work, options.scale))
                per_message = counter.per_message(options.programs, lanes[name], result.work, count)
                if per_message:
                    of_lanes[name] = per_message
            except LaneFailed as failure:
                progress(f"{name}: {failure}")
    return counts


def progress(text: str) -> None:
    print(f"==> {text}", file=sys.stderr, flush=True)
