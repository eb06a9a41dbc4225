# SPDX-License-Identifier: Apache-2.0
"""What the benchmark works out and writes, from samples that were made up."""

from __future__ import annotations

import contextlib
import io
import unittest
from dataclasses import replace
from pathlib import Path

from suite import extras, goals, page, plots, profile, syscalls
from suite.command import parse
from suite.figures import ratio, summarize
from suite.lanes import ASYNC, FLOOR, LANES, WORKS, Lane, Work
from suite.rounds import run_in_turns
from suite.samples import LaneFailed, Sample, count_of
from suite.samples import parse as parse_sample
from suite.tables import number, summaries_of, work_table

VERSIONS = Path(__file__).resolve().parents[2] / "docs" / "versions.md"
SAMPLE = Sample(
    messages=10, time=2e-6, p99=5e-6, cpu=3e-5, faults=20, fairness=None, settings="none", counters={}
)  # fmt: skip
WORK = Work("w1", "a call", "call", 64, 1000, "us")


def named(name: str, **more: object) -> Lane:
    return replace(Lane(name, "program", "variant"), **more)


class FiguresTest(unittest.TestCase):
    def test_medians_best_and_spread_of_rounds(self) -> None:
        summary = summarize([replace(SAMPLE, time=time) for time in (4e-6, 1e-6, 2e-6)])
        self.assertEqual((summary.time, summary.least, summary.rounds), (2e-6, 1e-6, 3))
        self.assertAlmostEqual(summary.spread, 1.5)

    def test_what_processes_used_is_of_one_message(self) -> None:
        summary = summarize([SAMPLE])
        self.assertAlmostEqual(summary.cpu, 3e-6)
        self.assertEqual((summary.faults, summary.p99, summary.fairness), (2, 5e-6, None))

    def test_a_ratio_is_of_times(self) -> None:
        self.assertEqual(ratio(summarize([replace(SAMPLE, time=6e-6)]), summarize([SAMPLE])), 3)


class SamplesTest(unittest.TestCase):
    LINE = (
        '{"count": 10, "clients": 2, "seconds": 4.0, "client_cpu_seconds": 1, "server_cpu_seconds": 2, '
        '"faults": 3, "settings": "x"%s}'
    )

    def test_the_time_of_a_message_is_its_part_of_the_whole(self) -> None:
        sample = parse_sample(self.LINE % "")
        self.assertEqual((sample.time, sample.messages, sample.cpu), (0.2, 20, 3))

    def test_the_time_of_a_call_is_that_of_the_median_call(self) -> None:
        self.assertEqual(parse_sample(self.LINE % ', "p50": 0.5, "p99": 0.7').time, 0.5)

    def test_what_is_no_result_is_told(self) -> None:
        for line in ("", "{}", "[]", "nothing", self.LINE % ', "p50": []'):
            with self.assertRaises(LaneFailed):
                parse_sample(line)

    def test_slow_lanes_do_less(self) -> None:
        self.assertEqual(count_of(named("a"), WORK, 1), 1000)
        self.assertEqual(count_of(named("a", slowness={"w1": 10}), WORK, 2), 50)
        self.assertEqual(count_of(named("a"), WORK, 10000), 3)


class RoundsTest(unittest.TestCase):
    def test_lanes_take_turns_after_a_round_to_warm_up(self) -> None:
        order = []

        def run(lane: Lane, work: Work) -> Sample:
            order.append(lane.name)
            return SAMPLE

        result = run_in_turns(WORK, [named("a"), named("b")], 2, run)
        self.assertEqual("".join(order), "ababab")
        self.assertEqual(len(result.samples["a"]), 2)

    def test_who_fails_once_is_out_and_named(self) -> None:
        calls = []

        def run(lane: Lane, work: Work) -> Sample:
            calls.append(lane.name)
            if lane.name == "b" and len(calls) > 3:
                raise LaneFailed("broke")
            return SAMPLE

        result = run_in_turns(WORK, [named("a"), named("b")], 3, run)
        self.assertEqual(result.missing, {"b": "broke"})
        self.assertEqual(list(result.samples), ["a"])

    def test_who_does_not_know_the_workload_is_not_run(self) -> None:
        lanes = [named("a", only=frozenset({"w2"})), named("b", without=frozenset({"w1"})), named("c")]
        result = run_in_turns(WORK, lanes, 1, lambda lane, work: SAMPLE)
        self.assertEqual(list(result.samples), ["c"])


