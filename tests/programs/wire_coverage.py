# SPDX-License-Identifier: Apache-2.0
"""What the tests of the wire room reach of its lines and branches; called by `./dev coverage`.

Each program is looked at with its own profile and the counts are added here: llvm-cov cannot add those of templates that
two programs compiled differently. A branch is one outcome of one condition in the source; of a template it is taken if
any instance took it. Two things are not counted: what only a check for our own bugs (FERRULE_CHECK) would do, since a
test of it ends the process before the profile is written; and the other outcome of calls that have one only, such as
`fail`, which is false, and `leave`, which is true.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROOM = ROOT / "runtime" / "ferrule" / "wire"
NOT_WIRE_FORMAT = (  # tested with generated types, elsewhere
    "value_equality.cpp", "value_hash.cpp", "value_leaf.h", "value_text.cpp", "value_text.h", "value_type.h"
)


@dataclass
class File:
    lines: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    branches: dict[tuple[int, int, int, int, bool], int] = field(default_factory=lambda: defaultdict(int))


def export(program: Path, profile: Path, form: str) -> str:
    command = ["llvm-cov-14", "export", f"-format={form}", f"-instr-profile={profile}", str(program)]
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def add_lines(files: dict[str, File], lcov: str) -> None:
    name = ""
    for row in lcov.splitlines():
        key, _, value = row.partition(":")
        if key == "SF":
            name = value
        elif key == "DA":
            number, count = value.split(",")[:2]
            files[name].lines[int(number)] += int(count)


def add_branches(files: dict[str, File], found: str) -> None:
    for function in json.loads(found)["data"][0]["functions"]:
        for *place, taken, not_taken, file_id, _, _ in function["branches"]:
            file = files[function["filenames"][file_id]]
            first, column, last, end = place
            file.branches[first, column, last, end, True] += taken
            file.branches[first, column, last, end, False] += not_taken


def is_check(text: str) -> bool:
    return "FERRULE_CHECK(" in text


ONE_OUTCOME = re.compile(r"(decoder_?\.)?(fail|fail_budget|in_field|in_element|leave)\(")


def is_branch(text: list[str], place: tuple[int, int, int, int, bool]) -> bool:
    line = text[place[0]]
    return not is_check(line) and not ONE_OUTCOME.match(line[place[1] - 1 :])


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--uncovered", action="store_true", help="each hole instead of a table")
    parser.add_argument("programs", nargs="+", type=Path, help="beside each its profile, NAME.profdata")
    options = parser.parse_args()
    files: dict[str, File] = defaultdict(File)
    for program in options.programs:
        profile = program.with_name(f"{program.name}.profdata")
        add_lines(files, export(program, profile, "lcov"))
        add_branches(files, export(program, profile, "text"))

    totals = [0, 0, 0, 0]
    for name in sorted(files):
        path = Path(name)
        if not path.is_relative_to(ROOM) or path.name in NOT_WIRE_FORMAT:
            continue
        text = ["", *path.read_text(encoding="utf-8").splitlines()]
        lines = {at: count for at, count in files[name].lines.items() if not is_check(text[at])}
        branches = {at: count for at, count in files[name].branches.items() if is_branch(text, at)}
        numbers = [sum(map(bool, lines.values())), len(lines), sum(map(bool, branches.values())), len(branches)]
        totals = [one + more for one, more in zip(totals, numbers)]
        short = path.relative_to(ROOM)
        if not options.uncovered:
            print(f"{str(short):28} lines {numbers[0]:4} of {numbers[1]:4}   branches {numbers[2]:4} of {numbers[3]:4}")
            continue
        for at in sorted(at for at, count in lines.items() if not count):
            print(f"{short}:{at}: never run: {text[at].strip()}")
        for first, column, _, end, way in sorted(at for at, count in branches.items() if not count):
            print(f"{short}:{first}:{column}-{end}: never {str(way).lower()}: {text[first].strip()}")
    print(f"{'together':28} lines {totals[0]:4} of {totals[1]:4}   branches {totals[2]:4} of {totals[3]:4}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
