# SPDX-License-Identifier: Apache-2.0
"""Synchronous calls that can wait for each other."""

from __future__ import annotations

from idlc import ir
from idlc.diagnostics import Diagnostics
from idlc.lint import rules
from idlc.lint.reach import Reach
from idlc.lint.subject import Subject
from idlc.locate import locate


def run(subject: Subject, diagnostics: Diagnostics) -> None:
    """Whoever serves an interface may call back, synchronously, through a remote that it has come by."""
    scope = ir.Scope(subject.module)
    reach = Reach(scope)
    for interface in subject.module.interfaces:
        if not _has_sync(interface):
            continue
        for method in interface.methods:
            for name, route in reach.callable_back(method).items():
                if _has_sync(scope.interface(name)):
                    through = " -> ".join(part.local for part in route)
                    diagnostics.report(
                        rules.sync_circle(interface.name.local, name.local, through),
                        locate(subject.tree, (*interface.name.path, method.name)),
                        hint="make one of the two asynchronous",
                    )


def _has_sync(interface: ir.Interface) -> bool:
    return any(method.is_sync for method in interface.methods)