class TablesTest(unittest.TestCase):
    def test_numbers_have_three_digits(self) -> None:
        shown = {0.0: "0", 0.01234: "0.012", 1.2345: "1.23", 12.345: "12.3", 1234.5: "1,234", None: "–"}
        for value, text in shown.items():
            self.assertEqual(number(value), text)

    def test_rows_compare_with_the_floor_and_with_ferrule(self) -> None:
        result = run_in_turns(
            WORK, [named(FLOOR), named(ASYNC)], 1,
            lambda lane, work: replace(SAMPLE, time=2e-6 if lane.name == FLOOR else 4e-6),
        )  # fmt: skip
        result.missing["other"] = "not installed"
        lines = work_table(result, ASYNC, {ASYNC: 8}).splitlines()
        self.assertIn(f"| {FLOOR} | 2 | 2 | 0% | 1 | 0.5 | 5 | 3 | 2 | – |", lines)
        self.assertIn(f"| {ASYNC} | 4 | 4 | 0% | 2 | 1 | 5 | 3 | 2 | 8 |", lines)
        self.assertTrue(lines[-1].startswith("| other | not installed |"))
        self.assertEqual({line.count("|") for line in lines[2:]}, {11})

    def test_rates_are_of_the_median_time(self) -> None:
        work = replace(WORK, unit="GB/s", size=4000)
        result = run_in_turns(work, [named(ASYNC)], 1, lambda lane, work: SAMPLE)
        self.assertIn("| ferrule | 2 | 2 |", work_table(result, ASYNC, {}))


class GoalsTest(unittest.TestCase):
    def judge_first(self, time: float) -> str:
        goal = goals.GOALS[0]
        result = run_in_turns(
            WORK, [named(goal.lane), named(goal.beside)], 1,
            lambda lane, work: replace(SAMPLE, time=time if lane.name == goal.lane else 1e-6),
        )  # fmt: skip
        return goals.judge({goal.work: summaries_of(result)})[0].verdict

    def test_goals_are_reached_missed_or_not_measured(self) -> None:
        limit = goals.GOALS[0].limit * 1e-6
        self.assertEqual(self.judge_first(limit * 0.99), "reached")
        self.assertEqual(self.judge_first(limit * 1.01), "**missed**")
        self.assertEqual(goals.judge({})[0].verdict, "not measured")

    def test_clients_are_compared_with_each_other(self) -> None:
        goal = next(goal for goal in goals.GOALS if goal.is_of_clients)
        for fairness, verdict in ((0.81, "reached"), (0.79, "**missed**")):
            result = run_in_turns(WORK, [named(goal.lane)], 1, lambda lane, work: replace(SAMPLE, fairness=fairness))
            reached = goals.judge({goal.work: summaries_of(result)})
            self.assertEqual([each.verdict for each in reached if each.goal is goal], [verdict])

    def test_every_goal_is_of_a_work_and_of_lanes_that_do_it(self) -> None:
        works = {work.key: work for work in WORKS}
        lanes = {lane.name: lane for lane in LANES}
        for goal in goals.GOALS:
            if not goal.work:
                continue
            self.assertTrue(lanes[goal.lane].does(works[goal.work].workload), goal.text)
            if goal.is_of_clients:
                continue
            self.assertTrue(lanes[goal.beside].does(works[goal.beside_work or goal.work].workload), goal.text)


class SyscallsTest(unittest.TestCase):
    def test_what_perf_counted(self) -> None:
        text = "# started\n\n400,,raw_syscalls:sys_enter,1,100.00,,\n12,,syscalls:sys_enter_sendmsg,1,100.00,,\n<not counted>,,x,0,0,,\n"
        self.assertEqual(syscalls.parse_perf(text), {"all": 400, "sendmsg": 12})

    def test_what_strace_counted(self) -> None:
        text = (
            "% time     seconds  usecs/call     calls    errors syscall\n"
            "------ ----------- ----------- --------- --------- ----------------\n"
            " 60.00    0.000600           3       200           sendmsg\n"
            " 40.00    0.000400           2       199         5 recvmsg\n"
            "------ ----------- ----------- --------- --------- ----------------\n"
            "100.00    0.001000           2       399         5 total\n"
        )
        self.assertEqual(syscalls.parse_strace(text), {"sendmsg": 200, "recvmsg": 199, "all": 399})


