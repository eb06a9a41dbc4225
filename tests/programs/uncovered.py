# SPDX-License-Identifier: Apache-2.0
"""Reads coverage in the form of lcov and prints each line that never ran and each branch never taken.

Called by `./dev coverage --uncovered`.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path


def main() -> int:
    file, lines = "", [""]
    missing: dict[str, dict[int, str]] = defaultdict(dict)
    taken: dict[tuple[str, int, str], bool] = {}
    for row in sys.stdin:
        key, _, value = row.strip().partition(":")
        if key == "SF":
            file = value
        elif key == "DA":
            number, count = value.split(",")[:2]
            if count == "0":
                missing[file][int(number)] = "never run"
        elif key == "BRDA":
            number, block, branch, count = value.split(",")
            place = (file, int(number), f"{block}.{branch}")
            taken[place] = taken.get(place, False) or count not in ("0", "-")
    for (name, line, _), was_taken in taken.items():
        if not was_taken:
            missing[name].setdefault(line, "a branch never taken")
    for name, found in sorted(missing.items()):
        lines = ["", *Path(name).read_text(encoding="utf-8").splitlines()]
        for line, what in sorted(found.items()):
            print(f"{name}:{line}: {what}: {lines[line].strip()}")
    num_lines = sum(len(found) for found in missing.values())
    print(f"{num_lines} lines with a hole, {sum(taken.values())} of {len(taken)} branches taken")
    return 0


if __name__ == "__main__":
    sys.exit(main())
