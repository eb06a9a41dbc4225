# SPDX-License-Identifier: Apache-2.0
"""Whose code the time of Ferrule's lanes goes to, by perf's samples of both processes."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from .samples import SECONDS_PER_RUN

KERNEL, FERRULE, BENCH, ASIO, REST = "kernel", "Ferrule", "the benchmark itself", "Asio", "C and C++ libraries"
OWNERS = (KERNEL, FERRULE, ASIO, REST, BENCH)


def owner_of(library: str, symbol: str) -> str:
    """By the first name space in the symbol: that of the function, or of what a template was made for."""
    if library.startswith("["):
        return KERNEL
    if "ferrule::bench::" in symbol and not symbol.startswith(("boost::asio", "ferrule::bindings")):
        return BENCH
    found = re.search(r"ferrule::|boost::asio", symbol)
    if not found:
        return REST
    return FERRULE if found[0] == "ferrule::" else ASIO


def parse(report: str) -> dict[str, float]:
    """The output of `perf report -F overhead,dso,sym -t ';'`: shares, from 0 to 1, whose sum is 1."""
    shares = dict.fromkeys(OWNERS, 0.0)
    for line in report.splitlines():
        fields = [field.strip() for field in line.split(";", 2)]
        if len(fields) == 3 and re.fullmatch(r"[\d.]+%", fields[0]):
            symbol = re.sub(r"^\[[.k]\] ", "", fields[2])
            shares[owner_of(fields[1], symbol)] += float(fields[0][:-1])
    total = sum(shares.values())
    return {name: share / total for name, share in shares.items()} if total else {}


def profile(command: Sequence[str]) -> Mapping[str, float]:
    """Empty where perf is missing, may not look, or saw nothing."""
    if not shutil.which("perf"):
        return {}
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "perf.data")
        record = ["perf", "record", "-q", "-F", "4999", "-e", "cpu-clock", "-o", file, "--", *command]
        report = ["perf", "report", "-i", file, "--stdio", "-F", "overhead,dso,sym", "-t", ";"]
        try:
            if subprocess.run(record, capture_output=True, timeout=SECONDS_PER_RUN, check=False).returncode != 0:
                return {}
            done = subprocess.run(report, capture_output=True, text=True, timeout=SECONDS_PER_RUN, check=False)
        except subprocess.TimeoutExpired:
            return {}
    return parse(done.stdout)
