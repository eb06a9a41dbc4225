# SPDX-License-Identifier: Apache-2.0
"""One bar chart for each work, as SVG, drawn by gnuplot."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from .figures import Summary, ratio
from .lanes import FLOOR, Work


def script_of(work: Work, summaries: Mapping[str, Summary], out: Path) -> str:
    """Bars of the time compared with the floor; whiskers to the best round. Logarithmic: lanes differ by powers of ten."""
    floor = summaries.get(FLOOR) or next(iter(summaries.values()))
    rows = [
        f'"{name}" {ratio(summary, floor):.5g} {summary.least / floor.time:.5g}'
        for name, summary in sorted(summaries.items(), key=lambda item: item[1].time)
    ]
    return "\n".join(
        [
            f"set terminal svg size 720,{110 + 24 * len(rows)} font 'sans-serif,12'",
            f"set output '{out}'",
            f"set title '{work.workload.upper()}: {work.title}'",
            "set logscale x",
            "set grid x",
            f"set xlabel 'time, compared with {FLOOR} (line: best round)'",
            "set yrange [*:*] reverse",
            "set offsets 0, 0, 0.6, 0.6",
            "unset key",
            "set style fill solid 0.6",
            "$data << END",
            *rows,
            "END",
            "plot $data using (0.5*($2+1e-9)):0:(1e-4):2:($0-0.35):($0+0.35):ytic(1) with boxxyerror lc rgb '#4477aa', "
            "$data using 3:0:3:2 with xerrorbars lc rgb '#222222' pt 0",
            "",
        ]
    )


def draw(work: Work, summaries: Mapping[str, Summary], folder: Path) -> Path | None:
    """None where gnuplot is missing or fails."""
    if not summaries or not shutil.which("gnuplot"):
        return None
    out = folder / f"{work.key}.svg"
    done = subprocess.run(
        ["gnuplot", "-"], input=script_of(work, summaries, out), capture_output=True, text=True, check=False
    )
    return out if done.returncode == 0 and out.exists() else None