class CommandTest(unittest.TestCase):
    def test_peers_keep_their_order_and_unknown_ones_are_refused(self) -> None:
        options = parse(["--peers", "ferrule,raw-blocking", "--workloads", "w2", "--quick"])
        self.assertEqual([lane.name for lane in options.peers], ["raw-blocking", "ferrule"])
        self.assertEqual((options.rounds, options.scale), (3, 20))
        for wrong in (["--peers", "nobody"], ["--workloads", "w99"], ["--rounds", "-1"]):
            with self.assertRaises(SystemExit), contextlib.redirect_stderr(io.StringIO()):
                parse(wrong)

    def test_every_package_is_documented(self) -> None:
        text = VERSIONS.read_text(encoding="utf-8")
        for package in {package for lane in LANES for package in lane.packages}:
            self.assertIn(f"`{package}`", text)


class ExtrasTest(unittest.TestCase):
    def test_the_table_of_many_pipes(self) -> None:
        text = (
            "pipes held   us to make one   bytes of a pipe and side\n"
            "      2000             5.91                        610\n"
            "us to close one: 1.5\n"
        )
        made = extras.pipes_table(text)
        self.assertIn("| 2000 | 5.91 | 610 |", made)
        self.assertIn("- us to close one: 1.5", made)
        with self.assertRaises(extras.Unmeasured):
            extras.pipes_table("nothing")

    def test_why_something_was_not_measured_stands_on_the_page(self) -> None:
        _, text = extras.measure_extra("w5", Path("/nowhere"), 1)
        self.assertTrue(text.startswith("Not measured: "), text)


class ProfileTest(unittest.TestCase):
    def test_shares_are_of_whose_code_it_is(self) -> None:
        report = (
            "# Overhead;Shared Object;Symbol\n"
            " 40.00% ;[kernel.kallsyms]   ;[k] unix_stream_sendmsg\n"
            " 20.00% ;peer_ferrule        ;[.] ferrule::node::Outbox::send_all\n"
            " 10.00% ;peer_ferrule        ;[.] boost::asio::detail::scheduler::do_run_one\n"
            "  5.00% ;peer_ferrule        ;[.] ferrule::bench::(anonymous namespace)::WorkerImpl::Sum\n"
            "  5.00% ;libc.so.6           ;[.] malloc\n"
        )
        shares = {name: round(share, 4) for name, share in profile.parse(report).items()}
        self.assertEqual(shares, {"kernel": 0.5, "Ferrule": 0.25, "Asio": 0.125, "the benchmark itself": 0.0625, "C and C++ libraries": 0.0625})  # fmt: skip
        self.assertEqual(profile.parse("nothing\n"), {})


class PlotsTest(unittest.TestCase):
    def test_lanes_stand_in_the_order_of_their_times(self) -> None:
        floor = summarize([SAMPLE])
        lanes = {"slow": replace(floor, time=4e-6), FLOOR: floor, "fast": replace(floor, time=1e-6)}
        script = plots.script_of(WORK, lanes, Path("x.svg"))
        self.assertIn(f'"fast" 0.5 1\n"{FLOOR}" 1 1\n"slow" 2 1\n', script)


class PageTest(unittest.TestCase):
    def test_tables_stand_between_the_marks(self) -> None:
        before = f"# Title\n\n{page.BEGIN}\n\nold\n\n{page.END}\nrest\n"
        after = page.with_tables(before, "new\n")
        self.assertEqual(after, f"# Title\n\n{page.BEGIN}\n\nnew\n\n{page.END}\nrest\n")
        self.assertEqual(page.with_tables(after, "new"), after)

    def test_a_page_without_marks_is_left_alone(self) -> None:
        with self.assertRaises(ValueError):
            page.with_tables("# Title\n", "new")


if __name__ == "__main__":
    unittest.main()
