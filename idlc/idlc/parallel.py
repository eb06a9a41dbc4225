# SPDX-License-Identifier: Apache-2.0
"""Many files, several processes: each compiles a share of the files and hands back what it made and found.

A share reads its imports for itself, so the processes need to agree on nothing. Shares are runs of the list, in order,
and are put together in order: the outcome does not depend on their number.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from idlc import compiler
from idlc.diagnostics import Diagnostics
from idlc.diagnostics.diagnostic import Diagnostic

R = TypeVar("R")

FEWEST_FILES = 8
"""A process of its own for fewer files costs more than it saves."""


@dataclass(frozen=True)
class Outcome(Generic[R]):
    """What the work made of each share without errors, in order, and all files read."""

    made: tuple[R, ...]
    paths_read: tuple[str, ...]


@dataclass(frozen=True)
class _Share(Generic[R]):
    made: R | None
    found: tuple[Diagnostic, ...]
    paths_read: tuple[str, ...]


def run(
    paths: Sequence[str],
    options: compiler.Options,
    num_jobs: int,
    work: Callable[[compiler.Compiled, Diagnostics], R],
    diagnostics: Diagnostics,
) -> Outcome[R]:
    """Compiles the files and calls `work` on what is without errors. `work` must be a function of a module, or a
    partial of one, as it may be sent to other processes; `num_jobs` 0 means one for each processor."""
    shares = in_shares(list(dict.fromkeys(paths)), num_jobs, partial(_compile, options, work))
    _merge(shares, diagnostics)
    read = dict.fromkeys(path for share in shares for path in share.paths_read)
    return Outcome(tuple(share.made for share in shares if share.made is not None), tuple(read))


def in_shares(items: Sequence[str], num_jobs: int, work: Callable[[list[str]], R]) -> list[R]:
    """What `work` makes of each share of the items, in order; of all of them at once where that is faster."""
    wanted = num_jobs or os.cpu_count() or 1
    num_shares = max(1, min(wanted, len(items) // FEWEST_FILES))
    if num_shares == 1:
        return [work(list(items))]
    cuts = [len(items) * i // num_shares for i in range(num_shares + 1)]
    parts = [list(items[cuts[i] : cuts[i + 1]]) for i in range(num_shares)]
    with ProcessPoolExecutor(num_shares, multiprocessing.get_context("fork")) as pool:
        return [share.result() for share in [pool.submit(work, part) for part in parts]]


def _compile(
    options: compiler.Options, work: Callable[[compiler.Compiled, Diagnostics], R], paths: list[str]
) -> _Share[R]:
    diagnostics = Diagnostics()
    compiled = compiler.run(paths, options, diagnostics)
    made = None if diagnostics.has_errors else work(compiled, diagnostics)
    return _Share(made, diagnostics.sorted, compiled.paths_read)


def _merge(shares: Sequence[_Share[R]], diagnostics: Diagnostics) -> None:
    """An error in a file that two shares read is told once, even if they spell its path differently."""
    known: set[tuple[str, int, int, str, str]] = set()
    for share in shares:
        for item in share.found:
            path, start, end, code, text = item.sort_key
            key = (os.path.abspath(path) if path else "", start, end, code, text)
            if key not in known:
                known.add(key)
                diagnostics.add(item)
